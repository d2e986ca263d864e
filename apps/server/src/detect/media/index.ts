export { addBankRoutes } from './bank-routes.ts';
export {
  addContents,
  type BankRow,
  bankNamed,
  contentStatuses,
  contentsById,
  contentsWith,
  countSignalsOfBanks,
  createBank,
  dropExpiredContents,
  listBanks,
  matchActions,
  PDQ_QUALITY,
  REMOVAL_BANK,
  removalActor,
  removeContents,
  type Signal,
  signalsOf,
  takeContentStep,
} from './banks/index.ts';
export { counts as contentCounts } from './candidates.ts';
export { createMediaReader, decodeImage } from './files/index.ts';
export { readHashes } from './hash-lists.ts';
export { addHmaRoutes } from './hma/index.ts';
export { importHashes, removeHashes } from './import-hashes.ts';
export { createLiveIndexes, type LiveIndexes } from './live/index.ts';
export { createHashLookup } from './look-up-media.ts';
export { createLookupDesk } from './lookup-desk.ts';
export { addMatchRoutes } from './match-routes.ts';
export { type MediaNote, mediaNotesAt, sharedMediaOf, standingsOf } from './media-evidence.ts';
export { type GenerativeAiReason, generativeAiReasons, MEDIA_CUE } from './media-finding.ts';
export { countFindingsOf, generativeAiBehind } from './media-store.ts';
export { createMediaDetection } from './process-media.ts';
export { isRequestList, readRequests } from './request-lists.ts';
