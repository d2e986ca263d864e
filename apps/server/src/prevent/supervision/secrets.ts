import { createHash, randomBytes, randomInt } from 'node:crypto';
import { type Keys, mac } from '../../base/keys.ts';
import { seedOfDigits } from '../../base/secret-digits.ts';

/** No vowels, no W and no D: a Vietnamese keyboard would turn them into other letters. No look-alikes. */
const ALPHABET = 'BCFGHJKMNPQRTVX34679';
const CODE_LENGTH = 10;

/** A one-time code of ten characters (43 bits). */
export function newCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** `BCFGH-JKMNP`, as people read and write it. */
export function spaced(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/** The code that somebody typed, or undefined when it cannot be one. */
export function readCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return code.length === CODE_LENGTH && [...code].every((one) => ALPHABET.includes(one)) ? code : undefined;
}

/** The sixteen digits of a family key that somebody typed, or undefined. */
export function readFamilyKey(typed: string): string | undefined {
  const digits = typed.replace(/\D/g, '');
  return digits.length === 16 ? digits : undefined;
}

/** Makes the hashes that are kept instead of codes, family keys and session tokens. */
export function createHashes(keys: Keys) {
  const codes = keys.derive('supervision codes');
  const salt = mac(keys.derive('family keys'), 'salt').subarray(0, 16);
  return {
    /** Keyed, since a code has too few bits to stand alone against whoever steals the database. */
    ofCode: (code: string): Buffer => mac(codes, code),
    /** Argon2id, then SHA-256: about a tenth of a second. */
    ofFamilyKey: async (digits: string): Promise<Buffer> =>
      createHash('sha256')
        .update(await seedOfDigits(digits, salt))
        .digest(),
  };
}

export type Hashes = ReturnType<typeof createHashes>;

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Four digits by which a young person tells one supervisor from another on the telephone. */
export function numberOf(supervisionId: string): string {
  return String(Number.parseInt(supervisionId.slice(0, 8), 16) % 10_000).padStart(4, '0');
}
