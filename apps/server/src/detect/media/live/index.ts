export {
  createLiveIndexes,
  type IndexState,
  type LiveIndexes,
  type LiveTotals,
  type NearAnswer,
  type NearHash,
} from './live-indexes.ts';
