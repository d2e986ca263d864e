import {
  type BadLine,
  type ListedHash,
  LONGEST_REASON,
  listDigits,
  listKinds,
  readHashList,
} from '@keben/pdq';

export type KnownHash = ListedHash;

export interface ReadHashes {
  hashes: KnownHash[];
  /** Lines (from 1) that could not be read, with what is wrong. */
  bad: { line: number; problem: string }[];
}

/** Reads a hash list as `readHashList` does, and says in words what is wrong with a line. Pure. */
export function readHashes(text: string): ReadHashes {
  const { hashes, bad } = readHashList(text);
  return { hashes, bad: bad.map((one) => ({ line: one.line, problem: problemOf(one) })) };
}

function problemOf(bad: BadLine): string {
  switch (bad.why) {
    case 'json':
      return 'not a JSON object, though it begins like one';
    case 'field':
      return 'a JSON line has kind, hash and perhaps reason, each a text, and nothing else';
    case 'kind':
      return `the kind must be one of ${listKinds.join(', ')}`;
    case 'digits':
      return `a ${bad.kind} hash has ${listDigits[bad.kind]} hexadecimal digits, not "${bad.found}"`;
    case 'reason':
      return `the reason has more than ${LONGEST_REASON} letters`;
  }
}
