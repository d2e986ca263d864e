export { type Picture, pickPixels } from './pick-pixels.ts';
export { asStored } from './stored-picture.ts';
export { withTrueColours } from './true-colours.ts';
