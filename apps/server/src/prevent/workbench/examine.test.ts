import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSafeguards, safeguardsFolder } from '../safeguards.ts';
import { createExamine } from './examine.ts';
import { hashOf } from './own-policies.ts';

const files = loadSafeguards().list;
const schema = readFileSync(join(safeguardsFolder, 'schema.cedarschema'), 'utf8');

describe('examining a draft', () => {
  it('finds a policy that fails only late in a long day', () => {
    const text = `@id("long-day")
@reason_vi("Dài.")
@reason_en("Long.")
forbid (principal, action == Action::"app.use", resource)
when { context.minutesToday * 9007199254740993 > 9223372036854775806 };`;
    const faults = createExamine(files, schema).faults([{ id: 'long-day', file: 'time.cedar', text }]);
    expect(faults).toMatchObject([{ policy: 'long-day', detail: expect.stringContaining('overflow') }]);
  });

  it('names content by a whole SHA-256, so that none passes for another that was examined', () => {
    expect(hashOf([])).toMatch(/^[0-9a-f]{64}$/);
  });
});
