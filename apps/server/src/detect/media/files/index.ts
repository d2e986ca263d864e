export { decodeImage } from './decode-image.ts';
export { createMediaReader } from './media-reader.ts';
