/** How far into a file its metadata are looked for; what lies further back stays. */
const HEAD_BYTES = 1 << 20;

/** A stretch of bytes, `to` not included, and what stands there instead. */
interface Change {
  from: number;
  to: number;
  instead?: Uint8Array<ArrayBuffer>;
}

/**
 * The picture without what tells a browser to turn it, to change its colours (EXIF, colour profiles) or to make parts
 * transparent: browsers follow the first two even when asked not to, and a canvas loses the colours of what is
 * transparent. The hash is that of the pixels as stored, as Meta's reference takes them. Only stretches of the blob,
 * no copy of its bytes. Where pixels themselves hold transparency (PNG, lossless WebP) it stays; see true-colours.ts.
 */
export async function asStored(file: Blob): Promise<Blob> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const changes = changesOf(head);
  if (changes.length === 0) return file;
  const parts: BlobPart[] = [];
  let at = 0;
  for (const { from, to, instead } of changes) {
    parts.push(file.slice(at, from));
    if (instead) parts.push(instead);
    at = to;
  }
  parts.push(file.slice(at));
  return new Blob(parts, { type: file.type });
}

/** What is changed of a file that begins so, in the order of the file; never throws. */
export function changesOf(head: Uint8Array): Change[] {
  if (textAt(head, 0, 3) === '\xff\xd8\xff') return inJpeg(head);
  if (textAt(head, 0, 8) === '\x89PNG\r\n\x1a\n') return inPng(head);
  if (textAt(head, 0, 4) === 'RIFF' && textAt(head, 8, 4) === 'WEBP') return inWebp(head);
  if (textAt(head, 4, 4) === 'ftyp') return inAvif(head);
  return [];
}

const START_OF_SCAN = 0xda;

function inJpeg(head: Uint8Array): Change[] {
  const found: Change[] = [];
  const view = viewOf(head);
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

const LEFT_OUT_OF_PNG = new Set(['eXIf', 'iCCP', 'gAMA', 'cHRM', 'sRGB', 'cICP', 'tRNS']);

function inPng(head: Uint8Array): Change[] {
  const found: Change[] = [];
  const view = viewOf(head);
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

const LEFT_OUT_OF_WEBP = new Set(['ALPH', 'ICCP', 'EXIF']);
/** Of the features that the first chunk names: alpha, EXIF, colour profile. */
const FEATURES = 0x10 | 0x08 | 0x20;

// Names and flags are written over, nothing is taken out: the file says how long it is.
function inWebp(head: Uint8Array): Change[] {
  const found: Change[] = [];
  const view = viewOf(head);
  let at = 12;
  while (at + 9 <= head.length) {
    const name = textAt(head, at, 4);
    if (name === 'VP8X') {
      found.push({ from: at + 8, to: at + 9, instead: Uint8Array.of(head[at + 8]! & ~FEATURES) });
    }
    if (LEFT_OUT_OF_WEBP.has(name)) found.push({ from: at, to: at + 4, instead: bytesOf('none') });
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return found;
}

/** Boxes of boxes, and how long the head of each is. */
const HOLDS_MORE: Record<string, number> = { meta: 12, iref: 12, iprp: 8, ipco: 8 };
/** The colours of sRGB by the numbers of ITU-T H.273: primaries 1, transfer 13. */
const SRGB = Uint8Array.of(0, 1, 0, 13);

// Of one length for one length: the file says where its parts lie.
function inAvif(head: Uint8Array): Change[] {
  const found: Change[] = [];
  const view = viewOf(head);
  let at = 0;
  while (at + 20 <= head.length) {
    const name = textAt(head, at + 4, 4);
    const length = Math.max(view.getUint32(at), 8);
    // Numbers of colours also say how the picture is coded, so they stay.
    if (name === 'colr' && length > 16 && textAt(head, at + 8, 4) === 'nclx')
      found.push({ from: at + 12, to: at + 16, instead: SRGB });
    else if (name === 'auxl' || name === 'colr')
      found.push({ from: at + 4, to: at + 8, instead: bytesOf('none') });
    at += HOLDS_MORE[name] ?? length;
  }
  return found;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function textAt(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
