import { type BadLine, type ListedHash, readHashList } from '@keben/pdq';

/** Hashes that the server takes at a time (detect/media/banks/add-contents.ts). */
export const MOST_HASHES = 5000;
export const LARGEST_FILE_MB = 5;

export type HashesRead =
  | { hashes: ListedHash[] }
  | { bad: BadLine[] }
  | { why: 'large'; mb: number }
  | { why: 'no-text' }
  | { why: 'too-many'; n: number }
  | { why: 'none' };

/** All hashes of a text, or why none of them can be added. */
export function hashesIn(text: string): HashesRead {
  const { hashes, bad } = readHashList(text);
  if (bad.length > 0) return { bad };
  if (hashes.length === 0) return { why: 'none' };
  if (hashes.length > MOST_HASHES) return { why: 'too-many', n: hashes.length };
  return { hashes };
}

/** The same of a file, which is read here, in the browser. */
export async function readHashFile(file: Blob): Promise<HashesRead> {
  if (file.size > LARGEST_FILE_MB * 1_000_000) return { why: 'large', mb: file.size / 1_000_000 };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch (cause) {
    if (cause instanceof TypeError) return { why: 'no-text' };
    throw cause;
  }
  return text.includes('\0') ? { why: 'no-text' } : hashesIn(text);
}
