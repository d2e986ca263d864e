import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPuzzles, leadingZeroBits } from './proof-of-work.ts';

const now = new Date('2026-11-24T08:00:00Z');
const minutes = (n: number) => new Date(now.getTime() + n * 60_000);

function solve(challenge: string, bits: number): string {
  for (let nonce = 0; ; nonce++) {
    const hash = createHash('sha256').update(`${challenge}:${nonce}`).digest();
    if (leadingZeroBits(hash) >= bits) return String(nonce);
  }
}

describe('proof of work', () => {
  const puzzles = createPuzzles(Buffer.from('a secret of the test'), 8);

  it('accepts a solved puzzle once', () => {
    const { challenge, bits } = puzzles.issue(now);
    const nonce = solve(challenge, bits);
    expect(puzzles.redeem(challenge, nonce, minutes(1))).toBe(true);
    expect(puzzles.redeem(challenge, nonce, minutes(2))).toBe(false);
  });

  it('refuses a wrong nonce, a stale puzzle, one of another server and one made easier', () => {
    const { challenge, bits } = puzzles.issue(now);
    const nonce = solve(challenge, bits);
    const wrong = Array.from({ length: 100 }, (_, n) => String(n)).find(
      (n) => leadingZeroBits(createHash('sha256').update(`${challenge}:${n}`).digest()) < bits,
    );
    expect(puzzles.redeem(challenge, wrong ?? 'x', now)).toBe(false);
    expect(puzzles.redeem(challenge, nonce, minutes(31))).toBe(false);
    expect(createPuzzles(Buffer.from('another'), 8).redeem(challenge, nonce, now)).toBe(false);
    expect(puzzles.redeem(challenge.replace('.8.', '.0.'), '1', now)).toBe(false);
  });

  it('counts leading zero bits', () => {
    expect(leadingZeroBits(Uint8Array.of(0x80))).toBe(0);
    expect(leadingZeroBits(Uint8Array.of(0, 0x0f))).toBe(12);
    expect(leadingZeroBits(Uint8Array.of(0, 0))).toBe(16);
  });
});
