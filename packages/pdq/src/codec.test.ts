import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHash, HASH_BITS, HASH_BYTES, hammingDistance, parseHash } from './index.ts';

const hashes = fc.uint8Array({ minLength: HASH_BYTES, maxLength: HASH_BYTES });

describe('printed hashes', () => {
  it('come back as the bytes they were', () => {
    fc.assert(
      fc.property(hashes, (hash) => {
        const text = formatHash(hash);
        expect(text).toMatch(/^[0-9a-f]{64}$/);
        expect(parseHash(text)).toEqual(hash);
        expect(parseHash(text.toUpperCase())).toEqual(hash);
      }),
    );
  });

  it('put the first printed digits into byte 0', () => {
    expect(parseHash(`f8${'0'.repeat(60)}01`)).toEqual(Uint8Array.from([0xf8, ...Array(30).fill(0), 0x01]));
  });

  it('are nothing else', () => {
    const hex = '0123456789abcdef'.repeat(4);
    for (const text of ['', hex.slice(1), `${hex}0`, ` ${hex}`, `${hex}\n`, hex.replace('f', 'g')]) {
      expect(parseHash(text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseHash(text) === undefined).toBe(!/^[0-9a-fA-F]{64}$/.test(text) || text.endsWith('\n'));
      }),
    );
  });

  it('refuse bytes of another length', () => {
    expect(() => formatHash(new Uint8Array(31))).toThrow(RangeError);
    expect(() => hammingDistance(new Uint8Array(32), new Uint8Array(33))).toThrow(RangeError);
  });
});

describe('distance', () => {
  it('is a metric', () => {
    fc.assert(
      fc.property(hashes, hashes, hashes, (a, b, c) => {
        expect(hammingDistance(a, a)).toBe(0);
        expect(hammingDistance(a, b)).toBe(hammingDistance(b, a));
        expect(hammingDistance(a, c)).toBeLessThanOrEqual(hammingDistance(a, b) + hammingDistance(b, c));
        if (formatHash(a) !== formatHash(b)) expect(hammingDistance(a, b)).toBeGreaterThan(0);
      }),
    );
  });

  it('counts flipped bits', () => {
    const flips = fc.uniqueArray(fc.nat({ max: HASH_BITS - 1 }));
    fc.assert(
      fc.property(hashes, flips, (hash, bits) => {
        const other = hash.slice();
        for (const bit of bits) other[bit >> 3] = other[bit >> 3]! ^ (1 << (bit & 7));
        expect(hammingDistance(hash, other)).toBe(bits.length);
      }),
    );
  });
});
