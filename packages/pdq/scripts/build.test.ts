import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileEntry, entries } from './build.ts';

const generated = join(import.meta.dirname, '../src/generated');

it('has a generated module for every entry and no other', () => {
  expect(entries()).toContain('hash');
  expect(readdirSync(generated).sort()).toEqual(entries().map((name) => `${name}.ts`));
});

it.each(entries())('has committed what assembly/%s.ts compiles to', async (name) => {
  expect(readFileSync(join(generated, `${name}.ts`), 'utf8')).toBe(await compileEntry(name));
});
