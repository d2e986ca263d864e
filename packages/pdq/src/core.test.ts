import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createHasher,
  type DihedralHashes,
  dihedralOfHash,
  formatHash,
  hammingDistance,
  type Luma,
  lumaOf,
} from './index.ts';

const core = await createHasher();
const plain = await createHasher('typescript');

function expectSame(luma: Luma): void {
  const fast = core.hashLuma(luma, { dihedral: true });
  const slow = plain.hashLuma(luma, { dihedral: true });
  expect(formatHash(fast.hash)).toBe(formatHash(slow.hash));
  expect(fast).toEqual(slow);
}

/** Noise that a seed gives, the same on every machine. */
function noise(width: number, height: number, seed: number): Luma {
  let state = seed;
  const data = Float32Array.from({ length: width * height }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 255;
  });
  return { data, width, height };
}

/** A drawing of slow waves, without symmetry. */
function waves(width: number, height: number): Luma {
  const data = Float32Array.from({ length: width * height }, (_, at) => {
    const x = (at % width) / width;
    const y = Math.floor(at / width) / height;
    return (
      128 +
      50 * Math.sin(9 * x + 4 * y * y) +
      40 * Math.cos(7 * y - 3 * x * x + 1) +
      30 * Math.sin(17 * x * y + 2)
    );
  });
  return { data, width, height };
}

/** Squares of `size` pixels, each of a brightness of its own: strong in all frequencies, without symmetry. */
function blocks(side: number, size: number): Luma {
  const few = side / size;
  const { data: squares } = noise(few, few, 42);
  const data = Float32Array.from({ length: side * side }, (_, at) => {
    const x = Math.floor((at % side) / size);
    const y = Math.floor(at / side / size);
    return squares[y * few + x]!;
  });
  return { data, width: side, height: side };
}

describe('the two ways to hash', () => {
  it('has the WebAssembly core here', () => {
    expect(core.kind).toBe('wasm');
    expect(plain.kind).toBe('typescript');
  });

  it('give the same bits on noise of any size', () => {
    const side = fc.integer({ min: 1, max: 530 });
    fc.assert(
      fc.property(side, side, fc.nat(), (width, height, seed) => expectSame(noise(width, height, seed))),
      { numRuns: 60 },
    );
  });

  it('give the same bits on gradients and steps', () => {
    const side = fc.integer({ min: 5, max: 512 });
    const slope = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        side,
        side,
        slope,
        slope,
        fc.integer({ min: 1, max: 64 }),
        (width, height, dx, dy, step) => {
          const data = Float32Array.from({ length: width * height }, (_, at) => {
            const value = 128 + dx * (at % width) + dy * Math.floor(at / width);
            return Math.min(255, Math.max(0, Math.round(value / step) * step));
          });
          expectSame({ data, width, height });
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    [5, 5],
    [64, 64],
    [128, 129],
    [257, 384],
    [385, 300],
    [512, 512],
    [1200, 17],
    [17, 5000],
    [1500, 1100],
    [8192, 30],
    [8193, 6],
  ])('give the same bits at %i × %i, one after another', (width, height) => {
    expectSame(noise(width, height, width * height));
    expectSame(waves(width, height));
  });

  it('give the same bits for samples of any kind and size', () => {
    const side = fc.integer({ min: 1, max: 900 });
    fc.assert(
      fc.property(side, side, fc.constantFrom(1, 2, 3, 4), fc.nat(), (width, height, channels, seed) => {
        const data = Uint8ClampedArray.from(noise(width * channels, height, seed).data);
        const pixels = { data, width, height, channels } as const;
        expect(core.hashPixels(pixels)).toEqual(plain.hashPixels(pixels));
      }),
      { numRuns: 25 },
    );
  });

  it('give the zero hash and quality 0 below 5 pixels', () => {
    for (const [width, height] of [
      [4, 100],
      [100, 4],
      [0, 0],
    ] as const) {
      for (const hasher of [core, plain]) {
        const { hash, quality, dihedral } = hasher.hashLuma(noise(width, height, 1), { dihedral: true });
        expect(formatHash(hash)).toBe('0'.repeat(64));
        expect(quality).toBe(0);
        expect(Object.values(dihedral ?? {}).map(formatHash)).toEqual(Array(8).fill('0'.repeat(64)));
      }
    }
  });

  it('give quality 0 to a plain surface and 100 to a busy one', () => {
    const flat = { data: new Float32Array(90_000).fill(200), width: 300, height: 300 };
    expect(core.hashLuma(flat).quality).toBe(0);
    expect(core.hashLuma(noise(64, 64, 7)).quality).toBe(100);
  });
});

/** The picture seen another way: the pixel at (x, y) is the one that `from` names. */
function moved(luma: Luma, from: (x: number, y: number, last: number) => [x: number, y: number]): Luma {
  const { width, height } = luma;
  const data = Float32Array.from({ length: width * height }, (_, at) => {
    const [x, y] = from(at % width, Math.floor(at / width), width - 1);
    return luma.data[y * width + x]!;
  });
  return { data, width, height };
}

describe('turned and mirrored pictures', () => {
  // 64 × 64 are not smoothed, so only rounding can differ. Larger ones are smoothed a pixel to one side, as by the
  // reference: the turned picture has another hash than the one foretold, but one that matches.
  const exact = noise(64, 64, 3);
  const large = blocks(400, 10);

  it.each([
    ['original', (x, y) => [x, y]],
    ['rotate90', (x, y, last) => [last - y, x]],
    ['rotate180', (x, y, last) => [last - x, last - y]],
    ['rotate270', (x, y, last) => [y, last - x]],
    ['flipX', (x, y, last) => [x, last - y]],
    ['flipY', (x, y, last) => [last - x, y]],
    ['flipPlus1', (x, y) => [y, x]],
    ['flipMinus1', (x, y, last) => [last - y, last - x]],
  ] as [keyof DihedralHashes, Parameters<typeof moved>[1]][])('have the hash called %s', (name, from) => {
    for (const [luma, most] of [
      [exact, 2],
      [large, 31],
    ] as const) {
      const { hash, dihedral } = core.hashLuma(luma, { dihedral: true });
      const seen = core.hashLuma(moved(luma, from)).hash;
      expect(hammingDistance(seen, dihedral![name])).toBeLessThanOrEqual(most);
      if (name !== 'original') expect(hammingDistance(seen, hash)).toBeGreaterThan(60);
    }
  });

  it('are foretold from the hash alone up to a few bits', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const luma = seed % 2 === 0 ? noise(64, 64, seed) : blocks(10 * (seed + 4), 10);
      const { hash, dihedral } = core.hashLuma(luma, { dihedral: true });
      const told = dihedralOfHash(hash);
      for (const [name, bits] of Object.entries(dihedral!)) {
        const distance = hammingDistance(bits, told[name as keyof DihedralHashes]);
        expect(distance, name).toBeLessThanOrEqual(name === 'original' || name === 'flipPlus1' ? 0 : 24);
      }
    }
  });
});

describe('brightness', () => {
  it('weighs the colours and leaves grey as it is', () => {
    const pixel = (channels: 1 | 2 | 3 | 4, ...data: number[]) =>
      lumaOf({ data: Uint8Array.from(data), width: 1, height: 1, channels }).data[0];
    expect(pixel(3, 255, 0, 0)).toBeCloseTo(76.245, 3);
    expect(pixel(3, 0, 255, 0)).toBeCloseTo(149.685, 3);
    expect(pixel(4, 0, 0, 255, 0)).toBeCloseTo(29.07, 3);
    expect(pixel(1, 77)).toBe(77);
    expect(pixel(2, 77, 3)).toBe(77);
  });

  it('takes the nearest pixel when a side is over 512', () => {
    const width = 1000;
    const height = 3;
    const data = Uint8Array.from({ length: width * height }, (_, at) => (at * 7) % 256);
    const luma = lumaOf({ data, width, height, channels: 1 });
    expect([luma.width, luma.height]).toEqual([512, 512]);
    for (const [x, y] of [
      [0, 0],
      [511, 511],
      [200, 171],
      [333, 170],
    ] as const) {
      const from = Math.floor((y * height) / 512) * width + Math.floor((x * width) / 512);
      expect(luma.data[y * 512 + x]).toBe(data[from]);
    }
  });

  it('must fill the picture', () => {
    const data = new Uint8Array(11);
    expect(() => core.hashPixels({ data, width: 2, height: 2, channels: 3 })).toThrow(RangeError);
    const luma = { data: new Float32Array(99), width: 10, height: 10 };
    for (const hasher of [core, plain]) expect(() => hasher.hashLuma(luma)).toThrow(RangeError);
    expect(() => core.hashPixels({ data, width: 2.5, height: 2, channels: 1 })).toThrow(RangeError);
  });
});
