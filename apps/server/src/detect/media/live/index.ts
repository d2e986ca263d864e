export {
  createLiveIndexes,
  type IndexState,
  type LiveIndexes,
  type NearAnswer,
  type NearHash,
} from './live-indexes.ts';
