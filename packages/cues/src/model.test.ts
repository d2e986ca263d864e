import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundledModel } from './bundled-model.node.ts';
import { analyse } from './index.ts';
import { parseModel } from './model.ts';

const path = join(import.meta.dirname, '../generated/model.bin.gz');

describe('the model file', () => {
  const packed = readFileSync(path);
  const bytes = gunzipSync(packed);

  it('is at most 1 MB, and read to the same model each time', () => {
    expect(packed.length).toBeLessThanOrEqual(1_000_000);
    expect(parseModel(bytes).head).toEqual(parseModel(bundledModel() ?? new Uint8Array()).head);
  });

  it('is refused with the reason when it is cut off, of another kind or of another list of concepts', () => {
    expect(() => parseModel(new Uint8Array([1, 2, 3]))).toThrow('no head');
    expect(() => parseModel(new TextEncoder().encode('{"format":"other"}\n'))).toThrow('format other');
    expect(() => parseModel(bytes.subarray(0, bytes.length - 1))).toThrow('damaged');
    const text = new TextDecoder('latin1').decode(bytes.subarray(0, bytes.indexOf(10)));
    const head = JSON.parse(text) as Record<string, unknown>;
    const other = new TextEncoder().encode(`${JSON.stringify({ ...head, concepts: 'older' })}\n`);
    expect(() => parseModel(other)).toThrow('run npm run train');
  });
});

describe('what the model adds', () => {
  it('finds wordings that no pattern has, and says where', () => {
    const text = 'hôm nay trời đẹp ghê. cho anh xin tấm ảnh riêng của em nha, anh hứa coi rồi bỏ';
    const found = analyse(text).cues.find(({ cue }) => cue === 'asks-private-picture');
    expect(text.slice(found?.start, found?.end)).toContain('ảnh');
    expect(found?.start).toBeGreaterThan(5);
  });

  it('gives probabilities between 0 and 1 and spans inside the text, whatever the text', () => {
    const words = [
      'gửi',
      'ảnh',
      'mã',
      'otp',
      'send',
      'money',
      'đừng',
      'kể',
      '500k',
      'tao',
      '😀',
      '.',
      '\n',
      'mẹ',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 8 })), {
          maxLength: 40,
        }),
        fc.constantFrom(' ', ''),
        (parts, glue) => {
          const text = parts.join(glue);
          const { cues, harms } = analyse(text);
          for (const p of Object.values(harms)) expect(p >= 0 && p <= 1).toBe(true);
          for (const { score, start, end } of cues) {
            expect(score > 0 && score <= 1).toBe(true);
            expect(start >= 0 && start < end && end <= text.length).toBe(true);
          }
          // Reading is a function of the text alone.
          expect(analyse(text)).toEqual({ cues, harms });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads a message after the one before it', () => {
    const parts = ['đừng có kể với', 'bố mẹ em nhé'] as const;
    expect(analyse(parts[1]).cues.map(({ cue }) => cue)).not.toContain('asks-secrecy');
    const found = analyse(parts[1], { before: parts[0] }).cues.find(({ cue }) => cue === 'asks-secrecy');
    expect(found?.start).toBe(0);
    expect(parts[1].slice(found?.start, found?.end)).toContain('bố mẹ');
  });
});
