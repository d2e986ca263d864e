import { expect, it } from 'vitest';
import { whyNotWith } from './fits-request.ts';
import type { Item } from './hash-file.ts';

let file = 0;
const digests = () => {
  const hex = (++file).toString(16);
  return { md5: hex.padStart(32, '0'), sha1: hex.padStart(40, '0'), sha256: hex.padStart(64, '0') };
};
const picture = (hash: string): Item => ({
  type: 'image',
  pdq: { hash, quality: 90, turned: Array.from({ length: 7 }, (_, n) => `${hash} ${n}`) },
  ...digests(),
});
const film = (name: string, seconds: number): Item => ({
  type: 'video',
  frames: Array.from({ length: seconds }, (_, n) => ({ hash: `${name} ${n}`, quality: 90, seconds: n })),
  ...digests(),
});

it('a file is sent once; other files of the same picture are sent too, for their exact copies', () => {
  const one = picture('a');
  expect(whyNotWith({ ...picture('b'), sha256: one.sha256 }, [one])).toBe('twice');
  expect(whyNotWith(picture('a'), [one])).toBeNull();
  expect(whyNotWith({ type: 'image', ...digests() }, [{ type: 'image', ...digests() }])).toBeNull();
});

it('fifty pictures fit in a request, and three films of ten minutes, not a fourth', () => {
  const pictures = Array.from({ length: 49 }, (_, n) => picture(`p${n}`));
  expect(whyNotWith(picture('last'), pictures)).toBeNull();
  const films = ['a', 'b', 'c'].map((name) => film(name, 600));
  expect(whyNotWith(films[2]!, films.slice(0, 2))).toBeNull();
  expect(whyNotWith(film('d', 600), films)).toBe('full');
});
