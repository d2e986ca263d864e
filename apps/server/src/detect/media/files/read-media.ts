import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { formatHash, type Hasher } from '@keben/pdq';
import { decodeImage } from './decode-image.ts';
import { filmFrames } from './film-frames.ts';
import { decodeHeic } from './heic-picture.ts';
import { HEAD_BYTES, type ImageFormat, type MediaType, mediaTypeOf } from './media-type.ts';
import { type Digests, type ReadJob, type Seen, type SeenPicture, type Unseen, unseen } from './reading.ts';

/** Told while a file is read, so that it is not lost when the decoder ends the process. */
export interface WhileReading {
  onDigests(digests: Digests, of: MediaType['kind'] | undefined): void;
  onDecoder(pid: number): void;
}

/** Reads one file in this process: its digests, then what can be seen. Never throws for what the file holds. */
export async function readMedia(job: ReadJob, hasher: Hasher, told: WhileReading): Promise<Seen> {
  const read = await digestFile(job.path, job.limits.bytes);
  if ('status' in read) return read;
  const type = mediaTypeOf(read.head);
  told.onDigests(read.digests, type?.kind);
  if (!type) return unseen('not-supported', 'not a picture or film of a kind that is read here');
  if (type.kind === 'film') return filmFrames(job, type.format, hasher, told.onDecoder);
  return seePicture(job, type.format, hasher, told.onDecoder);
}

async function digestFile(path: string, limit: number): Promise<{ digests: Digests; head: Buffer } | Unseen> {
  const hashes = [createHash('md5'), createHash('sha1'), createHash('sha256')] as const;
  const head: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      if (bytes < HEAD_BYTES) head.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > limit) return unseen('too-large', `the file has more than ${limit} bytes`);
      for (const hash of hashes) hash.update(chunk as Buffer);
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    return unseen('gone', `the file cannot be read (${code})`);
  }
  const [md5, sha1, sha256] = hashes.map((hash) => hash.digest('hex')) as [string, string, string];
  return { digests: { md5, sha1, sha256 }, head: Buffer.concat(head).subarray(0, HEAD_BYTES) };
}

async function seePicture(
  job: ReadJob,
  format: ImageFormat,
  hasher: Hasher,
  onDecoder: (pid: number) => void,
): Promise<SeenPicture | Unseen> {
  const { path, dihedral, limits } = job;
  // From memory: what libvips says of a file would name its path.
  const bytes = await readFile(path);
  const decoded = await decodeImage(bytes, limits);
  // libvips as sharp brings it recognises HEIC, but has no decoder for it.
  const noDecoder = format === 'heic' && decoded.status === 'unavailable' && decoded.why === 'not-supported';
  const image = noDecoder ? await decodeHeic(bytes, job, onDecoder) : decoded;
  if (image.status === 'unavailable') return image;
  const { width, height } = image.pixels;
  const hashed = hasher.hashPixels(image.pixels, { dihedral });
  return {
    status: 'picture',
    format: image.format,
    width,
    height,
    pdq: formatHash(hashed.hash),
    quality: hashed.quality,
    ...(hashed.dihedral && {
      dihedral: Object.entries(hashed.dihedral).map(([orientation, hash]) => ({
        orientation,
        pdq: formatHash(hash),
      })),
    }),
  };
}
