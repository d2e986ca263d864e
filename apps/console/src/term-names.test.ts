import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '@keben/cues';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { featureName, stageName } from './term-names.ts';

const policy = parse(readFileSync(join(import.meta.dirname, '../../../policy/risk.yaml'), 'utf8')) as Record<
  string,
  Record<string, unknown>
>;

describe('names of risk terms', () => {
  it('every feature that is weighed has a name in both languages', () => {
    const weighed = Object.values(policy)
      .flatMap((part) => (typeof part === 'object' ? Object.entries(part) : []))
      .filter(([, value]) => typeof value === 'object' && value !== null && 'each' in value)
      .map(([id]) => id)
      // These are kinds of their own and named with the other kinds.
      .filter((id) => id !== 'collusion' && id !== 'pileOn');
    expect(weighed.length).toBeGreaterThan(10);
    for (const id of weighed)
      for (const lang of ['vi', 'en'] as const) expect(featureName(id, lang)).not.toBe(id);
  });

  it('every stage of every path has a name in both languages', () => {
    for (const [path, stages] of Object.entries(paths)) {
      for (const stage of stages) {
        const vi = stageName(`${path}:${stage}`, 'vi');
        const en = stageName(`${path}:${stage}`, 'en');
        expect(vi.split(': ')).not.toContain(path);
        expect(vi.split(': ')).not.toContain(stage);
        expect(en.split(': ')[0]).not.toBe(path);
        expect(en).not.toBe(vi);
      }
    }
  });
});
