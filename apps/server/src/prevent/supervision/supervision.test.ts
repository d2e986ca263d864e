import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../base/audit.ts';
import { type Database, openEmbedded, rows, type Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import { keysOf } from '../../base/keys.ts';
import { insertOrganisation } from '../../base/organisation-store.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import { readAge } from '../age.ts';
import { saveAges } from '../age-store.ts';
import { catalogue, isLooser, type SettingValue } from '../catalogue.ts';
import { chooseSetting, consentToPublishing, storedOf } from '../choose-setting.ts';
import { effectiveSettings, loosenerOf, needsBoth } from '../settings.ts';
import { deleteAccounts } from '../store.ts';
import { acceptInvitation, openInvitation } from './accept-invitation.ts';
import { answerWish, decidePublishing, decideSetting } from './decide-as-parent.ts';
import { endLapsedSupervisions } from './end-lapsed.ts';
import { inviteParent } from './invite-parent.ts';
import { openWishes, publishingTogether, strictestTogether } from './parent-decisions.ts';
import { createHashes, newCode, numberOf, readCode, spaced } from './secrets.ts';
import { forgetSupervisions, supervisionById, supervisionsOf } from './store.ts';
import { liftSuspension, suspendSupervisors } from './suspend-supervisors.ts';
import { takeStep } from './take-step.ts';
import { saveUsage, usageSince } from './usage-store.ts';
import { describeSupervision } from './view.ts';

const platform = '00000000-0000-4000-8000-0000000000a1';
const helpline = '00000000-0000-4000-8000-0000000000a2';
const counsellor = { organisationId: helpline, userId: 'counsellor' };
const keys = keysOf(Buffer.alloc(32, 5));
const hashes = createHashes(keys);
const start = new Date('2026-11-25T08:00:00Z');
const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000);

let database: Database;
beforeAll(async () => {
  database = await openEmbedded();
  await system(async (tx) => {
    for (const [id, kind] of [
      [platform, 'platform'],
      [helpline, 'hotline'],
    ] as const)
      await insertOrganisation(tx, { id, kind, nameVi: kind, nameEn: kind, createdAt: start });
  });
});
afterAll(() => database.close());

const system = <T>(work: (tx: Tx) => Promise<T>) => database.transaction('system', work);
const tenant = <T>(work: (tx: Tx) => Promise<T>, organisation = platform) =>
  database.transaction({ organisation }, work);

let made = 0;
/** A fresh account of this age. */
async function account(band: AgeBand = '13-15'): Promise<string> {
  const id = `kid-${++made}`;
  const age = { band, assurance: 'parent' as const, confidence: 0.9 };
  await system((tx) => saveAges(tx, [{ organisationId: platform, id, age, at: start }]));
  return id;
}

const invite = (of: string, at = start) =>
  tenant(async (tx) =>
    inviteParent(
      tx,
      { organisationId: platform, account: of, names: { parent: 'Mẹ' } },
      { hashes, sealer: await keys.sealerOf(tx, platform, at) },
      at,
    ),
  );
const accept = (code: string, family: Uint8Array, at = start) =>
  system((tx) => acceptInvitation(tx, code, family, hashes, at));
const young = (of: string, id: string, step: 'agreed' | 'declined' | 'ended', at = start) =>
  tenant((tx) =>
    takeStep(
      tx,
      { organisationId: platform, id, happening: { step }, by: { actor: 'young', id: `account:${of}` } },
      at,
    ),
  );
/** An active supervision with a family key of its own. */
async function supervised(of: string, family: Uint8Array = randomBytes(32)) {
  const { id, code } = await invite(of);
  await accept(code, family);
  await young(of, id, 'agreed');
  return { id, of: { organisationId: platform, id }, family };
}
const stored = (of: string) => tenant((tx) => storedOf(tx, platform, of));
const values = async (of: string) => {
  const found = await stored(of);
  return effectiveSettings(readAge(found.age, '2026-11-25').band, found).values;
};
const choose = (of: string, setting: string, value: unknown) =>
  tenant((tx) => chooseSetting(tx, { organisationId: platform, account: of, setting, value }, start));
const suspend = (of: string, number?: string, by = counsellor, at = start) =>
  system((tx) =>
    suspendSupervisors(tx, { platform, account: of, number, basis: 'helpline', reference: 'HS 12' }, by, at),
  );
const lift = (id: string) => system((tx) => liftSuspension(tx, id, counsellor, start));

describe('a code', () => {
  it('is read however it was typed, and nothing else is', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.constantFrom('', ' ', '-', ' - '), (lower, between) => {
        const code = newCode();
        const typed = `${code.slice(0, 4)}${between}${code.slice(4)}`;
        expect(readCode(lower ? typed.toLowerCase() : typed)).toBe(code);
        expect(readCode(spaced(code))).toBe(code);
        expect(readCode(code.slice(1))).toBeUndefined();
      }),
    );
    expect(readCode('AEIOUAEIOU')).toBeUndefined();
  });

  it('works once and for 24 hours, and only its hash is kept', async () => {
    const of = await account();
    const { id, code } = await invite(of);
    const [row] = await system((tx) =>
      rows<{ all: string }>(tx, sql`select supervision::text as all from supervision where id = ${id}`),
    );
    expect(row?.all).not.toContain(readCode(code));
    expect(row?.all).not.toContain('Mẹ');
    const open = (at: Date) => system((tx) => openInvitation(tx, code, hashes, at));
    expect(await open(later(24))).toBeUndefined();
    expect((await open(later(23)))?.id).toBe(id);
    expect((await accept(code, randomBytes(32)))?.state).toBe('accepted');
    expect(await accept(code, randomBytes(32))).toBeUndefined();
  });

  it('is made for accounts known to be under 18 only, ten a day at most', async () => {
    for (const band of ['unknown', 'adult'] as const)
      await expect(account(band).then((of) => invite(of))).rejects.toMatchObject({ code: 'state-conflict' });
    const of = await account('16-17');
    for (let n = 0; n < 10; n++) await young(of, (await invite(of)).id, 'ended');
    await expect(invite(of)).rejects.toMatchObject({ code: 'too-many-requests' });
  });
});

describe('a supervision', () => {
  it('begins with the young person’s yes, loosens by a wish and a parent’s yes, and ends at once', async () => {
    const of = await account();
    const { id, code } = await invite(of);
    await accept(code, randomBytes(32));
    const mine = { organisationId: platform, id };
    const loosen = () =>
      tenant((tx) => decideSetting(tx, mine, { setting: 'mentionsFrom', value: 'peers' }, start));
    await expect(loosen()).rejects.toMatchObject({ code: 'state-conflict' });
    await young(of, id, 'agreed');
    expect(await choose(of, 'messagesFrom', 'peers')).toBe('waits-for-parent');
    const answer = (value: string) =>
      tenant((tx) => answerWish(tx, mine, { setting: 'messagesFrom', value, approve: true }, start));
    await expect(answer('everyone')).rejects.toMatchObject({ code: 'state-conflict' });
    await answer('peers');
    await loosen();
    expect(await values(of)).toMatchObject({ messagesFrom: 'peers', mentionsFrom: 'peers' });
    await young(of, id, 'ended');
    expect(await values(of)).toMatchObject({ messagesFrom: 'contacts', mentionsFrom: 'contacts' });
    expect((await stored(of)).parent).toEqual({});
  });

  it('takes a refused wish off, and keeps what both agreed on before', async () => {
    const of = await account();
    const { of: mine } = await supervised(of);
    await choose(of, 'followersShownTo', 'contacts');
    await tenant((tx) => decideSetting(tx, mine, { setting: 'followersShownTo', value: 'contacts' }, start));
    expect((await values(of)).followersShownTo).toBe('contacts');
    await choose(of, 'followersShownTo', 'everyone');
    await tenant((tx) =>
      answerWish(tx, mine, { setting: 'followersShownTo', value: 'everyone', approve: false }, start),
    );
    expect((await values(of)).followersShownTo).toBe('contacts');
    expect(openWishes('13-15', await stored(of))).toEqual([]);
  });

  it('needs both for publishing, and either takes it back', async () => {
    const of = await account();
    const { of: mine, id } = await supervised(of);
    await tenant((tx) => decidePublishing(tx, mine, true, start));
    await tenant((tx) => consentToPublishing(tx, platform, of, true, start));
    expect(await stored(of)).toMatchObject({ parentPublishes: true, selfPublishes: true });
    await young(of, id, 'ended');
    expect((await stored(of)).parentPublishes).toBe(false);
  });

  it('shows parent and young person the same, without any message, and nothing once it is paused', async () => {
    const of = await account();
    const { id } = await supervised(of);
    await tenant((tx) =>
      saveUsage(tx, platform, of, { day: '2026-11-25', kind: 'app', name: '', minutes: 42 }),
    );
    const look = () =>
      tenant(async (tx) => {
        const row = await supervisionById(tx, platform, id);
        if (!row) throw new Error(id);
        return describeSupervision(tx, row, await keys.sealerOf(tx, platform, start), start);
      });
    const before = await look();
    expect(before).toMatchObject({ state: 'active', label: 'Mẹ', view: { time: [{ minutes: 42 }] } });
    const { id: suspension } = await suspend(of);
    expect(await look()).toMatchObject({ state: 'over', view: null });
    expect(await tenant((tx) => usageSince(tx, platform, of, '2026-11-01'))).toEqual([]);
    await lift(suspension);
    expect(await look()).toMatchObject({ state: 'accepted', view: null });
    await young(of, id, 'agreed');
    const after = await look();
    expect(JSON.stringify(after)).not.toMatch(/suspen|lifted|staff|helpline/);
  });

  it('ends by night when the young person has grown up or nobody answered; what ended is forgotten', async () => {
    const of = await account('16-17');
    const { id } = await supervised(of);
    const waiting = await account();
    const { id: unanswered } = await invite(waiting);
    await system((tx) =>
      saveAges(tx, [
        {
          organisationId: platform,
          id: of,
          age: { band: '18-24', assurance: 'verified', confidence: 0.99 },
          at: later(1),
        },
      ]),
    );
    const night = (at: Date) =>
      system((tx) => endLapsedSupervisions(tx, new Date(at.getTime() - 7 * 86_400_000), at));
    await night(later(25));
    const state = async (one: string) => (await tenant((tx) => supervisionById(tx, platform, one)))?.state;
    expect(await state(id)).toBe('ended');
    expect(await state(unanswered)).toBe('expired');
    await night(later(25 + 8 * 24));
    expect(await state(id)).toBeUndefined();
  });

  it('is seen by no other organisation; a suspension by the one that placed it alone', async () => {
    const of = await account();
    await supervised(of);
    await tenant((tx) =>
      saveUsage(tx, platform, of, { day: '2026-11-25', kind: 'app', name: '', minutes: 1 }),
    );
    const { id } = await suspend(await account());
    const count = (table: string) => (tx: Tx) =>
      rows<{ n: number }>(tx, sql`select count(*)::int as n from ${sql.identifier(table)}`);
    for (const table of ['supervision', 'supervision_event', 'account_usage']) {
      expect((await tenant(count(table)))[0]?.n, table).toBeGreaterThan(0);
      expect((await tenant(count(table), helpline))[0]?.n, table).toBe(0);
    }
    const placed = sql`select id::text from supervision_suspension where id = ${id}`;
    expect(await tenant((tx) => rows(tx, placed), helpline)).toHaveLength(1);
    expect(await tenant((tx) => rows(tx, placed), randomUUID())).toHaveLength(0);
    await expect(tenant((tx) => tx.execute(sql`select * from family_session`))).rejects.toThrow();
  });

  it('tells of a wish also where a parent had decided something stricter', async () => {
    const of = await account();
    const { of: mine } = await supervised(of);
    await tenant((tx) => decideSetting(tx, mine, { setting: 'mentionsFrom', value: 'nobody' }, start));
    expect(await choose(of, 'mentionsFrom', 'peers')).toBe('waits-for-parent');
    expect((await values(of)).mentionsFrom).toBe('nobody');
    expect(openWishes('13-15', await stored(of))).toMatchObject([{ setting: 'mentionsFrom', now: 'nobody' }]);
  });

  it('goes with the account', async () => {
    const of = await account();
    const { id } = await supervised(of);
    await system(async (tx) => {
      await deleteAccounts(tx, [{ organisationId: platform, id: of, at: later(0) }]);
      await forgetSupervisions(tx, platform, of);
    });
    const left = await system((tx) =>
      rows(tx, sql`select 1 from supervision_event where supervision_id = ${id}`),
    );
    expect(left).toEqual([]);
    expect(await tenant((tx) => supervisionsOf(tx, platform, of))).toEqual([]);
  });
});

describe('a suspension', () => {
  it('takes hold also where a request lapsed that no night has written yet', async () => {
    const of = await account();
    const active = await supervised(of);
    const { id, code } = await invite(of);
    await accept(code, randomBytes(32));
    await suspend(of, undefined, counsellor, later(8 * 24));
    const state = async (one: string) => (await tenant((tx) => supervisionById(tx, platform, one)))?.state;
    expect(await state(active.id)).toBe('paused');
    expect(await state(id)).toBe('accepted');
    await expect(young(of, id, 'agreed', later(8 * 24))).rejects.toMatchObject({ code: 'state-conflict' });
  });

  it('of one supervisor leaves the other, and a new code does not bring the first back', async () => {
    const of = await account();
    const mother = await supervised(of);
    const father = await supervised(of);
    for (const { of: mine } of [mother, father])
      await tenant((tx) => decideSetting(tx, mine, { setting: 'mentionsFrom', value: 'peers' }, start));
    const { id } = await suspend(of, numberOf(father.id));
    const state = async (one: string) => (await tenant((tx) => supervisionById(tx, platform, one)))?.state;
    expect(await state(father.id)).toBe('paused');
    expect(await state(mother.id)).toBe('active');
    expect((await values(of)).mentionsFrom).toBe('peers');
    const { code } = await invite(of);
    expect(await accept(code, father.family)).toBeUndefined();
    // Nor under a new key: nobody can tell it from the father's.
    expect(await accept(code, randomBytes(32))).toBeUndefined();
    // Nor at a sibling's account.
    const sibling = await invite(await account());
    expect(await accept(sibling.code, father.family)).toBeUndefined();
    await lift(id);
    expect(await state(father.id)).toBe('accepted');
    expect((await accept(code, randomBytes(32)))?.state).toBe('accepted');
  });

  it('is kept and answered alike for an account that does not exist, and a wrong number suspends all', async () => {
    const real = await account();
    const { id } = await supervised(real);
    const missed = numberOf(id) === '0000' ? '0001' : '0000';
    const answers = [await suspend(real, missed), await suspend('nobody-here')];
    for (const answer of answers) expect(Object.keys(answer)).toEqual(['id']);
    expect((await tenant((tx) => supervisionById(tx, platform, id)))?.state).toBe('paused');
    await expect(system((tx) => liftSuspension(tx, randomUUID(), counsellor, start))).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(
      system((tx) =>
        liftSuspension(tx, answers[0]?.id ?? '', { organisationId: platform, userId: 'lead' }, start),
      ),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  it('holds before anybody supervises, and lifts only when no other stands', async () => {
    const of = await account();
    const first = await suspend(of);
    const second = await suspend(of);
    const { code } = await invite(of);
    expect(await accept(code, randomBytes(32))).toBeUndefined();
    await lift(first.id);
    expect(await accept(code, randomBytes(32))).toBeUndefined();
    await lift(second.id);
    expect((await accept(code, randomBytes(32)))?.state).toBe('accepted');
  });

  it('is recorded at both organisations; the file number stays with the helpline', async () => {
    const of = await account();
    await suspend(of);
    for (const organisation of [platform, helpline]) {
      const lines = await tenant(
        (tx) =>
          rows<{ data: string; actor: string }>(
            tx,
            sql`select data #>> '{}' as data, actor from audit where action = 'supervision.suspension-placed'
              and target = ${`account:${of}`}`,
          ),
        organisation,
      );
      expect(lines).toHaveLength(1);
      expect(lines[0]?.data.includes('HS 12')).toBe(organisation === helpline);
      expect(lines[0]?.actor).toBe(organisation === helpline ? 'counsellor' : `organisation:${helpline}`);
      expect(await system((tx) => verifyAudit(tx, organisation))).toMatchObject({ intact: true });
    }
  });
});

describe('in any order of what people do', () => {
  type Step =
    | { do: 'invite' | 'suspend-all' | 'lift' }
    | { do: 'accept' | 'agree' | 'decline' | 'end' | 'suspend-one'; at: number }
    | { do: 'choose'; id: string; value: SettingValue | null }
    | { do: 'decide'; at: number; id: string; value: SettingValue | null }
    | { do: 'wish'; at: number; approve: boolean }
    | { do: 'publish'; at: number; given: boolean };
  const at = fc.integer({ min: 0, max: 3 });
  const chosen = fc
    .constantFrom('messagesFrom', 'callsFrom', 'privateAccount', 'location', 'quietHours', 'followersShownTo')
    .chain((id) => {
      const { values: all } = catalogue.get(id) ?? {};
      const value = all ? fc.constantFrom(...all) : fc.constantFrom('off', '21:00-07:00', '23:00-06:00');
      return fc.record({ id: fc.constant(id), value: fc.option(value as fc.Arbitrary<SettingValue>) });
    });
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.constantFrom<Step>({ do: 'invite' }, { do: 'suspend-all' }, { do: 'lift' }),
    fc.record({ do: fc.constantFrom('accept', 'agree', 'decline', 'end', 'suspend-one'), at }),
    fc.record({ do: fc.constantFrom('accept', 'agree'), at }),
    chosen.map((one) => ({ do: 'choose' as const, ...one })),
    fc.tuple(at, chosen).map(([n, one]) => ({ do: 'decide' as const, at: n, ...one })),
    fc.record({ do: fc.constant('wish' as const), at, approve: fc.boolean() }),
    fc.record({ do: fc.constant('publish' as const), at, given: fc.boolean() }),
  );

  it('nothing is loosened without the right person, and nothing of a parent’s outlasts the supervision', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<AgeBand>('under-13', '13-15', '16-17'),
        fc.array(step, { minLength: 8, maxLength: 24 }),
        async (band, steps) => {
          const of = await account(band);
          // Begin with somebody active, so that most steps mean something.
          const people = [await supervised(of)];
          const codes = new Map<string, string>();
          const suspensions: string[] = [];
          // The model: what each supervision that is active now has decided, by what was done and not refused.
          const decided = new Map<string, Record<string, SettingValue>>([[people[0]?.id ?? '', {}]]);
          const publishes = new Map<string, boolean>();
          const stop = (id: string) => {
            decided.delete(id);
            publishes.delete(id);
          };
          for (const one of steps) {
            const person = 'at' in one ? people[one.at % people.length] : people[0];
            if (!person) throw new Error('nobody');
            const { id, of: mine, family } = person;
            try {
              switch (one.do) {
                case 'invite': {
                  const made = await invite(of);
                  codes.set(made.id, made.code);
                  people.push({
                    id: made.id,
                    of: { organisationId: platform, id: made.id },
                    family: randomBytes(32),
                  });
                  break;
                }
                case 'accept':
                  await accept(codes.get(id) ?? '', family);
                  break;
                case 'agree':
                  await young(of, id, 'agreed');
                  decided.set(id, {});
                  break;
                case 'decline':
                  await young(of, id, 'declined');
                  break;
                case 'end':
                  await young(of, id, 'ended');
                  stop(id);
                  break;
                case 'suspend-one': {
                  suspensions.push((await suspend(of, numberOf(id))).id);
                  // A number that fits nobody who has accepted suspends all.
                  for (const row of await tenant((tx) => supervisionsOf(tx, platform, of)))
                    if (row.state === 'paused') stop(row.id);
                  expect(decided.has(id)).toBe(false);
                  break;
                }
                case 'suspend-all':
                  suspensions.push((await suspend(of)).id);
                  decided.clear();
                  publishes.clear();
                  break;
                case 'lift': {
                  const last = suspensions.pop();
                  if (last !== undefined) await lift(last);
                  break;
                }
                case 'choose':
                  await choose(of, one.id, one.value);
                  break;
                case 'decide': {
                  await tenant((tx) => decideSetting(tx, mine, { setting: one.id, value: one.value }, start));
                  const own = decided.get(id);
                  if (!own) throw new Error('decided while not active');
                  if (one.value === null) delete own[one.id];
                  else own[one.id] = one.value;
                  break;
                }
                case 'wish': {
                  const [wish] = openWishes(band, await stored(of));
                  if (!wish) break;
                  await tenant((tx) =>
                    answerWish(
                      tx,
                      mine,
                      { setting: wish.setting, value: String(wish.wish), approve: one.approve },
                      start,
                    ),
                  );
                  const own = decided.get(id);
                  if (!own) throw new Error('answered while not active');
                  if (one.approve) own[wish.setting] = wish.wish;
                  break;
                }
                case 'publish':
                  await tenant((tx) => decidePublishing(tx, mine, one.given, start));
                  if (!decided.has(id)) throw new Error('consented while not active');
                  publishes.set(id, one.given);
                  break;
              }
            } catch (cause) {
              // A refusal is an answer; it must change nothing, which the checks below see.
              if (!(cause instanceof AppError)) throw cause;
            }
            const now = await stored(of);
            expect(now.parent).toEqual(strictestTogether([...decided.values()]));
            expect(now.parentPublishes).toBe(publishingTogether([...publishes.values()]));
            const held = effectiveSettings(band, now).values;
            for (const definition of catalogue.values()) {
              const base = effectiveSettings(band, { parent: {}, self: {} }).values[
                definition.id
              ] as SettingValue;
              const value = held[definition.id] as SettingValue;
              if (!isLooser(definition, value, base)) continue;
              const own = now.self[definition.id];
              const bySelf = own !== undefined && isLooser(definition, own, base);
              const byParent = [...decided.values()].some(
                ({ [definition.id]: it }) => it !== undefined && isLooser(definition, it, base),
              );
              const loosener = loosenerOf(definition, band);
              expect(loosener).not.toBe('nobody');
              if (loosener === 'parent') expect(byParent).toBe(true);
              if (loosener === 'self' || needsBoth(definition, band)) expect(bySelf).toBe(true);
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  }, 120_000);
});
