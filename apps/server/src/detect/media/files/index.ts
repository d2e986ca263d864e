export { decodeImage } from './decode-image.ts';
export { type Fetched, type FetchOptions, fetchMedia, type WhyNotFetched } from './fetch-media.ts';
export type { MediaFile } from './media-folder.ts';
export { createMediaReader, type MediaReader, type MediaReaderOptions, READ_LIMITS } from './media-reader.ts';
export type {
  Digests,
  MediaReading,
  ReadLimits,
  Seen,
  SeenFilm,
  SeenPicture,
  Unseen,
  WhyUnseen,
} from './reading.ts';
