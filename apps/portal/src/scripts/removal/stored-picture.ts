/** How far into a file its metadata are looked for; what lies further back stays. */
const HEAD_BYTES = 1 << 20;

/** A stretch of bytes, `to` not included. */
interface Range {
  from: number;
  to: number;
}

/**
 * The picture without what tells a browser to turn it or to change its colours (EXIF, colour profiles): browsers
 * follow those even when asked not to, and the hash is that of the pixels as stored, as Meta's reference takes them.
 * Only stretches of the blob, no copy of its bytes. Other formats than JPEG and PNG stay as they are.
 */
export async function asStored(file: Blob): Promise<Blob> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const left = rangesToLeaveOut(head);
  if (left.length === 0) return file;
  const parts: Blob[] = [];
  let at = 0;
  for (const { from, to } of left) {
    parts.push(file.slice(at, from));
    at = to;
  }
  parts.push(file.slice(at));
  return new Blob(parts, { type: file.type });
}

/** Where the metadata lie that change how pixels are shown, in the order of the file; never throws. */
export function rangesToLeaveOut(head: Uint8Array): Range[] {
  if (textAt(head, 0, 3) === '\xff\xd8\xff') return inJpeg(head);
  if (textAt(head, 0, 8) === '\x89PNG\r\n\x1a\n') return inPng(head);
  return [];
}

const START_OF_SCAN = 0xda;

function inJpeg(head: Uint8Array): Range[] {
  const found: Range[] = [];
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let at = 2;
  while (at + 4 <= head.length && head[at] === 0xff && head[at + 1] !== START_OF_SCAN) {
    // A marker may be preceded by any number of fill bytes.
    if (head[at + 1] === 0xff) {
      at++;
      continue;
    }
    const to = at + 2 + view.getUint16(at + 2);
    const exif = head[at + 1] === 0xe1 && textAt(head, at + 4, 6) === 'Exif\0\0';
    const profile = head[at + 1] === 0xe2 && textAt(head, at + 4, 12) === 'ICC_PROFILE\0';
    if (exif || profile) found.push({ from: at, to });
    at = to;
  }
  return found;
}

const LEFT_OUT_OF_PNG = new Set(['eXIf', 'iCCP', 'gAMA', 'cHRM', 'sRGB', 'cICP']);

function inPng(head: Uint8Array): Range[] {
  const found: Range[] = [];
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let at = 8;
  while (at + 8 <= head.length) {
    const name = textAt(head, at + 4, 4);
    if (name === 'IDAT') break;
    // Length, name, content, check sum.
    const to = at + 12 + view.getUint32(at);
    if (LEFT_OUT_OF_PNG.has(name)) found.push({ from: at, to });
    at = to;
  }
  return found;
}

function textAt(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
