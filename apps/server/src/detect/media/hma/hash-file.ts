import { formatFrameJson, parseHash } from '@keben/pdq';
import type { FastifyRequest } from 'fastify';
import { PDQ_QUALITY } from '../banks/index.ts';
import type { MediaReader, MediaReading } from '../files/index.ts';
import type { LookedUp } from '../look-up-media.ts';
import { type TakenFile, takeFile } from '../take-file.ts';
import { HmaError } from './hma-error.ts';
import { one } from './query.ts';
import {
  type ContentType,
  contentTypes,
  kindOfType,
  type SignalTypeName,
  typesOfContent,
} from './signal-types.ts';

export interface HashedFile {
  /** By type. A PDQ hash of too little quality is the empty text, as HMA writes it. */
  hashes: Map<SignalTypeName, string>;
  /** PDQ quality of a picture. */
  quality: number | undefined;
  /** A picture's PDQ hashes turned and mirrored. */
  dihedral: LookedUp['dihedral'];
  /** False for a film that goes on after the last frame read. */
  complete: boolean;
}

/** Fetches and hashes what stands at `url` of the query. */
export async function hashUrl(media: MediaReader, request: FastifyRequest, url: string): Promise<HashedFile> {
  const hint = one(request, 'content_type');
  const types = one(request, 'types');
  const contentType = hint === undefined || hint === '' ? undefined : contentTypeOf(hint);
  if (contentType) wantedTypes(contentType, types);
  const fetched = await media.fetch(url);
  if (fetched.status === 'refused') throw notFetched(fetched.why, fetched.problem);
  return hashTaken(media, fetched.file, contentType, types);
}

/** Hashes the one file of a form, whose field is called `photo` or `video`; the form's other fields come along. */
export async function hashUpload(
  media: MediaReader,
  request: FastifyRequest,
  missing = 'Missing multipart/form-data file upload',
): Promise<HashedFile & { fields: Map<string, string> }> {
  const types = one(request, 'types');
  const upload = await takeFile(request, media, (field) => wantedTypes(contentTypeOf(field), types));
  switch (upload.status) {
    case 'none':
      throw new HmaError(400, missing);
    case 'several':
      throw new HmaError(400, 'Only one file allowed per request');
    case 'too-large':
      throw tooLarge(`a file has at most ${media.limits.bytes} bytes`);
    case 'file': {
      const hashed = await hashTaken(media, upload.file, contentTypeOf(upload.field), types);
      return { ...hashed, fields: upload.fields };
    }
  }
}

async function hashTaken(
  media: MediaReader,
  file: TakenFile,
  given: ContentType | undefined,
  types: string | undefined,
): Promise<HashedFile> {
  const reading = await media.read(file, { dihedral: true });
  const contentType = given ?? seenType(reading);
  const hashes = new Map<SignalTypeName, string>();
  for (const type of wantedTypes(contentType, types)) {
    const hash = hashOf(type, reading, types !== undefined);
    if (hash !== undefined) hashes.set(type, hash);
  }
  const { seen } = reading;
  return {
    hashes,
    quality: seen.status === 'picture' ? seen.quality : undefined,
    dihedral: seen.status === 'picture' ? seen.dihedral : undefined,
    complete: seen.status !== 'film' || seen.complete,
  };
}

function contentTypeOf(name: string): ContentType {
  const found = contentTypes.find((one) => one === name);
  if (!found) throw new HmaError(400, `no such content_type: '${name}'`);
  return found;
}

/** By the first bytes of the file: what the other end says of its type is not trusted. */
function seenType({ kind }: MediaReading): ContentType {
  if (kind === 'picture') return 'photo';
  if (kind === 'film') return 'video';
  throw new HmaError(
    400,
    'unsupported content: neither a picture nor a film that is known here, if you know the expected type, provide it with the content_type query param',
  );
}

function wantedTypes(contentType: ContentType, types: string | undefined): SignalTypeName[] {
  const { always, also } = typesOfContent[contentType];
  if (types === undefined) return always;
  const wanted = types
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (wanted.length === 0) throw new HmaError(400, 'empty signal type selection');
  return wanted.map((name) => {
    const found = [...always, ...also].find((type) => type === name);
    if (!found) throw new HmaError(400, `signal type '${name}' doesn't exist or is disabled`);
    return found;
  });
}

/** `undefined`: there are no frames here, or no ffmpeg to read them, and they were not asked for by name. */
function hashOf(type: SignalTypeName, { digests, seen }: MediaReading, named: boolean): string | undefined {
  const kind = kindOfType[type];
  if (kind === 'pdq' || kind === 'vpdq') {
    if (seen.status === 'unavailable') {
      if (seen.why !== 'no-ffmpeg') throw notRead(seen.why, seen.problem);
      if (named || kind === 'pdq') throw new HmaError(400, `signal type '${type}' is disabled`, seen.problem);
      return undefined;
    }
    if (kind === 'pdq') {
      if (seen.status !== 'picture') throw new HmaError(400, 'the file is a film: send it as video');
      return seen.quality < PDQ_QUALITY ? '' : seen.pdq;
    }
    if (seen.status !== 'film') {
      if (named) throw new HmaError(400, 'the file is a picture: send it as photo');
      return undefined;
    }
    return formatFrameJson(
      seen.frames.map(({ hash, ...frame }) => ({ ...frame, hash: parseHash(hash) ?? new Uint8Array(32) })),
    );
  }
  if (!digests) throw new HmaError(503, 'the file could not be read; try again');
  return digests[kind];
}

type Unread = Extract<MediaReading['seen'], { status: 'unavailable' }>['why'];

function notRead(why: Unread, problem: string): HmaError {
  if (why === 'busy' || why === 'gone') return new HmaError(503, problem);
  if (why === 'too-large') return tooLarge(problem);
  return new HmaError(400, `the file could not be hashed: ${problem}`);
}

function notFetched(why: string, problem: string): HmaError {
  if (why === 'address') return new HmaError(400, 'Invalid or unsafe URL provided', problem);
  if (why === 'too-large') return tooLarge(problem);
  return new HmaError(400, `Failed to fetch URL: ${problem}`);
}

function tooLarge(problem: string): HmaError {
  return new HmaError(413, 'Content too large', problem);
}
