/** Pictures that are decoded (HEIC only where libvips was built with it). */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic';

/** Films whose frames are read; the names are those of ffmpeg's demuxers. */
export type FilmFormat = 'mov' | 'matroska' | 'avi' | 'mpegts' | 'mpeg' | 'flv' | 'ogg';

export type MediaType = { kind: 'picture'; format: ImageFormat } | { kind: 'film'; format: FilmFormat };

/** Bytes of the beginning that `mediaTypeOf` looks at. */
export const HEAD_BYTES = 600;

/**
 * What the first bytes of a file say that it is; `undefined` for everything that no decoder shall see. Names and
 * content types are what the sender says, so nobody asks them.
 */
export function mediaTypeOf(head: Uint8Array): MediaType | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  const picture = (format: ImageFormat): MediaType => ({ kind: 'picture', format });
  const film = (format: FilmFormat): MediaType => ({ kind: 'film', format });
  if (text(0, 3) === '\xff\xd8\xff') return picture('jpeg');
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return picture('png');
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return picture('gif');
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return picture('webp');
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'AVI ') return film('avi');
  if (text(0, 4) === '\x1a\x45\xdf\xa3') return film('matroska');
  if (text(0, 4) === 'OggS') return film('ogg');
  if (text(0, 4) === 'FLV\x01') return film('flv');
  if (text(0, 4) === '\x00\x00\x01\xba') return film('mpeg');
  // Packets of 188 bytes, each beginning with the letter G.
  if (head.length >= 377 && [0, 188, 376].every((at) => head[at] === 0x47)) return film('mpegts');
  const box = text(4, 8);
  if (box === 'ftyp') return typeOfBrands(head, text);
  // QuickTime without a brand.
  return ['moov', 'mdat', 'wide', 'free', 'skip'].includes(box) && text(0, 1) === '\x00'
    ? film('mov')
    : undefined;
}

const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1']);

function typeOfBrands(head: Uint8Array, text: (from: number, to: number) => string): MediaType | undefined {
  // The brand of the file, a version, and brands that it also fits.
  const brands = [text(8, 12)];
  for (let at = 16; at < Math.min(head[3] ?? 0, 64); at += 4) brands.push(text(at, at + 4));
  if (brands.includes('avif') || brands.includes('avis')) return { kind: 'picture', format: 'avif' };
  if (brands.some((brand) => HEIC_BRANDS.has(brand))) return { kind: 'picture', format: 'heic' };
  return { kind: 'film', format: 'mov' };
}
