import { describe, expect, it } from 'vitest';
import { RemovalInput } from './request-shape.ts';

const hash = `${'f0'.repeat(31)}0f`;
const image = { type: 'image', pdq: { hash, quality: 80 } };
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

  it.each([
    ['nothing', request(), '/items'],
    ['51 items', request(...Array(51).fill(image)), '/items'],
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
