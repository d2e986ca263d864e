export { decodeImage } from './decode-image.ts';
export { createMediaReader, type MediaReader } from './media-reader.ts';
export type { MediaReading } from './reading.ts';
