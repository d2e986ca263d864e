import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileBrands, compileCues, compilePatterns } from '../scripts/compile.ts';
import { analyse, cueById, cues, normalise } from './index.ts';

interface Examples {
  [cue: string]: { yes: string[]; no: string[] };
}
const examples = parse(readFileSync(join(import.meta.dirname, '../examples/first.yaml'), 'utf8')) as Examples;
const cuesIn = (text: string) => analyse(text).cues.map(({ cue }) => cue);

describe('the cue list', () => {
  it('is compiled as policy/cues.yaml stands (else: npm run cues)', () => {
    expect(readFileSync(join(import.meta.dirname, '../generated/cues.json'), 'utf8')).toBe(compileCues());
    expect(readFileSync(join(import.meta.dirname, '../generated/patterns.json'), 'utf8')).toBe(
      compilePatterns(),
    );
    expect(readFileSync(join(import.meta.dirname, '../generated/brands.json'), 'utf8')).toBe(compileBrands());
  });

  it('has about 36 cues or more, each with both languages and a stable id', () => {
    expect(cues.length).toBeGreaterThanOrEqual(36);
    expect(new Set(cues.map(({ id }) => id)).size).toBe(cues.length);
    for (const cue of cues) {
      expect(cue.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const text of [cue.name, cue.meaning, cue.advice]) {
        expect(text.vi).toBe(text.vi.normalize('NFC'));
        expect(text.vi.length * text.en.length).toBeGreaterThan(0);
      }
    }
  });

  it('every tactic and every harm has cues', () => {
    expect(new Set(cues.map(({ tactic }) => tactic))).toEqual(new Set(['fear', 'trust', 'control']));
    expect(new Set(cues.flatMap(({ harms }) => harms)).size).toBe(7);
  });
});

describe('analyse', () => {
  for (const [cue, { yes, no }] of Object.entries(examples)) {
    it(`finds ${cue} in its examples and not in the look-alikes`, () => {
      expect(cueById(cue)).toBeDefined();
      for (const text of yes) expect(cuesIn(text), text).toContain(cue);
      for (const text of no) expect(cuesIn(text), text).not.toContain(cue);
    });
  }

  it('reads without diacritics, with old tone placement, spacing, leet, look-alike letters and hidden characters', () => {
    for (const text of [
      'dung ke voi bo me nhe',
      'ĐỪNG KỂ VỚI BỐ MẸ',
      'đừng kể với bố mẹ'.normalize('NFD'),
      'đừng kểee với bố mẹ',
      'đ\u200bừng k\u200bể với b\u200bố mẹ',
      'dung noi vs bo me',
    ]) {
      expect(cuesIn(text), text).toContain('asks-secrecy');
    }
    expect(cuesIn('b í m ậ t của hai đứa mình')).toContain('asks-secrecy');
    expect(cuesIn('qua z4lo nói chuyện đi')).toContain('moves-to-other-app');
    expect(cuesIn('send me thе сode now')).toContain('asks-otp');
    expect(cuesIn('xoá tin nhắn sau khi đọc nha')).toContain('asks-secrecy');
    expect(cuesIn('xóa tin nhắn sau khi đọc nha')).toContain('asks-secrecy');
  });

  it('does not depend on what was read before', () => {
    expect(normalise('Qua  z4llo nói CHUYỆN đi')).toBe('qua z4llo noi chuyen di');
    expect(cuesIn('qua z4llo nói chuyện đi')).toContain('moves-to-other-app');
  });

  it('a word with other marks is another word', () => {
    expect(cuesIn('gửi mã OTP cho mình')).toContain('asks-otp');
    expect(cuesIn('mà gửi mà đọc')).toEqual([]);
  });

  it('two sentences are not one phrase', () => {
    expect(cuesIn('Bạn tin mình không? Gửi mình tấm ảnh riêng tư đi')).toContain('asks-private-picture');
  });

  it('points at the original characters, whatever the text', () => {
    const parts = [
      'Đừng kể',
      ' với bố mẹ',
      '😀',
      '\u200b',
      'bí mật của hai đứa',
      'gửi ảnh riêng tư',
      'x',
      ' ',
      '\n',
      '7',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'grapheme' })), { maxLength: 12 }),
        (pieces) => {
          const text = pieces.join('');
          for (const { cue, score, start, end } of analyse(text).cues) {
            expect(cueById(cue)).toBeDefined();
            expect(score).toBeGreaterThan(0);
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeLessThanOrEqual(text.length);
            expect(end).toBeGreaterThan(start);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('innocent words around a sighting do not move its span', () => {
    const core = 'đừng kể với bố mẹ';
    fc.assert(
      fc.property(
        fc.constantFrom('Chào bạn. ', '😀😀 ', 'Hôm nay trời đẹp, '),
        fc.constantFrom('', ' nhé', ' 🙏'),
        (before, after) => {
          const found = analyse(`${before}${core}${after}`).cues.find(({ cue }) => cue === 'asks-secrecy');
          expect(found && `${before}${core}${after}`.slice(found.start, found.end)).toBe(core);
        },
      ),
    );
  });
});
