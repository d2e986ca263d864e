import type { Digests } from './digests.ts';
import { type Frame, hashFilm } from './film-frames.ts';
import { DeviceError, digestFile, hashPicture } from './hash-calls.ts';

/** Pictures of lower quality have too little shape to be told from others. */
const LEAST_QUALITY = 50;

export interface PictureHash {
  hash: string;
  quality: number;
  /** Of the picture turned and mirrored; equal ones once, so that of a symmetric picture there are fewer than seven. */
  turned: string[];
}

/** What is sent of one file. */
export type Item =
  | ({ type: 'image'; pdq?: PictureHash } & Digests)
  | ({ type: 'video'; frames?: Frame[] } & Digests);

export interface HashedFile {
  item: Item;
  /** Why only the exact copy can be found. */
  exactOnly?: 'low-quality' | 'not-opened' | 'heic' | 'too-long';
}

/** What a file is by its type or, where the system names none, by its ending; null for what is neither. */
export function kindOf({ type, name }: { type: string; name: string }): Item['type'] | null {
  if (type.startsWith('image/')) return 'image';
  if (type.startsWith('video/')) return 'video';
  if (type !== '') return null;
  if (/\.(jpe?g|png|webp|gif|avif|hei[cf])$/i.test(name)) return 'image';
  return /\.(mp4|m4v|mov|webm|mkv|3gp)$/i.test(name) ? 'video' : null;
}

/** Hashes a file on the device. Rejects with the signal's reason when stopped, with DeviceError when it cannot be read. */
export async function hashFile(
  file: File,
  type: Item['type'],
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<HashedFile> {
  // What is seen takes most of the time of a film, and the digests most of that of a picture.
  const weight = type === 'video' ? 0.9 : 0.4;
  const seen =
    type === 'video'
      ? await seenInFilm(file, signal, (share) => progress(share * weight))
      : await seenInPicture(file, signal);
  progress(weight);
  const digests = await digestFile(file, signal, (share) => progress(weight + share * (1 - weight)));
  const { exactOnly, ...shape } = seen;
  return { item: { type, ...shape, ...digests }, ...(exactOnly && { exactOnly }) };
}

async function seenInPicture(file: File, signal: AbortSignal) {
  try {
    const { hash, quality, turned } = await hashPicture(file, signal);
    if (quality < LEAST_QUALITY || !hasShape(hash)) return { exactOnly: 'low-quality' as const };
    const others = new Set(turned.filter((one) => one !== hash && hasShape(one)));
    return { pdq: { hash, quality, turned: [...others] } };
  } catch (cause) {
    if (cause instanceof DeviceError)
      return { exactOnly: isHeic(file) ? ('heic' as const) : ('not-opened' as const) };
    throw cause;
  }
}

/** As phones of Apple save pictures; most browsers of others cannot open it. */
const isHeic = ({ type, name }: File) => /^image\/hei[cf]/.test(type) || /\.hei[cf]$/i.test(name);

async function seenInFilm(file: File, signal: AbortSignal, progress: (share: number) => void) {
  const film = await hashFilm(file, signal, progress);
  if (film.type === 'too-long') return { exactOnly: 'too-long' as const };
  if (film.type === 'not-played') return { exactOnly: 'not-opened' as const };
  const frames = film.frames.filter(({ hash }) => hasShape(hash));
  return frames.length > 0 ? { frames } : { exactOnly: 'low-quality' as const };
}

/** About half of the bits are set in the hash of a picture with shape; the server refuses others. */
export function hasShape(hash: string): boolean {
  let bits = 0;
  for (const digit of hash)
    bits += [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4][Number.parseInt(digit, 16)] ?? 0;
  return Math.abs(bits - 128) <= 32;
}
