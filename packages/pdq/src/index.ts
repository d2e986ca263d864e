export { formatHash, HASH_BITS, HASH_BYTES, hammingDistance, parseHash } from './codec.ts';
