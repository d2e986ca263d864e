import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { AgeBand } from '../base/vocabulary.ts';
import { type ActionName, actions } from './actions.ts';
import type { Verdict } from './safeguards.ts';
import { type Ask, openSafeguardsStage } from './safeguards-stage.ts';

type Stage = Awaited<ReturnType<typeof openSafeguardsStage>>;

const Asked = z.tuple([z.string(), z.enum(Object.keys(actions) as [ActionName]), z.string()], z.unknown());
const Row = z.strictObject({
  policy: z.string(),
  shows: z.string(),
  /** The whole answer to `yes`. */
  outcome: z.enum(['allow', 'deny', 'limit']),
  yes: Asked,
  no: Asked,
});
const rows = Row.array().parse(
  parse(readFileSync(join(import.meta.dirname, 'safeguards-rows.yaml'), 'utf8')),
);
const titleOf = ({ policy, shows }: z.infer<typeof Row>) => `${policy}: ${shows}`;

/** Everybody who appears in the rows; names say the age, `open-…` have everything as open as they and their parents may. */
const people: [id: string, band: AgeBand][] = [
  ['kid', 'under-13'],
  ['kid-2', 'under-13'],
  ['open-kid', 'under-13'],
  ['teen', '13-15'],
  ['teen-2', '13-15'],
  ['mate', '13-15'],
  ['open-teen', '13-15'],
  ['agreed-teen', '13-15'],
  ['live-teen', '13-15'],
  ['risky-teen', '13-15'],
  ['in-doubt', '13-15'],
  ['youth', '16-17'],
  ['youth-2', '16-17'],
  ['open-youth', '16-17'],
  ['student', '18-24'],
  ['adult', 'adult'],
  ['adult-2', 'adult'],
  ['shy-adult', 'adult'],
  ['pal', 'adult'],
  ['new-pal', 'adult'],
  ['blocked', 'adult'],
  ['risky', 'adult'],
  ['wary', 'adult'],
];
const contacts: [string, string, daysAgo: number][] = [
  ['teen', 'mate', 30],
  ['teen', 'pal', 30],
  ['teen', 'new-pal', 2],
  ['teen', 'risky', 30],
  ['teen', 'wary', 30],
  ['mate', 'risky-teen', 30],
  ['youth', 'pal', 30],
  ['youth', 'youth-2', 30],
];
const loosest = {
  messagesFrom: 'everyone',
  mentionsFrom: 'everyone',
  tagsFrom: 'everyone',
  commentsFrom: 'everyone',
};

async function populate(stage: Stage): Promise<void> {
  await stage.tell(
    ...people.map(([id, ageBand]): [string, object] => ['account.registered', { account: { id, ageBand } }]),
    ['account.updated', { account: { id: 'in-doubt', ageBand: 'adult' } }],
    ...contacts.map(([from, to, daysAgo]): [string, object, number] => [
      'contact.accepted',
      { from: { id: from }, to: { id: to } },
      daysAgo,
    ]),
    ['user.blocked', { by: { id: 'teen-2' }, target: { id: 'blocked' } }],
  );
  await stage.parentDecided('open-kid', loosest);
  await stage.parentDecided('open-teen', { ...loosest, paymentsFrom: 'everyone', groupsFrom: 'everyone' });
  await stage.parentDecided('agreed-teen', {}, true);
  await stage.consent('agreed-teen', true);
  await stage.parentDecided('live-teen', { live: 'everyone' });
  await stage.choose('live-teen', 'live', 'everyone');
  for (const setting of [...Object.keys(loosest), 'groupsFrom', 'remixFrom', 'gifts', 'live'])
    await stage.choose('open-youth', setting, 'everyone');
  await stage.choose('open-youth', 'privateAccount', false);
  for (const [setting, value] of Object.entries({
    callsFrom: 'contacts',
    shownInSearchTo: 'contacts',
    suggestedTo: 'nobody',
    location: 'contacts',
    sensitiveContent: 'covered',
    targetedAdverts: 'off',
    live: 'contacts',
    dailyMinutes: 60,
  }))
    await stage.choose('shy-adult', setting, value);
  await stage.choose('teen', 'dailyMinutes', 90);
  await stage.atRisk('risky', 'high');
  await stage.atRisk('risky-teen', 'high');
  await stage.atRisk('wary', 'elevated');
}

describe('each protection on a real database', () => {
  let stage: Stage;
  let answers: Verdict[];
  beforeAll(async () => {
    stage = await openSafeguardsStage();
    await populate(stage);
    // Everything in one read, as busy platforms ask: an answer must not slip to its neighbour's question.
    answers = await stage.ask(...rows.flatMap(({ yes, no }) => [yes as Ask, no as Ask]));
  });
  afterAll(() => stage?.close());

  it.each(rows.map((row, index) => [titleOf(row), row, index] as const))(
    '%s',
    (_, { policy, outcome }, index) => {
      const safeguard = stage.safeguards.list.find(({ id }) => id === policy);
      const [applied, left] = answers.slice(2 * index);
      expect(applied?.policies).toContain(policy);
      expect(applied?.decision).toBe(outcome);
      expect(applied?.obligations.find((duty) => duty.policy === policy)?.id).toBe(safeguard?.obligation);
      expect(applied?.reasons.find((reason) => reason.policy === policy)?.text).toEqual(safeguard?.reason);
      expect(left?.policies).not.toContain(policy);
    },
  );

  it('every policy has a row of its own', () => {
    expect([...new Set(rows.map(({ policy }) => policy))].sort()).toEqual(
      stage.safeguards.list.map(({ id }) => id).sort(),
    );
    expect(new Set(rows.map(titleOf)).size).toBe(rows.length);
  });
});
