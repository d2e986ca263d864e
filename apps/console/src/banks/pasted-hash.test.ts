import { describe, expect, it } from 'vitest';
import { hashesOfPasted } from './pasted-hash.ts';

const md5 = 'ab12'.repeat(8);
const pdq = 'c3f0'.repeat(16);

describe('a pasted hash', () => {
  it('is what its length says, or its kind', () => {
    expect(hashesOfPasted(` ${md5.toUpperCase()}\n`)).toEqual({ md5 });
    expect(hashesOfPasted('ab12'.repeat(10))).toEqual({ sha1: 'ab12'.repeat(10) });
    expect(hashesOfPasted(`sha256,${pdq}`)).toEqual({ sha256: pdq });
    expect(Object.keys(hashesOfPasted(pdq) ?? {}).sort()).toEqual(['dihedral', 'pdq', 'sha256']);
  });

  it('may be a line of keben hash, and is turned seven ways', () => {
    const asked = hashesOfPasted(`${pdq} 98 ảnh của mẹ.jpg`);
    expect(asked?.pdq).toBe(pdq);
    expect(asked?.dihedral?.map(({ orientation }) => orientation).sort()).toEqual(
      ['rotate90', 'rotate180', 'rotate270', 'flipX', 'flipY', 'flipPlus1', 'flipMinus1'].sort(),
    );
  });

  it('is refused when it is none', () => {
    for (const text of ['', 'xin chào', `${md5}0`, `md5,${pdq}`, `sha512,${md5}`, 'z'.repeat(64)]) {
      expect(hashesOfPasted(text), text).toBeUndefined();
    }
  });
});
