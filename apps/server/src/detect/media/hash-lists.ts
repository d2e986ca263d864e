import { z } from 'zod';
import { signalDigits } from './banks/index.ts';

/** Kinds of hashes that a file can hold. */
export const hashKinds = ['sha256', 'sha1', 'md5', 'pdq'] as const;
export type HashKind = (typeof hashKinds)[number];

/** One hash as a list names it: lower-case hexadecimal. */
export interface KnownHash {
  kind: HashKind;
  value: string;
  reason: string | null;
}

const Line = z.strictObject({
  kind: z.enum(hashKinds, { error: `the kind must be one of ${hashKinds.join(', ')}` }),
  hash: z.string(),
  reason: z.string().trim().max(500).optional(),
});

export interface ReadHashes {
  hashes: KnownHash[];
  /** Lines (from 1) that could not be read, with what is wrong. */
  bad: { line: number; problem: string }[];
}

/**
 * Reads a hash list: CSV `kind,hash[,reason]` (a first line `kind,hash…` is passed over) or NDJSON
 * `{"kind","hash","reason"?}`, told apart line by line. Empty lines and lines that begin with # do not count. Pure.
 */
export function readHashes(text: string): ReadHashes {
  const read: ReadHashes = { hashes: [], bad: [] };
  const seen = new Set<string>();
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || (index === 0 && /^kind\s*,\s*hash\b/i.test(line))) continue;
    const hash = readLine(line);
    if (typeof hash === 'string') read.bad.push({ line: index + 1, problem: hash });
    else if (!seen.has(`${hash.kind} ${hash.value}`)) {
      seen.add(`${hash.kind} ${hash.value}`);
      read.hashes.push(hash);
    }
  }
  return read;
}

function readLine(line: string): KnownHash | string {
  let value: unknown;
  if (line.startsWith('{')) {
    try {
      value = JSON.parse(line);
    } catch (cause) {
      return `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    }
  } else {
    const [kind = '', hash = '', ...reason] = line
      .split(',')
      .map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
    value = { kind: kind.toLowerCase(), hash, ...(reason.length === 0 ? {} : { reason: reason.join(', ') }) };
  }
  const parsed = Line.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'not valid'}`;
  }
  const { kind, reason } = parsed.data;
  const hash = parsed.data.hash.trim().toLowerCase();
  if (!new RegExp(`^[0-9a-f]{${signalDigits[kind]}}$`).test(hash)) {
    return `a ${kind} hash has ${signalDigits[kind]} hexadecimal digits, not "${hash.slice(0, 80)}"`;
  }
  return { kind, value: hash, reason: reason === undefined || reason === '' ? null : reason };
}
