import { formatHash, HASH_BYTES, parseHash } from './codec.ts';
import { fillLuma, type Luma, type Pixels } from './luma.ts';

/** The PDQ hash of one frame of a film. */
export interface FrameHash {
  /** Number of the frame, from 0. Where a form of text has no number: the place in the list. */
  frame: number;
  /** Seconds from the beginning of the film. */
  seconds: number;
  /** 32 bytes in the order of print. */
  hash: Uint8Array<ArrayBuffer>;
  /** 0–100. */
  quality: number;
}

/** Frames under this quality show too little to be told from others (black, fades): they are left out. */
export const LEAST_FRAME_QUALITY = 31;

/** Bits within which two frames count as the same. */
export const FRAME_DISTANCE = 31;

/**
 * Brightness of a frame for `hashLuma`: in full size, since vPDQ does not shrink frames first, as PDQ does pictures.
 * Throws a RangeError when the data do not fill the frame.
 */
export function frameLuma(pixels: Pixels): Luma {
  const { data, width, height, channels } = pixels;
  if (data.length < width * height * channels) {
    throw new RangeError(`a frame of ${width} × ${height} expected, but got ${data.length} samples`);
  }
  const luma = { data: new Float32Array(width * height), width, height };
  fillLuma(pixels, luma);
  return luma;
}

export interface VideoMatch {
  /** Percent of the asked film's distinct frames that the other film also shows, 0–100. */
  query: number;
  /** Percent of the other film's distinct frames that the asked film also shows, 0–100. */
  candidate: number;
}

interface Hashed {
  hash: Uint8Array;
  quality: number;
}

/**
 * vPDQ of Meta (ThreatExchange, vpdq/README.md): how much of each film is found in the other. The frames are a bag:
 * neither order nor time count, equal hashes count once, frames under `quality` not at all. 0 and 0 when a film has
 * no frame left. `distance` is the largest that matches, as in HMA (the command-line tool of the C++ takes less than).
 */
export function matchVideos(
  query: readonly Hashed[],
  candidate: readonly Hashed[],
  { distance = FRAME_DISTANCE, quality = LEAST_FRAME_QUALITY }: { distance?: number; quality?: number } = {},
): VideoMatch {
  const asked = distinctWords(query, quality);
  const known = distinctWords(candidate, quality);
  return { query: percentFound(asked, known, distance), candidate: percentFound(known, asked, distance) };
}

const WORDS = HASH_BYTES / 4;

/** The hashes as 32-bit words, one after the other: a film of an hour is compared with another in a blink. */
function distinctWords(frames: readonly Hashed[], quality: number): Uint32Array {
  const distinct = new Map<string, Uint8Array>();
  for (const { hash, quality: own } of frames) if (own >= quality) distinct.set(formatHash(hash), hash);
  const bytes = new Uint8Array(distinct.size * HASH_BYTES);
  let at = 0;
  for (const hash of distinct.values()) {
    bytes.set(hash, at);
    at += HASH_BYTES;
  }
  return new Uint32Array(bytes.buffer);
}

function percentFound(frames: Uint32Array, among: Uint32Array, radius: number): number {
  const count = frames.length / WORDS;
  let found = 0;
  for (let frame = 0; frame < frames.length; frame += WORDS) {
    if (isAmong(frames, frame, among, radius)) found++;
  }
  return count === 0 ? 0 : (100 * found) / count;
}

function isAmong(frames: Uint32Array, frame: number, among: Uint32Array, radius: number): boolean {
  for (let other = 0; other < among.length; other += WORDS) {
    let distance = 0;
    for (let word = 0; word < WORDS && distance <= radius; word++) {
      distance += ones(frames[frame + word]! ^ among[other + word]!);
    }
    if (distance <= radius) return true;
  }
  return false;
}

/** Set bits of a 32-bit number (Warren, Hacker's Delight, 5-1). */
function ones(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** One line a frame, `frame,quality,hash,seconds`: the file of Meta's vpdq-hash-video. */
export function formatFrameLines(frames: readonly FrameHash[]): string {
  return frames
    .map(
      ({ frame, quality, hash, seconds }) =>
        `${frame},${quality},${formatHash(hash)},${seconds.toFixed(3)}\n`,
    )
    .join('');
}

/**
 * A JSON list of `hash,quality,seconds`: the signal of type `vpdq` of HMA, which is what vpdq_util.py writes. Times of
 * more than three digits keep them (there 123 seconds is `1.23e+02`), so that only films over 99 seconds differ.
 */
export function formatFrameJson(frames: readonly Omit<FrameHash, 'frame'>[]): string {
  const items = frames.map(
    ({ hash, quality, seconds }) => `"${formatHash(hash)},${quality},${shortTime(seconds)}"`,
  );
  return `[${items.join(', ')}]`;
}

function shortTime(seconds: number): string {
  const text = String(Number(seconds.toFixed(3)));
  return text.includes('.') ? text : `${text}.0`;
}

/** `problem` tells in plain words which frame is wrong and how, without its content. */
export type ParsedFrames = { frames: FrameHash[] } | { problem: string };

/**
 * Reads the frames of a film in any form in use: the JSON list of `hash,quality,seconds` (HMA), the older JSON object
 * by number of frame, and lines of `frame,quality,hash,seconds` or `hash,quality,seconds` (tools of vpdq). Keeps
 * frames of every quality. Empty text is a film without frames.
 */
export function parseFrames(text: string): ParsedFrames {
  const start = text.trimStart()[0];
  if (start === '[' || start === '{') return parseJson(text);
  if (start === undefined) return { frames: [] };
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return collect(
    lines.map((line, at) => parseLine(line, at)),
    'line',
  );
}

function parseJson(text: string): ParsedFrames {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return { problem: 'the frames are not valid JSON' };
  }
  if (Array.isArray(told)) {
    return collect(
      told.map((item, at) => (typeof item === 'string' ? parseLine(item, at, 3) : undefined)),
      'item',
    );
  }
  return collect(
    Object.entries(told as object).map(([number, item]) => parseObject(number, item)),
    'frame',
  );
}

function parseLine(line: string, at: number, exactly?: 3): FrameHash | undefined {
  const parts = line.split(',');
  if (parts.length === 3) return frameOf(String(at), parts[1], parts[0], parts[2]);
  return parts.length === 4 && exactly === undefined
    ? frameOf(parts[0], parts[1], parts[2], parts[3])
    : undefined;
}

function parseObject(number: string, item: unknown): FrameHash | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { quality, hash, timestamp } = item as Record<string, unknown>;
  return frameOf(number, String(quality), String(hash), String(timestamp));
}

const WHOLE = /^\s*\d{1,10}\s*$/;
const DECIMAL = /^\s*\d{1,9}(\.\d*)?(e[+-]?\d{1,2})?\s*$/i;

function frameOf(number = '', quality = '', printed = '', time = ''): FrameHash | undefined {
  const hash = parseHash(printed.trim());
  const seconds = Number(time);
  if (!hash || !WHOLE.test(number) || !WHOLE.test(quality) || Number(quality) > 100) return undefined;
  // A film of ten years: what lies beyond is no time of a film.
  if (!DECIMAL.test(time) || seconds > 315_360_000) return undefined;
  return { frame: Number(number), quality: Number(quality), hash, seconds };
}

function collect(read: (FrameHash | undefined)[], unit: 'line' | 'item' | 'frame'): ParsedFrames {
  const frames: FrameHash[] = [];
  for (const [at, frame] of read.entries()) {
    if (!frame) {
      return {
        problem: `${unit} ${at + 1} of the frames is not a hash of 64 hexadecimal digits with a quality of 0–100 and a time in seconds`,
      };
    }
    frames.push(frame);
  }
  return { frames };
}
