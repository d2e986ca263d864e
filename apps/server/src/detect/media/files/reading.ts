import type { FilmFormat, ImageFormat } from './media-type.ts';

export interface ReadLimits {
  /** Bytes of the file. */
  bytes: number;
  /** Width × height of a picture, and of a frame of a film. */
  pixels: number;
  /** Seconds a picture may take, from its first byte. */
  seconds: number;
  /** Seconds a film may take. What was read until shortly before counts: `complete` says that something is missing. */
  filmSeconds: number;
  /** Frames of a film that are looked at, one a second from its beginning. */
  frames: number;
  /** Resident memory of the process that reads, with the decoder that it started, in megabytes. */
  memoryMegabytes: number;
}

/** Of the bytes as they are, in lower-case hex. */
export interface Digests {
  md5: string;
  sha1: string;
  sha256: string;
}

export interface SeenPicture {
  status: 'picture';
  format: ImageFormat;
  width: number;
  height: number;
  /** 64 hex digits. Of a quality under 50 it tells nothing: it is given, but never to be matched or banked. */
  pdq: string;
  quality: number;
  /** Turned and mirrored, when asked for. */
  dihedral?: { orientation: string; pdq: string }[];
}

export interface SeenFilm {
  status: 'film';
  format: FilmFormat;
  /** One a second, of quality 31 or more. */
  frames: { frame: number; seconds: number; hash: string; quality: number }[];
  /** Frames that were looked at, with those left out for their quality. */
  looked: number;
  /** False when the film goes on after the last frame, or is damaged somewhere. */
  complete: boolean;
}

/**
 * `busy`: too many files wait, try again. `memory`, `timeout`, `crashed`: the process that read was ended.
 * `no-ffmpeg`: films cannot be read here. `gone`: the bytes could not be read.
 */
export type WhyUnseen =
  | 'not-supported'
  | 'too-large'
  | 'timeout'
  | 'memory'
  | 'damaged'
  | 'crashed'
  | 'busy'
  | 'no-ffmpeg'
  | 'gone';

export interface Unseen {
  status: 'unavailable';
  why: WhyUnseen;
  /** Plain words for whoever sent the file; never a path. */
  problem: string;
}

/** What a file is to the eye. */
export type Seen = SeenPicture | SeenFilm | Unseen;

export interface MediaReading {
  /** There whenever the bytes could be read to the end, also when nothing could be seen. */
  digests?: Digests;
  /** What the first bytes say. */
  kind?: 'picture' | 'film';
  seen: Seen;
}

export function unseen(why: WhyUnseen, problem: string): Unseen {
  return { status: 'unavailable', why, problem };
}

/** What the process that reads is asked for. */
export interface ReadJob {
  path: string;
  dihedral: boolean;
  limits: ReadLimits;
  /** Program that decodes films. */
  ffmpeg: string;
}

/** What it answers, in this order; `decoder` only for films, with the process that has to be watched too. */
export type ReaderMessage =
  | { kind: 'ready' }
  | { kind: 'digests'; digests: Digests; of: 'picture' | 'film' | undefined }
  | { kind: 'decoder'; pid: number }
  | { kind: 'seen'; seen: Seen };
