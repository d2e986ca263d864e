import type { Pixels } from '../luma.ts';

/** PDQ shrinks what has a longer side to 512 × 512 first. */
const LARGEST_SIDE = 512;
/** Rows read back at a time: 1 MB of a picture 4,000 wide. */
const ROWS = 64;

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface Picture {
  source: CanvasImageSource;
  width: number;
  height: number;
}

/**
 * Which pixels PDQ looks at: all of a small picture, else the nearest neighbour ⌊x · width / 512⌋ of 512 × 512, as
 * luma.ts takes them.
 */
export function picked(width: number, height: number) {
  const shrink = width > LARGEST_SIDE || height > LARGEST_SIDE;
  const columns = shrink ? LARGEST_SIDE : width;
  const rows = shrink ? LARGEST_SIDE : height;
  return {
    columns,
    rows,
    x: (column: number) => Math.floor((column * width) / columns),
    y: (row: number) => Math.floor((row * height) / rows),
  };
}

/**
 * The pixels that PDQ looks at, RGBA. Only the rows that count are drawn, one to one, so that nothing
 * is smoothed and a phone never holds all pixels a second time. `pause` is awaited between stripes.
 */
export async function pickPixels(
  { source, width, height }: Picture,
  newContext: (width: number, height: number) => Context,
  pause?: () => Promise<void>,
): Promise<Pixels> {
  const { columns, rows, x, y } = picked(width, height);
  const data = new Uint8Array(columns * rows * 4);
  const context = newContext(width, Math.min(ROWS, rows));
  context.imageSmoothingEnabled = false;
  const offsets = Uint32Array.from({ length: columns }, (_, column) => x(column) * 4);
  for (let first = 0; first < rows; first += ROWS) {
    const count = Math.min(ROWS, rows - first);
    context.clearRect(0, 0, width, count);
    for (let row = 0; row < count; row++) {
      context.drawImage(source, 0, y(first + row), width, 1, 0, row, width, 1);
    }
    const drawn = context.getImageData(0, 0, width, count).data;
    for (let row = 0; row < count; row++) {
      copyPixels(
        drawn.subarray(row * width * 4, (row + 1) * width * 4),
        offsets,
        data.subarray((first + row) * columns * 4),
      );
    }
    await pause?.();
  }
  return { data, width: columns, height: rows, channels: 4 };
}

function copyPixels(row: Uint8ClampedArray, offsets: Uint32Array, out: Uint8Array): void {
  for (let x = 0; x < offsets.length; x++) {
    const from = offsets[x]!;
    out[4 * x] = row[from]!;
    out[4 * x + 1] = row[from + 1]!;
    out[4 * x + 2] = row[from + 2]!;
    out[4 * x + 3] = row[from + 3]!;
  }
}
