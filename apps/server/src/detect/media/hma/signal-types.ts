import { hammingDistance, parseFrames, parseHash } from '@keben/pdq';
import { type Signal, type SignalKind, signalDigits } from '../banks/index.ts';
import { HmaError } from './hma-error.ts';

/** Names of signal types in HMA, and ours beside them. Films are known to HMA by their MD5. */
export const signalTypes = {
  pdq: 'pdq',
  video_md5: 'md5',
  vpdq: 'vpdq',
  md5: 'md5',
  sha1: 'sha1',
  sha256: 'sha256',
} as const satisfies Record<string, SignalKind>;
export type SignalType = keyof typeof signalTypes;

/** HMA's content types, with the signal types that a file of each gets without `types`, and those it may ask for. */
export const contentTypes = {
  photo: { given: ['pdq'], possible: ['pdq', 'md5', 'sha1', 'sha256'] },
  video: { given: ['video_md5'], possible: ['video_md5', 'vpdq', 'md5', 'sha1', 'sha256'] },
} as const satisfies Record<string, { given: SignalType[]; possible: SignalType[] }>;
export type ContentType = keyof typeof contentTypes;

export function signalTypeNamed(name: string): SignalType {
  if (!Object.hasOwn(signalTypes, name)) throw new HmaError(400, `No such SignalType '${name}'`);
  return name as SignalType;
}

/** The hashes that a signal of HMA stands for: one, or the frames of a film. Throws a 400 when it is none. */
export function signalsOfText(type: SignalType, text: string): Signal[] {
  const kind = signalTypes[type];
  if (kind === 'vpdq') {
    const read = parseFrames(text);
    if ('problem' in read) throw new HmaError(400, `invalid signal type: ${read.problem}`);
    return read.frames.map(({ hash, quality, seconds }) => ({
      kind,
      value: Buffer.from(hash).toString('hex'),
      quality,
      seconds,
    }));
  }
  const value = text.trim().toLowerCase();
  if (!new RegExp(`^[0-9a-f]{${signalDigits[kind]}}$`).test(value)) {
    throw new HmaError(400, `invalid signal type: a ${type} has ${signalDigits[kind]} hexadecimal digits`);
  }
  return [{ kind, value }];
}

/** Differing bits of two PDQ hashes; throws a 400 when one is none. */
export function pdqDistance(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => parseHash(text.trim().toLowerCase()));
  if (!a || !b) throw new HmaError(400, 'a pdq has 64 hexadecimal digits');
  return hammingDistance(a, b);
}
