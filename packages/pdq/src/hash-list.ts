/** Kinds of hashes that a list can hold. */
export const listKinds = ['sha256', 'sha1', 'md5', 'pdq'] as const;
export type ListKind = (typeof listKinds)[number];

/** Hexadecimal digits of each kind. */
export const listDigits: Readonly<Record<ListKind, number>> = { sha256: 64, sha1: 40, md5: 32, pdq: 64 };

/** Letters of a reason. */
export const LONGEST_REASON = 500;

/** One hash as a list names it: lower-case hexadecimal. */
export interface ListedHash {
  kind: ListKind;
  value: string;
  reason: string | null;
}

/**
 * Why a line is not a hash. `json`: begins with `{` and is none; `field`: has a field that a list does not know, or one
 * that is no text; `kind`: not one of `listKinds`; `digits`: not so many hexadecimal digits; `reason`: longer than 500.
 */
export type BadLine = { line: number } & (
  | { why: 'json' | 'field' | 'kind' | 'reason' }
  | { why: 'digits'; kind: ListKind; found: string }
);

export interface HashList {
  hashes: ListedHash[];
  /** Lines, counted from 1. */
  bad: BadLine[];
}

type LineRead =
  | ListedHash
  | { why: 'json' | 'field' | 'kind' | 'reason' }
  | { why: 'digits'; kind: ListKind; found: string };

/**
 * Reads a hash list: CSV `kind,hash[,reason]` (a first line `kind,hash…` is passed over) or NDJSON
 * `{"kind","hash","reason"?}`, told apart line by line. Empty lines and lines that begin with # do not count; of two that
 * are the same the first does. Pure, never throws.
 */
export function readHashList(text: string): HashList {
  const read: HashList = { hashes: [], bad: [] };
  const seen = new Set<string>();
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || (index === 0 && /^kind\s*,\s*hash\b/i.test(line))) continue;
    const one = line.startsWith('{') ? ofJson(line) : ofCsv(line);
    if ('why' in one) read.bad.push({ line: index + 1, ...one });
    else if (!seen.has(`${one.kind} ${one.value}`)) {
      seen.add(`${one.kind} ${one.value}`);
      read.hashes.push(one);
    }
  }
  return read;
}

function ofCsv(line: string): LineRead {
  const [kind = '', hash = '', ...reason] = fieldsOf(line);
  return checked(kind.toLowerCase(), hash, reason.join(', '));
}

/** Fields between commas, trimmed; in quotes a comma is a letter like others, and two quotes are one. */
function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim(),
  );
}

function ofJson(line: string): LineRead {
  let told: unknown;
  try {
    told = JSON.parse(line);
  } catch {
    return { why: 'json' };
  }
  if (typeof told !== 'object' || told === null) return { why: 'json' };
  const { kind, hash, reason = '', ...more } = told as Record<string, unknown>;
  if (Object.keys(more).length > 0 || typeof hash !== 'string' || typeof reason !== 'string') {
    return { why: 'field' };
  }
  return checked(kind, hash, reason);
}

function checked(named: unknown, hash: string, told: string): LineRead {
  const kind = listKinds.find((one) => one === named);
  if (kind === undefined) return { why: 'kind' };
  const value = hash.trim().toLowerCase();
  if (value.length !== listDigits[kind] || !/^[0-9a-f]+$/.test(value)) {
    return { why: 'digits', kind, found: value.slice(0, 80) };
  }
  const reason = told.trim();
  if (reason.length > LONGEST_REASON) return { why: 'reason' };
  return { kind, value, reason: reason === '' ? null : reason };
}
