import type { Pixels } from '../luma.ts';
import { picked } from './pick-pixels.ts';

const GREY_ALPHA = 4;
const COLOUR_ALPHA = 6;
/** Signature and the header chunk: 8 + 4 + 4 + 13 + 4. */
const HEAD_BYTES = 33;

interface Header {
  width: number;
  height: number;
  /** Bytes of a pixel, and of a sample. */
  pixel: number;
  sample: number;
}

/**
 * The pixels that PDQ looks at of a PNG that has its transparency in its pixels, with the colours as stored: a canvas
 * multiplies colours by their transparency, so what is transparent is black there. Row by row, so that the picture is
 * never held as a whole. undefined for every other file (also interlaced ones); rejects when it is damaged.
 */
export async function pngPixels(file: Blob): Promise<Pixels | undefined> {
  if (typeof DecompressionStream !== 'function') return undefined;
  const header = headerOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (!header) return undefined;
  const { width, height, pixel, sample } = header;
  const { columns, rows, x, y } = picked(width, height);
  const data = new Uint8Array(columns * rows * 4);
  // Where a pixel's colours begin; grey is read three times.
  const green = pixel === 2 * sample ? 0 : sample;
  let out = 0;
  let row = 0;
  for await (const line of linesOf(contentOf(file), header)) {
    for (; out < rows && y(out) === row; out++) {
      for (let column = 0; column < columns; column++) {
        const from = x(column) * pixel;
        const to = (out * columns + column) * 4;
        data[to] = line[from]!;
        data[to + 1] = line[from + green]!;
        data[to + 2] = line[from + 2 * green]!;
        data[to + 3] = 255;
      }
    }
    row++;
    if (out === rows) return { data, width: columns, height: rows, channels: 4 };
  }
  throw new Error('the picture ends early');
}

function headerOf(head: Uint8Array): Header | undefined {
  if (head.length < HEAD_BYTES || String.fromCharCode(...head.subarray(1, 4)) !== 'PNG') return undefined;
  const view = new DataView(head.buffer, head.byteOffset);
  const [depth, colours, interlaced] = [head[24], head[25], head[28]];
  const samples = colours === GREY_ALPHA ? 2 : colours === COLOUR_ALPHA ? 4 : 0;
  if (samples === 0 || interlaced !== 0) return undefined;
  const sample = depth === 16 ? 2 : 1;
  return { width: view.getUint32(16), height: view.getUint32(20), pixel: samples * sample, sample };
}

/** What the data chunks hold, unpacked. */
function contentOf(file: Blob): ReadableStream<Uint8Array> {
  const chunks = dataOf(file);
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
  return packed.pipeThrough(new DecompressionStream('deflate'));
}

/** Bytes of the `IDAT` chunks, which follow one another. */
async function* dataOf(file: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  const frame = new Uint8Array(8);
  const view = new DataView(frame.buffer);
  // Bytes read of what stands between two contents: the check sum of the last chunk (-4 to 0), length and name.
  let framed = -4;
  let content = 0;
  let wanted = false;
  for await (const bytes of bytesOf(file.slice(HEAD_BYTES - 4).stream())) {
    for (let at = 0; at < bytes.length; ) {
      if (content > 0) {
        const to = Math.min(bytes.length, at + content);
        if (wanted) yield bytes.subarray(at, to);
        content -= to - at;
        at = to;
        if (content === 0) framed = -4;
      } else {
        if (framed >= 0) frame[framed] = bytes[at]!;
        framed++;
        at++;
        if (framed < 8) continue;
        const name = String.fromCharCode(...frame.subarray(4));
        if (name === 'IEND') return;
        content = view.getUint32(0);
        wanted = name === 'IDAT';
        if (content === 0) framed = -4;
      }
    }
  }
}

/** Lines of samples, one after another; each is overwritten by the one after the next. */
async function* linesOf(content: ReadableStream<Uint8Array>, { width, pixel }: Header) {
  let line = new Uint8Array(width * pixel);
  let above = new Uint8Array(width * pixel);
  let filter = -1;
  let filled = 0;
  for await (const bytes of bytesOf(content)) {
    for (let at = 0; at < bytes.length; ) {
      if (filter < 0) {
        filter = bytes[at++]!;
        filled = 0;
        continue;
      }
      const part = bytes.subarray(at, at + line.length - filled);
      line.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < line.length) continue;
      unfilter(filter, line, above, pixel);
      yield line;
      [line, above] = [above, line];
      filter = -1;
    }
  }
}

/** PNG, chapter 9: what a line was made smaller with is undone in place. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, pixel: number): void {
  const length = line.length;
  if (filter === 1) {
    for (let at = pixel; at < length; at++) line[at] = line[at]! + line[at - pixel]!;
  } else if (filter === 2) {
    for (let at = 0; at < length; at++) line[at] = line[at]! + above[at]!;
  } else if (filter === 3) {
    for (let at = 0; at < length; at++) {
      const left = at < pixel ? 0 : line[at - pixel]!;
      line[at] = line[at]! + ((left + above[at]!) >> 1);
    }
  } else if (filter === 4) {
    for (let at = 0; at < Math.min(pixel, length); at++) line[at] = line[at]! + above[at]!;
    for (let at = pixel; at < length; at++) {
      const [left, up, corner] = [line[at - pixel]!, above[at]!, above[at - pixel]!];
      const toLeft = Math.abs(up - corner);
      const toUp = Math.abs(left - corner);
      const toCorner = Math.abs(left + up - 2 * corner);
      const nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
      line[at] = line[at]! + nearest;
    }
  } else if (filter !== 0) {
    throw new Error('not a line of a PNG');
  }
}

/** Streams can be looped over in some browsers only. Leaving the loop stops the stream. */
async function* bytesOf<T extends Uint8Array>(stream: ReadableStream<T>): AsyncGenerator<T, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
