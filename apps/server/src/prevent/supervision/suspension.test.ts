import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../base/audit.ts';
import { rows } from '../../base/database.ts';
import { decideSetting } from './decide-as-parent.ts';
import { numberOf } from './secrets.ts';
import { supervisionById } from './store.ts';
import { counsellor, helpline, later, openSupervisionStage, platform, start } from './supervision-stage.ts';
import { liftSuspension } from './suspend-supervisors.ts';

const { close, system, tenant, account, invite, accept, young, supervised, values, suspend, lift } =
  await openSupervisionStage();
afterAll(close);

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
