import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes, problemOf } from './errors.ts';

describe('errors', () => {
  it('docs/errors.md has exactly the codes of the registry, with their statuses', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../../docs/errors.md'), 'utf8');
    const told = [...text.matchAll(/^#{2,4} `?([a-z-]+)`?.*$/gm)].map((match) => match[1]);
    expect(told.filter((code) => code !== undefined && code in errorCodes).sort()).toEqual(
      Object.keys(errorCodes).sort(),
    );
    for (const [code, { status }] of Object.entries(errorCodes)) {
      const section = text.slice(text.search(new RegExp(`^#{2,4} \`?${code}\`?`, 'm')));
      expect(section.slice(0, 600)).toContain(String(status));
    }
  });

  it('become RFC 9457 problem documents with a mend', () => {
    expect(problemOf('not-found', 'There is no such case.', { pointer: '/id' })).toMatchObject({
      status: 404,
      code: 'not-found',
      pointer: '/id',
      detail: 'There is no such case.',
      mend: expect.stringMatching(/./),
    });
  });
});
