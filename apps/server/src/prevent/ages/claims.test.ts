import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../base/audit.ts';
import { rows } from '../../base/database.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import type { Assurance } from '../age.ts';
import { changesAfter } from '../store.ts';
import { DAY, later, MINUTE, NOW, openAgesStage, organisation, stranger } from './ages-stage.ts';
import { listClaims } from './claim-store.ts';
import { decideAgeClaim } from './decide-claim.ts';
import { describeClaims } from './describe-claims.ts';
import { dropAgeTraces } from './index.ts';
import { recordAges } from './record-ages.ts';

const {
  database,
  told,
  friends,
  run,
  ageOf,
  claimsOf,
  readOf,
  decide,
  claimsOfTx,
  decideUnknown,
  lastChange,
} = await openAgesStage();
afterAll(() => database.close());

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
