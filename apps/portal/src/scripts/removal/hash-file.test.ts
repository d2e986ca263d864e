import { expect, it } from 'vitest';
import { hasShape, kindOf } from './hash-file.ts';

it('a file is a picture or a film by its type, or by its ending where it has no type', () => {
  expect(kindOf({ type: 'image/png', name: 'a' })).toBe('image');
  expect(kindOf({ type: '', name: 'IMG_1.HEIC' })).toBe('image');
  expect(kindOf({ type: '', name: 'a.mov' })).toBe('video');
  expect(kindOf({ type: 'application/pdf', name: 'a.png' })).toBeNull();
  expect(kindOf({ type: '', name: 'notes' })).toBeNull();
});

it('a hash whose bits are nearly all the same is of no picture', () => {
  expect(hasShape('0'.repeat(64))).toBe(false);
  expect(hasShape('f0'.repeat(32))).toBe(true);
});
