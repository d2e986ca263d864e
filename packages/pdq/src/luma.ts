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
export function lumaOf({ data, width, height, channels }: Pixels): Luma {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 0 || height < 0) {
    throw new RangeError(`a picture has whole sides, not ${width} × ${height}`);
  }
  if (data.length < width * height * channels) {
    throw new RangeError(
      `${width} × ${height} pixels of ${channels} samples expected, but got ${data.length} samples`,
    );
  }
  const shrink = width > LARGEST_SIDE || height > LARGEST_SIDE;
  const columns = shrink ? LARGEST_SIDE : width;
  const rows = shrink ? LARGEST_SIDE : height;
  const luma = new Float32Array(columns * rows);
  const offsets = Uint32Array.from(
    { length: columns },
    (_, column) => Math.floor((column * width) / columns) * channels,
  );
  for (let row = 0; row < rows; row++) {
    const start = Math.floor((row * height) / rows) * width * channels;
    const out = row * columns;
    for (let column = 0; column < columns; column++) {
      const at = start + offsets[column]!;
      luma[out + column] =
        channels < 3
          ? data[at]!
          : Math.fround(
              Math.fround(Math.fround(RED * data[at]!) + Math.fround(GREEN * data[at + 1]!)) +
                Math.fround(BLUE * data[at + 2]!),
            );
    }
  }
  return { data: luma, width: columns, height: rows };
}
