import type { Pixels } from '../luma.ts';
import { picked } from './pick-pixels.ts';
import { pngPixels } from './png-pixels.ts';

/**
 * What was drawn on a canvas of a picture file, or, where parts of it are transparent, the same pixels in the colours
 * of the file: a canvas multiplies colours by their transparency, while the reference does not look at it. Stays as
 * drawn where the browser offers no way to those colours (lossless WebP without an ImageDecoder, interlaced PNG
 * without one).
 */
export async function withTrueColours(drawn: Pixels, file: Blob): Promise<Pixels> {
  if (!hasTransparent(drawn)) return drawn;
  return (await pngPixels(file)) ?? (await decoderPixels(file)) ?? drawn;
}

function hasTransparent({ data }: Pixels): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

async function decoderPixels(file: Blob): Promise<Pixels | undefined> {
  if (typeof ImageDecoder !== 'function' || !(await ImageDecoder.isTypeSupported(file.type)))
    return undefined;
  const decoder = new ImageDecoder({ type: file.type, data: file.stream(), colorSpaceConversion: 'none' });
  try {
    const { image } = await decoder.decode();
    try {
      return await framePixels(image);
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}

/** As they lie in the frame. Asked for another order of samples, Chromium would multiply them like a canvas. */
async function framePixels(frame: VideoFrame): Promise<Pixels | undefined> {
  const size = frame.visibleRect;
  const blueFirst = frame.format === 'BGRA';
  if (!size || (frame.format !== 'RGBA' && !blueFirst)) return undefined;
  const { columns, rows, x, y } = picked(size.width, size.height);
  const line = new Uint8Array(size.width * 4);
  const data = new Uint8Array(columns * rows * 4);
  for (let row = 0; row < rows; row++) {
    await frame.copyTo(line, { rect: { x: size.x, y: size.y + y(row), width: size.width, height: 1 } });
    for (let column = 0; column < columns; column++) {
      const from = x(column) * 4;
      const to = (row * columns + column) * 4;
      data[to] = line[blueFirst ? from + 2 : from]!;
      data[to + 1] = line[from + 1]!;
      data[to + 2] = line[blueFirst ? from : from + 2]!;
      data[to + 3] = 255;
    }
  }
  return { data, width: columns, height: rows, channels: 4 };
}
