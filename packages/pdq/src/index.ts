export { type DihedralHashes, dihedralOfHash } from './bits.ts';
export { formatHash, HASH_BITS, HASH_BYTES, hammingDistance, parseHash } from './codec.ts';
export { createHasher, type Hasher } from './core.ts';
export { type HashOptions, hashLuma, type PdqHash } from './hash.ts';
export {
  type BadLine,
  type ListedHash,
  type ListKind,
  LONGEST_REASON,
  listDigits,
  listKinds,
  readHashList,
} from './hash-list.ts';
export {
  attachIndex,
  createIndex,
  type HashIndex,
  type HashReader,
  loadIndex,
  type Match,
  type SharedIndex,
} from './index/hash-index.ts';
export { type Luma, lumaOf, type Pixels } from './luma.ts';
export {
  FRAME_DISTANCE,
  type FrameHash,
  formatFrameJson,
  formatFrameLines,
  frameLuma,
  LEAST_FRAME_QUALITY,
  matchVideos,
  type ParsedFrames,
  parseFrames,
  type VideoMatch,
} from './video.ts';
