export {
  type Actor as BankActor,
  addContents,
  type BankRow,
  bankNamed,
  contentsById,
  contentsWith,
  createBank,
  FRAME_QUALITY,
  PDQ_QUALITY,
  removeContents,
  type Signal,
  signalsOf,
  takeContentStep,
} from './banks/index.ts';
export { createMediaReader, decodeImage } from './files/index.ts';
export { readHashes } from './hash-lists.ts';
export { listsOf } from './hash-store.ts';
export { importHashes, removeHashes } from './import-hashes.ts';
export { type MediaNote, mediaNotesAt, sharedMediaOf } from './media-evidence.ts';
export { type GenerativeAiReason, generativeAiReasons } from './media-finding.ts';
export { countFindingsOf, generativeAiBehind } from './media-store.ts';
export { createMediaDetection } from './process-media.ts';
