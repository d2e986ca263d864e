/** What the frame of a picture file holds beside the picture itself. Offsets are checked before every read. */
export interface Container {
  format: 'jpeg' | 'png' | 'webp';
  /** XMP packets as text, in the order of the file. */
  xmp: string[];
  /** The C2PA manifest store of a WebP file (RIFF chunk `C2PA`); JPEG and PNG are read by the C2PA library. */
  jumbf?: Uint8Array;
  /** What was left out because a limit was reached or a part was cut off. */
  problems: string[];
}

const MAX_PARTS = 20_000;
const MAX_XMP = 1024 * 1024;
const MAX_PACKETS = 4;
const xmpHeader = 'http://ns.adobe.com/xap/1.0/\0';
const pngKeyword = 'XML:com.adobe.xmp';

/** Reads the frame of a JPEG (ITU T.81), PNG (W3C PNG 3rd ed.) or WebP (RFC 9649) file; undefined for any other. */
export function readContainer(file: Uint8Array): Container | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xffd8ff) return readJpeg(bytes);
  if (bytes.length >= 8 && bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')))
    return readPng(bytes);
  if (bytes.length >= 12 && latin(bytes, 0, 4) === 'RIFF' && latin(bytes, 8, 12) === 'WEBP')
    return readWebp(bytes);
  return undefined;
}

const latin = (bytes: Buffer, from: number, to: number) => bytes.toString('latin1', from, to);

function keepXmp(into: Container, bytes: Buffer): void {
  if (bytes.length > MAX_XMP) into.problems.push(`an XMP packet of ${bytes.length} bytes was left out`);
  else if (into.xmp.length >= MAX_PACKETS) into.problems.push('further XMP packets were left out');
  else into.xmp.push(bytes.toString('utf8'));
}

function readJpeg(bytes: Buffer): Container {
  const found: Container = { format: 'jpeg', xmp: [], problems: [] };
  let at = 2;
  for (let part = 0; part < MAX_PARTS; part++) {
    // Any number of fill bytes may stand before a marker.
    while (at < bytes.length && bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (at + 4 > bytes.length) return cut(found);
    if (bytes[at] !== 0xff) return cut(found);
    const marker = bytes[at + 1] ?? 0;
    // After the start of scan comes the picture: metadata stands before it.
    if (marker === 0xda || marker === 0xd9) return found;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return cut(found);
    const body = at + 4;
    if (marker === 0xe1 && latin(bytes, body, body + xmpHeader.length) === xmpHeader) {
      keepXmp(found, bytes.subarray(body + xmpHeader.length, end));
    }
    at = end;
  }
  found.problems.push('too many segments');
  return found;
}

function readPng(bytes: Buffer): Container {
  const found: Container = { format: 'png', xmp: [], problems: [] };
  let at = 8;
  for (let part = 0; part < MAX_PARTS; part++) {
    if (at + 12 > bytes.length) return cut(found);
    const length = bytes.readUInt32BE(at);
    const type = latin(bytes, at + 4, at + 8);
    const body = at + 8;
    if (body + length + 4 > bytes.length) return cut(found);
    if (type === 'IEND') return found;
    if (type === 'iTXt') keepPngText(found, bytes.subarray(body, body + length));
    at = body + length + 4;
  }
  found.problems.push('too many chunks');
  return found;
}

/** iTXt: keyword, NUL, compression flag and method, language, NUL, translated keyword, NUL, text. */
function keepPngText(found: Container, text: Buffer): void {
  const keyword = text.indexOf(0);
  if (keyword < 0 || latin(text, 0, keyword) !== pngKeyword) return;
  if (text[keyword + 1] !== 0) {
    // The XMP specification (part 3) asks for no compression; unpacking strangers' data is a risk without a gain.
    found.problems.push('a compressed XMP packet was left out');
    return;
  }
  const language = text.indexOf(0, keyword + 3);
  const translated = language < 0 ? -1 : text.indexOf(0, language + 1);
  if (translated >= 0) keepXmp(found, text.subarray(translated + 1));
}

function readWebp(bytes: Buffer): Container {
  const found: Container = { format: 'webp', xmp: [], problems: [] };
  let at = 12;
  for (let part = 0; part < MAX_PARTS; part++) {
    if (at === bytes.length) return found;
    if (at + 8 > bytes.length) return cut(found);
    const type = latin(bytes, at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const body = at + 8;
    if (body + length > bytes.length) return cut(found);
    if (type === 'XMP ') keepXmp(found, bytes.subarray(body, body + length));
    if (type === 'C2PA') found.jumbf = bytes.subarray(body, body + length);
    at = Math.min(bytes.length, body + length + (length % 2));
  }
  found.problems.push('too many chunks');
  return found;
}

function cut(found: Container): Container {
  found.problems.push('the file is cut off or damaged');
  return found;
}
