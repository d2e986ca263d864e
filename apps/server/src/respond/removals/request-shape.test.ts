import { describe, expect, it } from 'vitest';
import { RemovalInput } from './request-shape.ts';

const hash = `${'f0'.repeat(31)}0f`;
const image = { type: 'image', pdq: { hash, quality: 80 } };
/** A film of so many different frames. */
const film = (which: number, frames: number) => ({
  type: 'video',
  frames: Array.from({ length: frames }, (_, seconds) => ({
    hash: `${'f0'.repeat(30)}${(1000 * which + seconds).toString(16).padStart(4, '0')}`,
    quality: 50,
    seconds,
  })),
});
const request = (...items: unknown[]) => ({ language: 'vi', ageBand: '13-15', platforms: ['zalo'], items });
const pointers = (input: unknown) =>
  RemovalInput.safeParse(input).error?.issues.map(({ path }) => `/${path.join('/')}`) ?? [];

describe('what a device may send', () => {
  it('takes hashes in either case of letters and keeps them in lower case', () => {
    const { items } = RemovalInput.parse(
      request({ type: 'image', pdq: { hash: hash.toUpperCase(), quality: 50 }, md5: 'A'.repeat(32) }),
    );
    expect(items[0]).toMatchObject({ pdq: { hash }, md5: 'a'.repeat(32) });
  });

  it('takes as much as fits: fifty pictures with all their hashes, or films of 2,000 frames', () => {
    const hashOf = (n: number) => `${'f0'.repeat(30)}${n.toString(16).padStart(4, '0')}`;
    const picture = (n: number) => ({
      type: 'image',
      pdq: {
        hash: hashOf(8 * n),
        quality: 90,
        turned: [1, 2, 3, 4, 5, 6, 7].map((way) => hashOf(8 * n + way)),
      },
      md5: n.toString(16).padStart(32, '0'),
      sha256: n.toString(16).padStart(64, '0'),
    });
    expect(pointers(request(...Array.from({ length: 50 }, (_, n) => picture(n))))).toEqual([]);
    expect(pointers(request(...[0, 1, 2, 3].map((n) => film(n, 500))))).toEqual([]);
    // Several files may look the same.
    expect(pointers(request(film(0, 3), film(0, 3), image, image))).toEqual([]);
  });

  it.each([
    ['nothing', request(), '/items'],
    ['51 items', request(...Array(51).fill(image)), '/items'],
    [
      'the same file twice',
      request({ ...image, md5: 'a'.repeat(32) }, { type: 'image', md5: 'A'.repeat(32) }),
      '/items/1/md5',
    ],
    [
      'a film with a frame twice',
      request({ type: 'video', frames: [...film(0, 3).frames, ...film(0, 1).frames] }),
      '/items/0/frames',
    ],
    ['more than 2,000 hashes', request(...[0, 1, 2, 3].map((n) => film(n, 501))), '/items'],
    ['no hash', request({ type: 'image' }), '/items/0'],
    ['a film without frames and digests', request({ type: 'video', frames: [] }), '/items/0'],
    [
      'a picture without shape',
      request({ type: 'image', pdq: { hash, quality: 49 } }),
      '/items/0/pdq/quality',
    ],
    [
      'the hash of a blank picture',
      request({ type: 'image', pdq: { hash: '0'.repeat(64), quality: 90 } }),
      '/items/0/pdq/hash',
    ],
    [
      'more frames than ten minutes have',
      request({ type: 'video', frames: Array(601).fill({ hash, quality: 50, seconds: 1 }) }),
      '/items/0/frames',
    ],
    ['the picture itself', request({ ...image, thumbnail: 'data:' }), '/items/0'],
    ['a name', { ...request(image), name: 'An' }, '/'],
    ['no platform', { ...request(image), platforms: [] }, '/platforms'],
  ])('refuses %s', (_, input, pointer) => {
    expect(pointers(input)).toContain(pointer);
  });
});
