export { decodeImage } from './decode-image.ts';
export type { Fetched } from './fetch-media.ts';
export { createMediaReader, type MediaReader } from './media-reader.ts';
export type { MediaReading } from './reading.ts';
