import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mac } from '../base/keys.ts';

const VALID_MS = 30 * 60_000;

/** Hands out and checks puzzles that make mass posting cost time, without knowing who posts (hashcash-like). */
export interface Puzzles {
  issue(now: Date): { challenge: string; bits: number };
  /** True once for a solved, fresh challenge of ours. */
  redeem(challenge: string, nonce: string, now: Date): boolean;
}

export function createPuzzles(secret: Buffer, bits = 16): Puzzles {
  const spent = new Map<string, number>();
  const sign = (body: string) => mac(secret, body).toString('base64url');
  return {
    issue(now) {
      const body = `${now.getTime().toString(36)}.${randomBytes(12).toString('base64url')}.${bits}`;
      return { challenge: `${body}.${sign(body)}`, bits };
    },
    redeem(challenge, nonce, now) {
      const cut = challenge.lastIndexOf('.');
      const body = challenge.slice(0, cut);
      const given = Buffer.from(challenge.slice(cut + 1));
      const own = Buffer.from(sign(body));
      if (given.length !== own.length || !timingSafeEqual(given, own)) return false;
      const [time = '', , asked = ''] = body.split('.');
      const issued = Number.parseInt(time, 36);
      const at = now.getTime();
      if (at - issued > VALID_MS || issued > at + 1000 || spent.has(challenge)) return false;
      if (leadingZeroBits(createHash('sha256').update(`${challenge}:${nonce}`).digest()) < Number(asked))
        return false;
      for (const [old, until] of spent) if (until < at) spent.delete(old);
      spent.set(challenge, issued + VALID_MS);
      return true;
    },
  };
}

export function leadingZeroBits(hash: Uint8Array): number {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
