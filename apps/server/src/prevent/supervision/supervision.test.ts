import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { rows, type Tx } from '../../base/database.ts';
import { saveAges } from '../age-store.ts';
import { consentToPublishing } from '../choose-setting.ts';
import { deleteAccounts } from '../store.ts';
import { openInvitation } from './accept-invitation.ts';
import { answerWish, decidePublishing, decideSetting } from './decide-as-parent.ts';
import { endLapsedSupervisions } from './end-lapsed.ts';
import { openWishes } from './parent-decisions.ts';
import { newCode, readCode, spaced } from './secrets.ts';
import { forgetSupervisions, supervisionById, supervisionsOf } from './store.ts';
import { hashes, helpline, keys, later, openSupervisionStage, platform, start } from './supervision-stage.ts';
import { saveUsage, usageSince } from './usage-store.ts';
import { describeSupervision } from './view.ts';

const {
  close,
  system,
  tenant,
  account,
  invite,
  accept,
  young,
  supervised,
  stored,
  values,
  choose,
  suspend,
  lift,
} = await openSupervisionStage();
afterAll(close);

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
