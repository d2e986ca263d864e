/** Length of a PDQ hash in bytes. Byte 0 holds the first two printed hex digits (word 15, high half). */
export const HASH_BYTES = 32;

/** Bits of a PDQ hash; the largest distance. */
export const HASH_BITS = 256;

/** Matches 64 hex digits, of either case. */
const PRINTED = /^[0-9a-f]{64}$/i;

/** Set bits of every byte. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) ones++;
  return ones;
});

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Reads a printed hash: 64 hex digits, 16 words of 16 bits from high to low. `undefined` when it is not one. */
export function parseHash(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!PRINTED.test(text)) return undefined;
  const hash = new Uint8Array(HASH_BYTES);
  for (let at = 0; at < HASH_BYTES; at++) hash[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return hash;
}

/** Prints a hash of 32 bytes as 64 lower-case hex digits. Throws a RangeError on any other length. */
export function formatHash(hash: Uint8Array): string {
  checkLength(hash);
  let text = '';
  for (const byte of hash) text += HEX[byte];
  return text;
}

/** Bits in which two hashes of 32 bytes differ, 0–256. Throws a RangeError on any other length. */
export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  checkLength(a);
  checkLength(b);
  let distance = 0;
  for (let at = 0; at < HASH_BYTES; at++) distance += ONES[a[at]! ^ b[at]!]!;
  return distance;
}

function checkLength(hash: Uint8Array): void {
  if (hash.length !== HASH_BYTES) {
    throw new RangeError(`a hash has ${HASH_BYTES} bytes, but this has ${hash.length}`);
  }
}
