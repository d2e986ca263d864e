export { createLiveIndexes, type LiveIndexes, type NearHash } from './live-indexes.ts';
