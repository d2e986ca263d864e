import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../base/audit.ts';
import { type Database, openEmbedded, rows } from '../../base/database.ts';
import type { Entry } from '../../base/event-log.ts';
import { AgeBand } from '../../base/vocabulary.ts';
import { Assurance, isInDoubt, type KnownAge, readAge } from '../age.ts';
import { storedOf } from '../choose-setting.ts';
import { recordAccounts } from '../record-accounts.ts';
import { changesAfter } from '../store.ts';
import { type ClaimRow, listClaims } from './claim-store.ts';
import { decideAgeClaim } from './decide-claim.ts';
import { describeClaims } from './describe-claims.ts';
import { dropAgeTraces, moveAgesOn } from './index.ts';
import { recordAges } from './record-ages.ts';

const NOW = new Date('2026-11-25T08:00:00Z');
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const later = (ms: number) => new Date(NOW.getTime() + ms);
const dateOf = (time: Date) => time.toISOString().slice(0, 10);

let database: Database;
const organisation = randomUUID();
const stranger = randomUUID();
beforeAll(async () => {
  database = await openEmbedded();
  await database.transaction('system', async (tx) => {
    for (const [id, name] of [
      [organisation, 'Sân Chơi'],
      [stranger, 'Sân Khác'],
    ])
      await tx.execute(sql`insert into organisation (id, kind, name_vi, name_en, created_at)
        values (${id}, 'platform', ${name}, ${name}, ${NOW.toISOString()})`);
  });
});
afterAll(() => database.close());

let position = 0;
const entry = (type: string, data: unknown, time = NOW): Entry => ({
  organisationId: organisation,
  source: '/test',
  eventId: String(++position),
  type,
  schema: 1,
  time,
  receivedAt: time,
  data,
  sealed: null,
  position,
  partition: 0,
  role: 'own',
});
const told = (id: string, ageBand: AgeBand, more: object = {}, time = NOW): Entry =>
  entry('account.updated', { account: { id, ageBand, ...more } }, time);
const friends = (one: string, other: string): Entry =>
  entry('contact.accepted', { from: { id: one, ageBand: 'unknown' }, to: { id: other, ageBand: 'unknown' } });
const run = (entries: Entry[], now = NOW) =>
  database.transaction('system', (tx) => recordAccounts(tx, entries, now));
const ageOf = (id: string): Promise<KnownAge | undefined> =>
  database.transaction({ organisation }, async (tx) => (await storedOf(tx, organisation, id)).age);
const claimsOf = (account: string, states: Parameters<typeof listClaims>[2]['states'] = ['open']) =>
  database.transaction({ organisation }, (tx) =>
    listClaims(tx, organisation, { states, limit: 50, account }),
  );
const readOf = async (id: string, now = NOW) => readAge(await ageOf(id), dateOf(now));
const decide = (claim: ClaimRow | undefined, outcome: 'confirm' | 'refuse', now = NOW) =>
  database.transaction({ organisation }, (tx) =>
    decideAgeClaim(
      tx,
      {
        organisationId: organisation,
        claim: claim?.claim ?? '',
        outcome,
        by: { id: 'mod-1', name: 'Mai' },
        note: 'Đã xem giấy tờ',
      },
      now,
    ),
  );

describe('ages from events', () => {
  it('a claim is opened once, follows what is told last, and ends with better proof', async () => {
    await run([told('rises', '13-15'), told('rises', '18-24')]);
    await run([told('rises', '16-17'), told('rises', '16-17')]);
    expect(await claimsOf('rises')).toMatchObject([{ kind: 'rise', from: '13-15', to: '16-17' }]);
    expect(await readOf('rises')).toMatchObject({ band: '13-15', minor: true, grown: true });
    await run([told('rises', '16-17', { assurance: 'verified' })]);
    expect(await claimsOf('rises')).toEqual([]);
    expect(await claimsOf('rises', ['settled'])).toHaveLength(1);
    expect(await readOf('rises')).toMatchObject({ band: '16-17', grown: false, ageInDoubt: false });
  });

  it('a claim and its proof in one batch leave nothing open, and tell nobody', async () => {
    const before = await waiting();
    await run([
      told('at-once', '13-15'),
      told('at-once', '18-24'),
      told('at-once', '18-24', { assurance: 'verified' }),
    ]);
    expect(await claimsOf('at-once')).toEqual([]);
    expect(await waiting()).toBe(before);
    await run([told('told-of', '13-15'), told('told-of', '18-24')]);
    expect(await waiting()).toBe(before + 1);
  });

  it('a late event changes nothing, and one from a clock that is ahead does not keep out the next', async () => {
    await run([told('late', '13-15', {}, NOW), told('late', 'adult', {}, later(-MINUTE))]);
    expect(await readOf('late')).toMatchObject({ band: '13-15', grown: false });
    await run([told('ahead', 'adult', {}, later(3650 * DAY))]);
    await run([told('ahead', '13-15', {}, later(MINUTE))], later(MINUTE));
    expect(await readOf('ahead')).toMatchObject({ minor: true, grown: true });
  });

  it('a deleted account leaves no trace, and late events do not bring it back', async () => {
    await run(
      [
        told('gone', 'adult'),
        told('gone', '13-15'),
        told('friend', '13-15'),
        friends('gone', 'friend'),
        entry('account.deleted', { account: { id: 'gone' } }, later(MINUTE)),
      ],
      later(MINUTE),
    );
    const late = [
      told('gone', 'adult', {}, later(-MINUTE)),
      friends('friend', 'gone'),
      entry('user.blocked', {
        by: { id: 'gone', ageBand: 'unknown' },
        target: { id: 'friend', ageBand: '13-15' },
      }),
    ];
    await run(late, later(MINUTE));
    expect(await traces('gone')).toEqual({ forgotten_account: 1 });
    // Registered again, it starts anew.
    await run([told('gone', '16-17', {}, later(2 * MINUTE))], later(2 * MINUTE));
    expect(await readOf('gone')).toMatchObject({ band: '16-17', grown: false, ageInDoubt: false });
  });

  it('whatever is told, in whatever batches: one open claim where the age is in doubt, else none; and minors stay protected', async () => {
    let n = 0;
    const event = fc.record({
      band: fc.constantFrom(...AgeBand.options),
      assurance: fc.constantFrom(...Assurance.options),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      minutes: fc.integer({ min: -20, max: 20 }),
      days: fc.option(fc.integer({ min: -10, max: 3000 }), { nil: undefined }),
      cut: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 10 }),
        fc.constantFrom<AgeBand>('under-13', '13-15', '16-17', 'adult'),
        fc.boolean(),
        async (events, start, vouched) => {
          const ids = [`p-${++n}`, `q-${n}`] as const;
          const entries = (id: string) => [
            told(id, start, {}, later(-30 * MINUTE)),
            ...events.map(({ band, assurance, confidence, minutes, days }) =>
              told(
                id,
                band,
                {
                  assurance: vouched ? assurance : 'declared',
                  confidence,
                  ...(days === undefined ? {} : { leavesBandOn: dateOf(later(days * DAY)) }),
                },
                later(minutes * MINUTE),
              ),
            ),
          ];
          const end = later(30 * MINUTE);
          await run(entries(ids[0]), end);
          const batch: Entry[] = [];
          for (const [index, one] of entries(ids[1]).entries()) {
            batch.push(one);
            if (events[index]?.cut) await run(batch.splice(0), end);
          }
          await run(batch, end);
          const [together, apart] = [await ageOf(ids[0]), await ageOf(ids[1])];
          expect(apart).toEqual(together);
          for (const id of ids) {
            const age = await ageOf(id);
            if (!age) throw new Error('stored');
            expect(await claimsOf(id)).toHaveLength(isInDoubt(age) ? 1 : 0);
          }
          if (!vouched && start !== 'adult') expect((await readOf(ids[1])).minor).toBe(true);
          if (!vouched && start === 'adult') expect((await readOf(ids[1])).grown).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('days that end a band', () => {
  it('are stored by retention; a putting off of the 18th birthday comes to a person when the first day is there', async () => {
    await run([
      told('turns-16', '13-15', { leavesBandOn: '2026-12-01' }),
      told('puts-off', '16-17', { leavesBandOn: '2026-12-01' }),
      told('puts-off', '16-17', { leavesBandOn: '2028-06-01' }),
    ]);
    const then = new Date('2026-12-01T20:15:00Z');
    await database.transaction('system', (tx) => moveAgesOn(tx, then));
    expect(await stored('turns-16')).toMatchObject({ age_band: '16-17', leaves_band_on: '2028-12-01' });
    expect(await claimsOf('turns-16')).toEqual([]);
    const [claim] = await claimsOf('puts-off');
    expect(claim).toMatchObject({ kind: 'fall', from: '18-24', to: '16-17' });
    expect(await database.transaction('system', (tx) => moveAgesOn(tx, then))).toBe(0);
    await decide(claim, 'refuse', then);
    expect(await readOf('puts-off', then)).toMatchObject({ minor: false, grown: true, ageInDoubt: false });
    // An event of the next day writes the band as well.
    await run([told('turns-16', '16-17', {}, then)], then);
    expect(await claimsOf('turns-16')).toEqual([]);
  });

  it('that pass while a claim is open end the doubt where both readings meet', async () => {
    await run([told('waits', '13-15', { leavesBandOn: '2026-12-01' }), told('waits', '16-17')]);
    expect(await claimsOf('waits')).toHaveLength(1);
    const then = new Date('2026-12-01T20:15:00Z');
    expect(await readOf('waits', then)).toMatchObject({ band: '16-17', ageInDoubt: false });
    await database.transaction('system', (tx) => moveAgesOn(tx, then));
    expect(await claimsOf('waits')).toEqual([]);
  });
});

describe('decisions about claims', () => {
  it('confirm and refuse end the doubt, are in the audit log, and platforms that follow settings hear of them', async () => {
    await run([told('yes', '16-17'), told('yes', '18-24'), told('no', '16-17'), told('no', '18-24')]);
    const from = await lastChange();
    const [yes] = await claimsOf('yes');
    const [no] = await claimsOf('no');
    expect(await decide(yes, 'confirm')).toMatchObject({ state: 'confirmed', decidedBy: 'Mai' });
    expect(await decide(no, 'refuse')).toMatchObject({ state: 'refused', note: 'Đã xem giấy tờ' });
    expect(await ageOf('yes')).toMatchObject({ band: '18-24', assurance: 'verified' });
    expect(await readOf('no')).toMatchObject({ band: '16-17', minor: true, grown: false, ageInDoubt: false });
    await expect(decide(yes, 'refuse')).rejects.toMatchObject({ code: 'state-conflict' });
    await expect(decide(undefined, 'refuse').catch(() => decideUnknown())).rejects.toMatchObject({
      code: 'not-found',
    });
    await database.transaction('system', async (tx) => {
      expect(await changesAfter(tx, organisation, from, 10)).toMatchObject([
        { account: 'yes' },
        { account: 'no' },
      ]);
      const [{ lines } = { lines: '' }] = await rows<{ lines: string }>(
        tx,
        sql`select string_agg(action || ' ' || target || ' ' || (data #>> '{}'), '; ') as lines from audit
          where organisation_id = ${organisation}`,
      );
      expect(lines).toContain('age-claim.confirmed account:yes');
      expect(lines).not.toContain('Mai');
      expect(lines).toContain('age-claim.refused account:no');
      expect(lines).not.toContain('giấy tờ');
      expect(await verifyAudit(tx, organisation)).toMatchObject({ intact: true });
    });
  });

  it('a refused claim told again with every update is passed by, until retention forgot it', async () => {
    await run([told('again', '13-15'), told('again', '18-24')]);
    await decide((await claimsOf('again'))[0], 'refuse');
    const tellAgain = (time: Date) =>
      run([told('again', '18-24', {}, time), told('again', 'adult', {}, time)], time);
    await tellAgain(later(MINUTE));
    expect(await claimsOf('again')).toEqual([]);
    expect(await readOf('again')).toMatchObject({ band: '13-15', grown: false });
    const night = (time: Date) =>
      database.transaction('system', (tx) => dropAgeTraces(tx, new Date(time.getTime() - 30 * DAY), time));
    // Who decided and why goes first, that it was refused later.
    await night(later(31 * DAY));
    expect(await claimsOf('again', ['refused'])).toMatchObject([
      { to: '18-24', note: null, decidedBy: null },
    ]);
    await tellAgain(later(31 * DAY));
    expect(await claimsOf('again')).toEqual([]);
    await night(later(181 * DAY));
    expect(await claimsOf('again', ['refused'])).toEqual([]);
    await tellAgain(later(181 * DAY));
    expect(await claimsOf('again')).toHaveLength(1);
  });

  it('belong to the organisation: another sees and decides nothing', async () => {
    await run([told('ours', '13-15'), told('ours', '18-24')]);
    const [claim] = await claimsOf('ours');
    await database.transaction({ organisation: stranger }, async (tx) => {
      expect(await listClaims(tx, organisation, { states: ['open'], limit: 10 })).toEqual([]);
      await expect(
        decideAgeClaim(
          tx,
          {
            organisationId: stranger,
            claim: claim?.claim ?? '',
            outcome: 'confirm',
            by: { id: 'x', name: 'X' },
            note: 'x',
          },
          NOW,
        ),
      ).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  it('are listed with contacts: a grown account that says it is young and knows minors comes first', async () => {
    await run([
      told('plain', '16-17'),
      told('plain', '18-24'),
      told('poses', 'adult'),
      told('poses', '13-15'),
      told('kid-1', '13-15'),
      told('kid-2', 'under-13'),
      told('grown-up', 'adult'),
      friends('poses', 'kid-1'),
      friends('kid-2', 'poses'),
      friends('poses', 'grown-up'),
    ]);
    const listed = await database.transaction({ organisation }, async (tx) =>
      describeClaims(
        tx,
        organisation,
        [...(await claimsOfTx(tx, 'plain')), ...(await claimsOfTx(tx, 'poses'))],
        NOW,
      ),
    );
    expect(listed).toMatchObject([
      { account: 'poses', urgent: true, minorContacts: 2, risk: 'none', kind: 'fall' },
      { account: 'plain', urgent: false, minorContacts: 0, kind: 'rise' },
    ]);
  });

  it('a telling by the platform beside the events follows the same rules', async () => {
    const put = (band: AgeBand, assurance: Assurance) =>
      database.transaction({ organisation }, (tx) =>
        recordAges(
          tx,
          [{ organisationId: organisation, id: 'put', told: { band, assurance, confidence: 0.9 }, at: NOW }],
          NOW,
        ),
      );
    await put('13-15', 'declared');
    await put('18-24', 'estimated');
    expect(await claimsOf('put')).toMatchObject([{ kind: 'rise', to: '18-24', assurance: 'estimated' }]);
    await put('18-24', 'verified');
    expect(await claimsOf('put')).toEqual([]);
    expect((await readOf('put')).minor).toBe(false);
  });
});

type Tx = Parameters<typeof listClaims>[0];
const claimsOfTx = (tx: Tx, account: string) =>
  listClaims(tx, organisation, { states: ['open'], limit: 10, account });

const decideUnknown = () =>
  database.transaction({ organisation }, (tx) =>
    decideAgeClaim(
      tx,
      {
        organisationId: organisation,
        claim: randomUUID(),
        outcome: 'refuse',
        by: { id: 'mod-1', name: 'Mai' },
        note: 'x',
      },
      NOW,
    ),
  );

async function waiting(): Promise<number> {
  const [row] = await database.transaction('system', (tx) =>
    rows<{ n: number }>(tx, sql`select count(*)::int as n from outbox where topic = 'age.claimed'`),
  );
  return row?.n ?? 0;
}

async function lastChange(): Promise<number> {
  const [row] = await database.transaction('system', (tx) =>
    rows<{ n: string }>(tx, sql`select coalesce(max(sequence), 0)::text as n from account_choice`),
  );
  return Number(row?.n ?? 0);
}

async function stored(id: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await database.transaction('system', (tx) =>
    rows<Record<string, unknown>>(
      tx,
      sql`select age_band, leaves_band_on::text from protected_account where organisation_id = ${organisation} and id = ${id}`,
    ),
  );
  return row;
}

/** Rows that name an account, by table, over every table of the database. */
async function traces(id: string): Promise<Record<string, number>> {
  return database.transaction('system', async (tx) => {
    const found: Record<string, number> = {};
    const tables = await rows<{ name: string }>(
      tx,
      sql`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of tables) {
      const [row] = await rows<{ n: number }>(
        tx,
        sql`select count(*)::int as n from ${sql.identifier(name)} t where t::text ~ ${`\\m${id}\\M`}`,
      );
      if (row && row.n > 0) found[name] = row.n;
    }
    return found;
  });
}
