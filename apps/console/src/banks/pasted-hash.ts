import { dihedralOfHash, formatHash, listDigits, listKinds, parseHash } from '@keben/pdq';
import type { PictureHashes } from './hash-picture.ts';

/**
 * What somebody pasted, as hashes to look up: the hash alone, `kind,hash`, or a line of `keben hash`. 64 digits without
 * a kind may be PDQ or SHA-256, so both are asked; from a PDQ hash those of the turned picture are foretold.
 * Undefined for what is no hash. Pure.
 */
export function hashesOfPasted(text: string): Partial<PictureHashes> | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .split(/[\s,;:]+/);
  const named = listKinds.find((kind) => kind === words[0]);
  const value = words[named ? 1 : 0] ?? '';
  if (!/^[0-9a-f]+$/.test(value)) return undefined;
  const kinds = listKinds.filter((kind) => listDigits[kind] === value.length && (!named || kind === named));
  if (kinds.length === 0) return undefined;
  const asked: Partial<PictureHashes> = Object.fromEntries(kinds.map((kind) => [kind, value]));
  const hash = asked.pdq === undefined ? undefined : parseHash(asked.pdq);
  if (hash) {
    asked.dihedral = Object.entries(dihedralOfHash(hash))
      .filter(([orientation]) => orientation !== 'original')
      .map(([orientation, bits]) => ({ orientation, pdq: formatHash(bits) }));
  }
  return asked;
}
