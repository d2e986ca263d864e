import { formatFrameJson, parseHash } from '@keben/pdq';
import type { FastifyRequest } from 'fastify';
import { PDQ_QUALITY } from '../banks/index.ts';
import type { MediaReader, MediaReading } from '../files/index.ts';
import { HmaError } from './hma-error.ts';
import { parameter } from './parts.ts';
import { type ContentType, contentTypes, type SignalType } from './signal-types.ts';

/** Hashes of a file by signal type; a film's frames as HMA's vpdq type writes them. */
export type FileHashes = Partial<Record<SignalType, string>>;

export interface HashedFile {
  hashes: FileHashes;
  /** PDQ quality of a picture. */
  quality: number | undefined;
}

/** Hashes the file at `url`. Refusals are HmaErrors: 400, 413 over the cap, 503 when too many wait. */
export async function hashUrl(media: MediaReader, request: FastifyRequest, url: string): Promise<HashedFile> {
  const fetched = await media.fetch(url);
  if (fetched.status === 'refused') {
    throw new HmaError(fetched.why === 'too-large' ? 413 : 400, fetched.problem);
  }
  const reading = await media.read(fetched.file);
  const named = parameter(request, 'content_type');
  const kind = reading.kind === 'film' ? 'video' : reading.kind === 'picture' ? 'photo' : undefined;
  const content = contentTypeNamed(named ?? kind ?? 'photo');
  return { ...hashesOf(reading, content, typesAsked(request, content)) };
}

/** Hashes the one file of a multipart body, whose field is named after its content type. */
export async function hashUpload(media: MediaReader, request: FastifyRequest): Promise<HashedFile> {
  if (!request.isMultipart()) throw new HmaError(400, 'Missing multipart/form-data file upload');
  let hashed: HashedFile | undefined;
  for await (const part of request.parts({ limits: { fileSize: media.limits.bytes + 1 } })) {
    if (part.type !== 'file') continue;
    if (hashed) throw new HmaError(400, 'Only one file allowed per request');
    const content = contentTypeNamed(part.fieldname);
    const types = typesAsked(request, content);
    const file = await media.save(part.file);
    if (!file || part.file.truncated) {
      await file?.remove();
      throw new HmaError(413, `the file has more than ${media.limits.bytes} bytes`);
    }
    hashed = hashesOf(await media.read(file), content, types);
  }
  if (!hashed) throw new HmaError(400, 'Missing multipart/form-data file upload');
  return hashed;
}

function contentTypeNamed(name: string): ContentType {
  if (!Object.hasOwn(contentTypes, name)) throw new HmaError(400, `no such content_type: '${name}'`);
  return name as ContentType;
}

function typesAsked(request: FastifyRequest, content: ContentType): SignalType[] {
  const { given, possible } = contentTypes[content];
  const asked = parameter(request, 'types');
  if (asked === undefined) return [...given];
  const names = asked
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new HmaError(400, 'empty signal type selection');
  return names.map((name) => {
    const known = possible.find((type) => type === name);
    if (!known) throw new HmaError(400, `signal type '${name}' doesn't exist or is disabled`);
    return known;
  });
}

/** A file that could not be read gives an error, never a part of its hashes: what is missing would look like no match. */
function hashesOf(reading: MediaReading, content: ContentType, types: SignalType[]): HashedFile {
  const { seen, digests } = reading;
  const hashes: FileHashes = {};
  for (const type of types) {
    const value =
      type === 'pdq'
        ? seen.status === 'picture' && seen.pdq
        : type === 'vpdq'
          ? seen.status === 'film' && framesAsJson(seen.frames)
          : digests?.[type === 'video_md5' ? 'md5' : type];
    if (!value) {
      if (seen.status !== 'unavailable') {
        throw new HmaError(400, `this file is no ${content}`);
      }
      throw new HmaError(seen.why === 'too-large' ? 413 : seen.why === 'busy' ? 503 : 400, seen.problem);
    }
    hashes[type] = value;
  }
  return { hashes, quality: seen.status === 'picture' ? seen.quality : undefined };
}

function framesAsJson(frames: { hash: string; quality: number; seconds: number }[]): string {
  return formatFrameJson(
    frames.map(({ hash, ...rest }) => {
      const bytes = parseHash(hash);
      if (!bytes) throw new Error('the reader gave a hash that is none');
      return { ...rest, hash: bytes };
    }),
  );
}

/** Throws a 400 for a picture with too little shape: it can be neither matched nor banked, which is not "no match". */
export function refuseFlat({ hashes, quality }: HashedFile): void {
  if (hashes.pdq !== undefined && quality !== undefined && quality < PDQ_QUALITY) {
    throw new HmaError(
      400,
      `the picture has too little shape to be compared (PDQ quality ${quality})`,
      `Below ${PDQ_QUALITY} a PDQ hash is neither matched nor banked. Ask for other types, such as types=md5.`,
    );
  }
}
