import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSafeguards, loadSafeguards, safeguardsFolder } from '../safeguards.ts';
import { differenceOf, effective, faultsOf, layOver, type OwnPolicy } from './own-policies.ts';

const shipped = loadSafeguards();
const files = shipped.list;
const schema = readFileSync(join(safeguardsFolder, 'schema.cedarschema'), 'utf8');
const policy = (id: string, rest = 'forbid (principal, action == Action::"follow", resource);') =>
  `@id("${id}")\n@reason_vi("Lý do")\n@reason_en("Reason")\n${rest}`;
const faults = (...own: OwnPolicy[]) => faultsOf(files, schema, own);

describe('an organisation’s policies over the files', () => {
  it('change nothing when there are none', () => {
    expect(compileSafeguards(layOver(files, [])).list).toEqual(files);
    expect(compileSafeguards(layOver(files, [])).version).toBe(shipped.version);
  });

  it('replace, switch off and add, whatever the combination', () => {
    const ids = files.map(({ id }) => id);
    fc.assert(
      fc.property(fc.subarray(ids), fc.subarray(ids), fc.boolean(), (off, changed, adds) => {
        const own: OwnPolicy[] = [
          ...off.map((id) => ({ id, off: true as const })),
          ...changed
            .filter((id) => !off.includes(id))
            .map((id) => ({ id, file: files.find((one) => one.id === id)?.file ?? '', text: policy(id) })),
          ...(adds ? [{ id: 'quite-new', file: 'live.cedar', text: policy('quite-new') }] : []),
        ];
        const held = effective(files, own);
        expect(new Set(held.map(({ id }) => id))).toEqual(
          new Set([...ids.filter((id) => !off.includes(id)), ...(adds ? ['quite-new'] : [])]),
        );
        const changes = differenceOf(files, [], own);
        expect(changes).toHaveLength(own.length);
        expect(differenceOf(files, own, [])).toHaveLength(own.length);
      }),
      { numRuns: 50 },
    );
  });

  it('name file, policy and line of everything that is wrong', () => {
    const wrong = [
      {
        id: 'one',
        file: 'contact.cedar',
        text: policy(
          'one',
          'forbid (principal, action == Action::"follow", resource)\nwhen { context.conected && resource.settings.messagesFrom > 2 };',
        ),
      },
      { id: 'two', file: 'live.cedar', text: policy('two', 'forbid (principal, action == , resource);') },
      { id: 'three', file: 'live.cedar', text: policy('another') },
      {
        id: 'four',
        file: 'live.cedar',
        text: policy('four', 'forbid (principal == Account::"x", action, resource);'),
      },
      { id: 'five', file: 'nowhere.cedar', text: policy('five') },
      { id: 'six', off: true as const },
      { id: 'seven', file: 'live.cedar', text: `${policy('seven')}\n${policy('eight')}` },
      { id: 'no-location-of-minor', file: 'live.cedar', text: policy('no-location-of-minor') },
      { id: 'nine', file: 'live.cedar', text: `@id("nine")\nforbid (principal, action, resource);` },
    ];
    const found = faults(...wrong);
    expect(found.map(({ index, policy: id, file, line }) => [index, id, file, line])).toEqual([
      [0, 'one', 'contact.cedar', 5],
      [0, 'one', 'contact.cedar', 5],
      [1, 'two', 'live.cedar', 4],
      [2, 'three', 'live.cedar', 1],
      [3, 'four', 'live.cedar', undefined],
      [4, 'five', 'nowhere.cedar', undefined],
      [5, 'six', '', undefined],
      [6, 'seven', 'live.cedar', undefined],
      [7, 'no-location-of-minor', 'live.cedar', undefined],
      [8, 'nine', 'live.cedar', undefined],
    ]);
    expect(found[0]?.detail).toMatch(/conected.*did you mean `connected`/);
    expect(found[4]?.detail).toMatch(/single account/);
    expect(found[9]?.detail).toMatch(/reason_vi/);
  });
});
