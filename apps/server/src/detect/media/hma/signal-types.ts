import {
  formatFrameJson,
  formatHash,
  hammingDistance,
  LEAST_FRAME_QUALITY,
  matchVideos,
  parseFrames,
  parseHash,
} from '@keben/pdq';
import { PDQ_RADIUS, type Signal, type SignalKind, signalDigits } from '../banks/index.ts';
import { FILM_PERCENT } from '../candidates.ts';
import type { HashMatch } from '../hash-match.ts';
import type { LookedUp } from '../look-up-media.ts';
import { HmaError } from './hma-error.ts';

export const contentTypes = ['photo', 'video'] as const;
export type ContentType = (typeof contentTypes)[number];

/** HMA's types (`pdq`, `video_md5`, its extension `vpdq`), and ours for the exact hashes. `video_md5` is `md5` of a film. */
export const signalTypeNames = ['pdq', 'video_md5', 'vpdq', 'md5', 'sha1', 'sha256'] as const;
export type SignalTypeName = (typeof signalTypeNames)[number];

export const kindOfType: Record<SignalTypeName, SignalKind> = {
  pdq: 'pdq',
  video_md5: 'md5',
  vpdq: 'vpdq',
  md5: 'md5',
  sha1: 'sha1',
  sha256: 'sha256',
};

/** What a file is hashed to: as HMA when nothing is asked for. */
export const typesOfContent: Record<ContentType, { always: SignalTypeName[]; also: SignalTypeName[] }> = {
  photo: { always: ['pdq'], also: ['md5', 'sha1', 'sha256'] },
  video: { always: ['video_md5', 'vpdq'], also: ['md5', 'sha1', 'sha256'] },
};

/** HMA's word for what differs in nothing. */
const NO_DISTANCE = '-';

export function isSignalType(name: string): name is SignalTypeName {
  return (signalTypeNames as readonly string[]).includes(name);
}

/** Of the name in a request; 400 in HMA's words. */
export function signalTypeOf(name: string): SignalTypeName {
  if (!isSignalType(name)) throw new HmaError(400, `No such SignalType '${name}'`);
  return name;
}

/** A signal that was read: as banks hold it, as it is written, as it is looked up. */
export interface ParsedSignal {
  signals: Signal[];
  text: string;
  lookedUp: LookedUp;
}

/** Reads a signal, or says in plain words what is wrong with it. */
export function parseSignal(type: SignalTypeName, given: string): ParsedSignal | { problem: string } {
  const kind = kindOfType[type];
  if (kind === 'vpdq') return parseFilm(given);
  const value = given.trim().toLowerCase();
  if (value.length !== signalDigits[kind] || !/^[0-9a-f]+$/.test(value)) {
    return { problem: `a ${kind} hash has ${signalDigits[kind]} hexadecimal digits` };
  }
  return { signals: [{ kind, value }], text: value, lookedUp: { [kind]: value } };
}

function parseFilm(given: string): ParsedSignal | { problem: string } {
  const parsed = parseFrames(given);
  if ('problem' in parsed) return parsed;
  const frames = parsed.frames.filter(({ quality }) => quality >= LEAST_FRAME_QUALITY);
  if (frames.length === 0) return { problem: `no frame has a quality of ${LEAST_FRAME_QUALITY} or more` };
  const printed = frames.map(({ hash, quality, seconds }) => ({ value: formatHash(hash), quality, seconds }));
  return {
    signals: printed.map((frame) => ({ kind: 'vpdq', ...frame })),
    text: formatFrameJson(frames),
    lookedUp: { frames: printed.map(({ value, quality }) => ({ hash: value, quality })) },
  };
}

/** HMA's text for how near a match is. */
export function distanceText({ kind, distance, film }: HashMatch): string {
  if (kind === 'pdq') return String(distance);
  if (film) return `${Math.round(film.queryPercent)}%[${Math.round(film.contentPercent)}%]`;
  return NO_DISTANCE;
}

/** The answer of `/m/compare` for one type: whether they match, and how near they are. */
export function compareSignals(type: SignalTypeName, left: ParsedSignal, right: ParsedSignal) {
  if (type === 'pdq') {
    const [a, b] = [left, right].map(({ text }) => parseHash(text));
    if (!a || !b) throw new Error('a hash that was read is none');
    const distance = hammingDistance(a, b);
    return [distance <= PDQ_RADIUS, { distance }];
  }
  if (type === 'vpdq') {
    const { query, candidate } = matchVideos(framesIn(left), framesIn(right), {
      quality: LEAST_FRAME_QUALITY,
    });
    return [query >= FILM_PERCENT, { query_match_percent: query, compared_match_percent: candidate }];
  }
  return [left.text === right.text, {}];
}

function framesIn({ lookedUp: { frames = [] } }: ParsedSignal) {
  return frames.map(({ hash, quality }) => ({ hash: parseHash(hash) ?? new Uint8Array(32), quality }));
}

/** Signals of a content by HMA's names: an MD5 beside a PDQ hash is that of a picture. */
export function hmaSignals(signals: Signal[]): Record<string, string> {
  const of = (kind: SignalKind) => signals.filter((signal) => signal.kind === kind);
  const named: Record<string, string> = {};
  for (const kind of ['pdq', 'md5', 'sha1', 'sha256'] as const) {
    const [first] = of(kind);
    const name = kind === 'md5' && of('pdq').length === 0 ? 'video_md5' : kind;
    if (first) named[name] = first.value;
  }
  const frames = of('vpdq').flatMap(({ value, quality, seconds }) => {
    const hash = parseHash(value);
    return hash ? [{ hash, quality: quality ?? 100, seconds: seconds ?? 0 }] : [];
  });
  if (frames.length > 0) named.vpdq = formatFrameJson(frames);
  return named;
}
