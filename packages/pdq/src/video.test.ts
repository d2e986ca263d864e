import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FrameHash,
  formatFrameJson,
  formatFrameLines,
  formatHash,
  frameLuma,
  HASH_BITS,
  HASH_BYTES,
  hammingDistance,
  lumaOf,
  matchVideos,
  parseFrames,
} from './index.ts';

const hashes = fc.uint8Array({ minLength: HASH_BYTES, maxLength: HASH_BYTES });
const times = fc.nat({ max: 36_000_000 }).map((milliseconds) => milliseconds / 1000);
const frame = fc.record({ frame: fc.nat(), seconds: times, hash: hashes, quality: fc.nat({ max: 100 }) });
const film = fc.array(frame, { maxLength: 12 });

/** Films that share some frames up to a few bits, so that near and far pairs both occur. */
const films = fc
  .record({
    first: film,
    more: film,
    flips: fc.array(fc.record({ frame: fc.nat(), bit: fc.nat({ max: HASH_BITS - 1 }) }), { maxLength: 300 }),
  })
  .map(({ first, more, flips }) => {
    const second = [...first, ...more].map((one) => ({ ...one, hash: one.hash.slice() }));
    for (const { frame, bit } of flips) {
      const hash = second[frame % second.length]?.hash;
      if (hash) hash[bit >> 3] = hash[bit >> 3]! ^ (1 << (bit & 7));
    }
    return { first, second };
  });

function plainPercent(of: FrameHash[], among: FrameHash[], distance: number, quality: number): number {
  const bag = new Map(
    of.filter((one) => one.quality >= quality).map((one) => [formatHash(one.hash), one.hash]),
  );
  const others = among.filter((one) => one.quality >= quality);
  const found = [...bag.values()].filter((hash) =>
    others.some((other) => hammingDistance(hash, other.hash) <= distance),
  );
  return bag.size === 0 ? 0 : (100 * found.length) / bag.size;
}

describe('comparing films', () => {
  it('counts distinct frames of enough quality within the distance, as said by the definition', () => {
    fc.assert(
      fc.property(
        films,
        fc.nat({ max: 60 }),
        fc.nat({ max: 100 }),
        ({ first, second }, distance, quality) => {
          expect(matchVideos(first, second, { distance, quality })).toEqual({
            query: plainPercent(first, second, distance, quality),
            candidate: plainPercent(second, first, distance, quality),
          });
        },
      ),
    );
  });

  it('finds a film in itself, in any order and with frames twice, and a clip in the film', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 12 }), fc.nat(), (frames, cut) => {
        const clear = frames.map((one) => ({ ...one, quality: 31 + (one.quality % 70) }));
        expect(matchVideos(clear, [...clear, ...clear].reverse())).toEqual({ query: 100, candidate: 100 });
        const clip = clear.slice(cut % clear.length);
        expect(matchVideos(clip, clear).query).toBe(100);
        expect(matchVideos(clear, clip).candidate).toBe(100);
      }),
    );
  });

  it('matches at the distance itself, leaves out frames of quality 30, and takes those of 31', () => {
    const hash = new Uint8Array(HASH_BYTES);
    const away31 = Uint8Array.from({ length: HASH_BYTES }, (_, at) => (at < 3 ? 0xff : at === 3 ? 0x7f : 0));
    const away32 = away31.with(3, 0xff);
    const near = [{ hash: away31, quality: 31 }];
    expect(matchVideos([{ hash, quality: 31 }], near)).toEqual({ query: 100, candidate: 100 });
    expect(matchVideos([{ hash, quality: 31 }], [{ hash: away32, quality: 100 }])).toEqual({
      query: 0,
      candidate: 0,
    });
    expect(matchVideos([{ hash, quality: 30 }], near)).toEqual({ query: 0, candidate: 0 });
    expect(matchVideos([], [])).toEqual({ query: 0, candidate: 0 });
  });
});

describe('a frame', () => {
  it('is looked at in full size', () => {
    const data = Uint8Array.from({ length: 3 * 1000 * 10 }, (_, at) => (at % 3 === 0 ? (at / 3) % 251 : 0));
    const luma = frameLuma({ data, width: 1000, height: 10, channels: 3 });
    expect([luma.width, luma.height, luma.data[1]]).toEqual([1000, 10, Math.fround(0.299)]);
    const small = { data: data.subarray(0, 300), width: 10, height: 10, channels: 3 } as const;
    expect(frameLuma(small)).toEqual(lumaOf(small));
    expect(() => frameLuma({ data, width: 1000, height: 11, channels: 3 })).toThrow(RangeError);
  });
});

describe('written frames', () => {
  it('come back from lines and from the JSON of HMA', () => {
    fc.assert(
      fc.property(film, (frames) => {
        expect(parseFrames(formatFrameLines(frames))).toEqual({ frames });
        const numbered = frames.map((one, at) => ({ ...one, frame: at }));
        expect(parseFrames(formatFrameJson(frames))).toEqual({ frames: numbered });
      }),
    );
  });

  const hex = 'e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c';
  const hash = Uint8Array.from(Buffer.from(hex, 'hex'));

  it('look as the tools of vpdq write them', () => {
    const frames = [
      { frame: 0, seconds: 0, quality: 100, hash },
      { frame: 45, seconds: 1.5, quality: 99, hash },
    ];
    expect(formatFrameLines(frames)).toBe(`0,100,${hex},0.000\n45,99,${hex},1.500\n`);
    expect(formatFrameJson(frames)).toBe(`["${hex},100,0.0", "${hex},99,1.5"]`);
  });

  it('are read in the forms of older tools, and with times such as 1.23e+02', () => {
    const first = { frame: 0, seconds: 0, quality: 100, hash };
    expect(parseFrames(`${hex},100,0.000\r\n${hex.toUpperCase()},7,2\r\n`)).toEqual({
      frames: [first, { frame: 1, seconds: 2, quality: 7, hash }],
    });
    expect(parseFrames(`{"30": {"quality": 100, "hash": "${hex}", "timestamp": 1.0}}`)).toEqual({
      frames: [{ ...first, frame: 30, seconds: 1 }],
    });
    expect(parseFrames(`["${hex},100,1.23e+02"]`)).toEqual({ frames: [{ ...first, seconds: 123 }] });
    for (const nothing of ['', '[]', '{}', '\n']) expect(parseFrames(nothing)).toEqual({ frames: [] });
  });

  it('are refused with the place of the first that is wrong', () => {
    const wrong = (text: string) => {
      const told = parseFrames(text);
      return 'problem' in told ? told.problem : undefined;
    };
    expect(wrong(`0,100,${hex},0\n1,101,${hex},1\n`)).toMatch(/^line 2 /);
    expect(wrong(`["${hex},100,0.0", 5]`)).toMatch(/^item 2 /);
    expect(wrong(`["0,100,${hex},0.0"]`)).toMatch(/^item 1 /);
    expect(wrong(`{"0": {"quality": 1.5, "hash": "${hex}", "timestamp": 0}}`)).toMatch(/^frame 1 /);
    expect(wrong('[')).toBe('the frames are not valid JSON');
    for (const line of [
      `0,1,${hex.slice(1)},0`,
      `0,1,${hex},-1`,
      `-1,1,${hex},0`,
      `0,,${hex},0`,
      `0,1,${hex},`,
      `0,1,${hex},0x1`,
    ]) {
      expect(wrong(line), line).toMatch(/^line 1 /);
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const told = parseFrames(text);
        expect('frames' in told ? told.frames : told.problem).toBeDefined();
      }),
    );
  });
});
