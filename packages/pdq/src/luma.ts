/** Pixels as 8-bit samples, row by row: grey (1), grey and alpha (2), RGB (3) or RGBA (4). Alpha is not looked at. */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

/** Brightness 0–255, row by row. */
export interface Luma {
  data: Float32Array<ArrayBuffer>;
  width: number;
  height: number;
}

/** The side above which the reference shrinks a picture first. */
const LARGEST_SIDE = 512;

const RED = Math.fround(0.299);
const GREEN = Math.fround(0.587);
const BLUE = Math.fround(0.114);

/**
 * Brightness of pixels, 0.299 R + 0.587 G + 0.114 B in 32-bit floats; grey stays as it is. A picture with a side
 * over 512 becomes 512 × 512 first (nearest neighbour: pixel ⌊x · width / 512⌋, the aspect ratio is lost), as CImg's
 * `resize` does for Meta's reference. Throws a RangeError when the data do not fill the picture.
 */
export function lumaOf(pixels: Pixels): Luma {
  const { width, height } = lumaSize(pixels);
  const luma = { data: new Float32Array(width * height), width, height };
  fillLuma(pixels, luma);
  return luma;
}

/** The sides of the brightness that `pixels` give. Throws a RangeError when the data do not fill the picture. */
export function lumaSize({ data, width, height, channels }: Pixels): { width: number; height: number } {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 0 || height < 0) {
    throw new RangeError(`a picture has whole sides, not ${width} × ${height}`);
  }
  if (data.length < width * height * channels) {
    throw new RangeError(
      `${width} × ${height} pixels of ${channels} samples expected, but got ${data.length} samples`,
    );
  }
  const shrink = width > LARGEST_SIDE || height > LARGEST_SIDE;
  return shrink ? { width: LARGEST_SIDE, height: LARGEST_SIDE } : { width, height };
}

/** Writes the brightness of `pixels` into `luma`, which has the sides that `lumaSize` gives. */
export function fillLuma({ data, width, height, channels }: Pixels, luma: Luma): void {
  // One class of array, whatever the caller has: the loops below are compiled once.
  const samples = new Uint8Array(data.buffer, data.byteOffset, data.length);
  const columns = luma.width;
  const offsets = Uint32Array.from(
    { length: columns },
    (_, column) => Math.floor((column * width) / columns) * channels,
  );
  for (let row = 0; row < luma.height; row++) {
    const start = Math.floor((row * height) / luma.height) * width * channels;
    const out = luma.data.subarray(row * columns, (row + 1) * columns);
    if (channels < 3) greyRow(samples, start, offsets, out);
    else colourRow(samples, start, offsets, out);
  }
}

function greyRow(samples: Uint8Array, start: number, offsets: Uint32Array, out: Float32Array): void {
  for (let column = 0; column < out.length; column++) out[column] = samples[start + offsets[column]!]!;
}

function colourRow(samples: Uint8Array, start: number, offsets: Uint32Array, out: Float32Array): void {
  for (let column = 0; column < out.length; column++) {
    const at = start + offsets[column]!;
    const warm = Math.fround(Math.fround(RED * samples[at]!) + Math.fround(GREEN * samples[at + 1]!));
    out[column] = warm + Math.fround(BLUE * samples[at + 2]!);
  }
}
