import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { type Keys, mac } from '../../base/keys.ts';
import { seedOfDigits } from '../../base/secret-digits.ts';

const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('');

/** Ten digits that name a request, and six that open it. */
export const newSecrets = () => ({ caseNumber: digits(10), pin: digits(6) });

export interface KeptPin {
  salt: Uint8Array;
  hash: Uint8Array;
}

/** Makes what is kept instead of PINs and of tried case numbers. */
export function createPinHashes(keys: Keys) {
  // Keyed besides Argon2id: six digits are too few to stand alone against whoever steals the database.
  const pins = keys.derive('removal pins');
  const numbers = keys.derive('removal case numbers');
  const nobody = { salt: mac(pins, 'nobody').subarray(0, 16), hash: Buffer.alloc(32) };
  const hashOf = async (pin: string, salt: Uint8Array) =>
    mac(pins, Buffer.from(await seedOfDigits(pin, salt)).toString('base64'));
  return {
    async keep(pin: string): Promise<KeptPin> {
      const salt = randomBytes(16);
      return { salt, hash: await hashOf(pin, salt) };
    },
    /** True when the PIN is the kept one. Takes as long when there is none. */
    async fits(pin: string, kept: KeptPin | undefined): Promise<boolean> {
      const { salt, hash } = kept ?? nobody;
      const same = timingSafeEqual(await hashOf(pin, salt), hash);
      return same && kept !== undefined;
    },
    ofNumber: (caseNumber: string): Buffer => mac(numbers, caseNumber),
  };
}
export type PinHashes = ReturnType<typeof createPinHashes>;
