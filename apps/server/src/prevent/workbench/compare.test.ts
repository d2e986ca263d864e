import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSafeguards, safeguardsFolder } from '../safeguards.ts';
import { createExamine } from './examine.ts';
import { createExaminer } from './examiner.ts';
import { matrix } from './matrix.ts';
import type { OwnPolicy } from './own-policies.ts';
import { situationOf, storedFacts } from './stored-facts.ts';

const files = loadSafeguards().list;
const schema = readFileSync(join(safeguardsFolder, 'schema.cedarschema'), 'utf8');
const noComments: OwnPolicy = {
  id: 'no-comments-at-all',
  file: 'contact.cedar',
  text: `@id("no-comments-at-all")
@reason_vi("Không ai bình luận.")
@reason_en("Nobody comments.")
forbid (principal, action == Action::"comment", resource)
when { context.connected };`,
};
const examine = createExamine(files, schema);
const examiner = createExaminer({ files, schema });
afterAll(() => examiner.close());

const sampleOf = (id: string, count: number) => {
  const row = matrix.find((one) => one.id === id);
  if (!row) throw new Error(id);
  return { facts: JSON.parse(storedFacts(row.situation).json), count };
};

describe('comparing a draft', () => {
  it('names the built-in situations that change, and no others', () => {
    const found = examine.examine([noComments], []);
    if (!('floor' in found)) throw new Error('faults');
    expect(found.floor).toEqual([]);
    expect(found.matrix.map(({ id }) => id)).toEqual([
      'comment adult>16-17 contacts',
      'comment 16-17>13-15 contacts insult',
    ]);
    expect(found.matrix[0]).toMatchObject({
      before: { decision: 'allow' },
      after: { decision: 'deny' },
      policies: ['no-comments-at-all'],
    });
    expect(examine.examine([], [])).toMatchObject({ floor: [], matrix: [], situations: matrix.length });
  });

  it('counts the requests that change, grouped by action, outcome and policy', () => {
    const compared = examine.compare(
      [noComments],
      [],
      [
        sampleOf('comment adult>16-17 contacts', 40),
        sampleOf('comment 16-17>13-15 contacts insult', 2),
        sampleOf('comment adult>13-15 strangers', 100),
        sampleOf('message.send adult>13-15 strangers', 7),
      ],
    );
    expect(compared).toMatchObject({ requests: 149, alike: 4, changed: 42, stricter: 42, looser: 0 });
    expect(
      compared.groups.map(({ action, before, after, requests, policies }) => [
        action,
        before.decision,
        after.decision,
        requests,
        policies,
      ]),
    ).toEqual([
      ['comment', 'allow', 'deny', 40, ['no-comments-at-all']],
      ['comment', 'limit', 'deny', 2, ['no-comments-at-all']],
    ]);
    expect(compared.groups[0]?.examples[0]?.en).toMatch(
      /^Commenting: adult of 25 or over → teenager of 16–17/,
    );
    // The other way about it would be looser.
    expect(examine.compare([], [noComments], [sampleOf('comment adult>16-17 contacts', 40)])).toMatchObject({
      looser: 40,
    });
  });

  it('says how many requests can no longer be judged', () => {
    const odd = sampleOf('comment adult>13-15 strangers', 5);
    odd.facts.context = { connected: true };
    expect(examine.compare([], [], [odd])).toMatchObject({ requests: 0, unreadable: 5 });
  });

  it('finds a policy that is well typed and still fails when it is asked', () => {
    const overflow: OwnPolicy = {
      id: 'too-much',
      file: 'time.cedar',
      text: `@id("too-much")
@reason_vi("Quá lớn")
@reason_en("Too large")
forbid (principal, action == Action::"game.play", resource)
when { context.minutesThisGame * 9223372036854775807 > 5 };`,
    };
    expect(examine.examine([overflow], [])).toMatchObject({
      faults: [
        { index: 0, policy: 'too-much', file: 'time.cedar', detail: expect.stringMatching(/overflow/) },
      ],
    });
  });

  it('is done the same in a thread of its own', async () => {
    expect(await examiner.examine([noComments], [])).toEqual(examine.examine([noComments], []));
    expect(await examiner.examine([{ id: 'x-y', off: true }], [])).toMatchObject({
      faults: [{ policy: 'x-y' }],
    });
    expect(await examiner.faults([noComments])).toEqual([]);
    expect(await examiner.faults([{ id: 'x-y', off: true }])).toMatchObject([{ policy: 'x-y' }]);
    const samples = [sampleOf('comment adult>16-17 contacts', 3)];
    expect(await examiner.compare([noComments], [], samples)).toEqual(
      examine.compare([noComments], [], samples),
    );
  });
});

describe('facts as they are kept', () => {
  it('give the same situation back, and name no account', () => {
    for (const { situation } of matrix) {
      const { json } = storedFacts(situation);
      expect(situationOf(JSON.parse(json))).toEqual(situation);
      expect(json.length).toBeLessThan(700);
    }
  });
});
