import { fold } from './fold.ts';
import { unicodeHost } from './punycode.ts';

/** Rows of the hashed model of hosts. */
export const HOST_BUCKETS = 1 << 15;

const MOST = 64;

/** Rows of the runs of a host's characters, as they stand and with all figures made one. */
export function hostRows(host: string): number[] {
  const bare = host.replace(/^www\d?\./, '');
  const shown = (
    /^[a-z\d.-]*$/.test(bare) && !bare.includes('xn--') ? bare : fold(unicodeHost(bare)).base
  ).slice(-MOST);
  const text = `^${shown}$`;
  const shape = text.replace(/\d/g, '0');
  const rows: number[] = [];
  for (let length = 3; length <= 5; length++) {
    for (let at = 0; at + length <= text.length; at++) {
      rows.push(rowOf(text, at, length, 1));
      rows.push(rowOf(shape, at, length, 2));
    }
  }
  return rows;
}

/** FNV-1a over the run, spread by the finaliser of MurmurHash3 (both public domain). */
function rowOf(text: string, from: number, length: number, kind: number): number {
  let hash = 0x811c9dc5 ^ kind;
  for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (HOST_BUCKETS - 1);
}
