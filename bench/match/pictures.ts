import { createHasher } from '@keben/pdq';
import { flip, type MatchSet, numbers } from './sets.ts';

const SIDE = 96;

/** Draws into a square picture of grey values. */
type Draw = (grey: Float32Array, chance: (below: number) => number) => void;

function each(grey: Float32Array, value: (x: number, y: number, before: number) => number): void {
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) grey[SIDE * y + x] = value(x / SIDE, y / SIDE, grey[SIDE * y + x]!);
  }
}

function box(
  grey: Float32Array,
  left: number,
  top: number,
  width: number,
  height: number,
  tone: number,
): void {
  for (let y = top; y < Math.min(SIDE, top + height); y++) {
    grey.fill(tone, SIDE * y + left, SIDE * y + Math.min(SIDE, left + width));
  }
}

/** What pictures made by machines look like: gradients, text on paper, drawings of plain shapes, noise. */
const KINDS: Record<string, Draw> = {
  gradients: (grey, chance) => {
    const [a, b, c] = [chance(200) - 100, chance(200) - 100, chance(60)];
    each(grey, (x, y) => 128 + a * (x - 0.5) + b * (y - 0.5) + c * x * y);
  },
  text: (grey, chance) => {
    grey.fill(245);
    const size = 3 + chance(5);
    for (let y = 2 + chance(8); y < SIDE - size; y += 2 * size) {
      const end = SIDE - chance(50);
      for (let x = 4; x < end; x += size)
        if (chance(6) > 0) box(grey, x, y, 1 + chance(size), size, chance(60));
    }
  },
  drawings: (grey, chance) => {
    grey.fill(chance(256));
    for (let shape = 0; shape < 2 + chance(10); shape++) {
      box(grey, chance(SIDE), chance(SIDE), 4 + chance(60), 4 + chance(60), chance(256));
    }
  },
  noise: (grey, chance) => each(grey, () => chance(256)),
};

/**
 * PDQ hashes of `size` such pictures, a quarter of each kind (quality is not looked at: gradients would hardly pass), and
 * queries made from them by flipping 0–15 bits, one kind after another.
 */
export async function pictureSet(size: number, queries: number): Promise<MatchSet> {
  const next = numbers(3);
  const chance = (below: number) => next() % below;
  const hasher = await createHasher();
  const kinds = Object.values(KINDS);
  const hashes = new Uint8Array(32 * size);
  const data = new Float32Array(SIDE * SIDE);
  for (let at = 0; at < size; at++) {
    data.fill(0);
    kinds[at % kinds.length]?.(data, chance);
    hashes.set(hasher.hashLuma({ data, width: SIDE, height: SIDE }).hash, 32 * at);
  }
  const asked = new Uint8Array(32 * queries);
  const planted = new Int32Array(queries);
  for (let at = 0; at < queries; at++) {
    const from = chance(size / kinds.length) * kinds.length + (at % kinds.length);
    planted[at] = from;
    asked.set(hashes.subarray(32 * from, 32 * from + 32), 32 * at);
    flip(asked, at, chance(16), next);
  }
  return { hashes, queries: asked, planted };
}
