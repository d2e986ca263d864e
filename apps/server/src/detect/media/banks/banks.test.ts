import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openEmbedded, rows, type Tx } from '../../../base/database.ts';
import { importHashes } from '../import-hashes.ts';
import { addContents, MOST_CONTENTS } from './add-contents.ts';
import { addersOf } from './adders.ts';
import type { BankRow, NewBank } from './bank.ts';
import { bankById, countContents, listBanks } from './bank-store.ts';
import { afterStep, type ContentStep, contentSteps } from './content-state.ts';
import { contentById, contentsWith, signalsOf, stepsOf } from './content-store.ts';
import { removeContents, takeContentStep, takeContentSteps } from './decide-content.ts';
import { dropExpiredContents } from './drop-expired.ts';
import { holdings } from './holding-store.ts';
import { changeBank, createBank, removeBank } from './manage-bank.ts';
import { removalActor } from './removals.ts';
import type { Signal } from './signal.ts';

const start = new Date('2026-11-25T08:00:00Z');
const after = (days: number) => new Date(start.getTime() + days * 86_400_000);
const lan = { id: 'lan', name: 'Lan' };
const minh = { id: 'minh', name: 'Minh' };
const database = await openEmbedded();
afterAll(() => database.close());

const tenant = <T>(organisation: string, work: (tx: Tx) => Promise<T>) =>
  database.transaction({ organisation }, work);
const bankOf = (organisation: string = randomUUID(), settings: Partial<NewBank> = {}) =>
  tenant(organisation, (tx) =>
    createBank(tx, organisation, { name: 'bank', source: 's', reason: 'r', ...settings }, lan, start),
  );
/** The MD5 of a made-up file. */
const md5 = (file: number): Signal => ({
  kind: 'md5',
  value: createHash('md5').update(String(file)).digest('hex'),
});
const add = (bank: BankRow, contents: Signal[][], at = start) =>
  tenant(bank.organisationId, (tx) =>
    addContents(
      tx,
      bank,
      contents.map((signals) => ({ signals })),
      lan,
      at,
    ),
  );
const step = (bank: BankRow, id: number, taken: ContentStep, by = minh) =>
  tenant(bank.organisationId, (tx) =>
    takeContentStep(tx, bank.organisationId, id, taken, { by, reason: 'because' }, start),
  );
/** Whether lookups would ask the file's hash. */
const asked = async (bank: BankRow, file: number) =>
  (await tenant(bank.organisationId, (tx) => contentsWith(tx, bank.organisationId, [md5(file)]))).length > 0;
/** Postgres's refusal: insufficient privilege, or a row that its policy does not allow. */
const forbidden = { cause: { code: '42501' } };
const versionOf = async (bank: BankRow) =>
  (await tenant(bank.organisationId, (tx) => holdings(tx, [bank.organisationId])))[0]?.version ?? 0;

async function added(bank: BankRow, file: number): Promise<number> {
  const { ids } = await add(bank, [[md5(file)]]);
  return ids[0] ?? 0;
}

describe('banks', () => {
  it('get numbers that are never given again, and names that are taken once', async () => {
    const first = await bankOf();
    const { organisationId } = first;
    await expect(bankOf(organisationId)).rejects.toMatchObject({
      code: 'state-conflict',
      extras: { pointer: '/name' },
    });
    const second = await bankOf(organisationId, { name: 'second' });
    await tenant(organisationId, (tx) => removeBank(tx, second, lan, start));
    const third = await bankOf(organisationId, { name: 'second' });
    expect([first.number, second.number, third.number]).toEqual([1, 2, 3]);
    const renaming = tenant(organisationId, (tx) => changeBank(tx, third, { name: 'bank' }, lan, start));
    await expect(renaming).rejects.toMatchObject({ code: 'state-conflict' });
  });

  it('go with all they hold, and every change moves the version on and is in the audit log', async () => {
    const bank = await bankOf();
    const before = await versionOf(bank);
    await added(bank, 1);
    await tenant(bank.organisationId, (tx) => changeBank(tx, bank, { threshold: 20 }, lan, start));
    expect(await asked(bank, 1)).toBe(true);
    await tenant(bank.organisationId, (tx) => removeBank(tx, bank, lan, start));
    expect(await asked(bank, 1)).toBe(false);
    expect(await versionOf(bank)).toBe(before + 3);
    const actions = await database.transaction('system', (tx) =>
      rows<{ action: string }>(
        tx,
        sql`select action from audit where organisation_id = ${bank.organisationId} order by sequence`,
      ),
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'bank.created',
      'bank.contents-added',
      'bank.changed',
      'bank.removed',
    ]);
  });
});

describe('a bank with what young people asked to have taken down', () => {
  it('is neither removed nor made to block, ask less or forget early, until the last of it has gone', async () => {
    const bank = await bankOf(randomUUID(), { retentionDays: 730 });
    const { organisationId } = bank;
    const ids = await tenant(organisationId, async (tx) => {
      const made = await addContents(tx, bank, [{ signals: [md5(1)] }], removalActor, start, { alone: true });
      return made.ids;
    });
    const change = (to: Parameters<typeof changeBank>[2]) =>
      tenant(organisationId, (tx) => changeBank(tx, bank, to, lan, start));
    const refused = { code: 'state-conflict' };
    await expect(tenant(organisationId, (tx) => removeBank(tx, bank, lan, start))).rejects.toMatchObject(
      refused,
    );
    await expect(change({ retentionDays: 1 })).rejects.toMatchObject({
      ...refused,
      extras: { pointer: '/retentionDays' },
    });
    for (const to of [{ action: 'block' }, { arrives: 'confirmed' }, { enabledRatio: 0 }] as const)
      await expect(change(to)).rejects.toMatchObject(refused);
    // What is as before, and what changes nothing for them, may come along.
    expect(await change({ reason: 'z', threshold: 20, retentionDays: 730 })).toMatchObject({ threshold: 20 });
    expect(await asked(bank, 1)).toBe(true);
    await tenant(organisationId, (tx) => removeContents(tx, organisationId, ids, removalActor, start));
    expect(await change({ retentionDays: 1 })).toMatchObject({ retentionDays: 1 });
    await tenant(organisationId, (tx) => removeBank(tx, bank, lan, start));
  });
});

describe('steps on contents', () => {
  it('follow the state machine, are written down, and decide whether lookups ask the content', async () => {
    const bank = await bankOf();
    let file = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...contentSteps), { maxLength: 6 }), async (taken) => {
        const mine = ++file;
        const id = await added(bank, mine);
        let status: NonNullable<ReturnType<typeof afterStep>> = 'unconfirmed';
        const done: ContentStep[] = [];
        for (const one of taken) {
          const next = afterStep(status, one);
          if (next === undefined) {
            await expect(step(bank, id, one)).rejects.toMatchObject({ code: 'state-conflict' });
            continue;
          }
          expect((await step(bank, id, one)).status).toBe(next);
          status = next;
          done.push(one);
        }
        expect(await asked(bank, mine)).toBe(status !== 'retired');
        const written = await tenant(bank.organisationId, (tx) => stepsOf(tx, bank.organisationId, id));
        expect(written.map(({ step: one }) => one)).toEqual(done);
      }),
      { numRuns: 25 },
    );
  });

  it('are confirmed by nobody who put the content there, also after others disputed or restored it', async () => {
    const bank = await bankOf();
    const id = await added(bank, 1);
    const own = { code: 'second-person-needed' };
    await expect(step(bank, id, 'confirm', lan)).rejects.toMatchObject(own);
    await step(bank, id, 'dispute');
    await expect(step(bank, id, 'confirm', lan)).rejects.toMatchObject(own);
    await step(bank, id, 'retire');
    await step(bank, id, 'restore');
    await expect(step(bank, id, 'confirm', lan)).rejects.toMatchObject(own);
    // Putting it there again makes nobody else the one who put it there.
    await tenant(bank.organisationId, (tx) => addContents(tx, bank, [{ signals: [md5(1)] }], minh, start));
    await expect(step(bank, id, 'confirm', lan)).rejects.toMatchObject(own);
    expect((await step(bank, id, 'confirm', minh)).status).toBe('confirmed');
  });

  it('are decided many at a time in one version, all or none, with the places of those that refuse', async () => {
    const bank = await bankOf();
    const organisation = bank.organisationId;
    const { ids } = await add(bank, [[md5(1)], [md5(2)], [md5(3)]]);
    const many = (taken: ContentStep, which: number[], by = minh) =>
      tenant(organisation, (tx) =>
        takeContentSteps(tx, organisation, which, taken, { by, reason: 'because' }, start),
      );
    const version = await versionOf(bank);
    expect((await many('retire', ids)).map(({ status }) => status)).toEqual([
      'retired',
      'retired',
      'retired',
    ]);
    expect(await versionOf(bank)).toBe(version + 1);
    expect([await asked(bank, 1), await asked(bank, 3)]).toEqual([false, false]);
    await step(bank, ids[1] ?? 0, 'restore');
    await expect(many('restore', [...ids, 999_999_999])).rejects.toMatchObject({
      code: 'state-conflict',
      extras: { errors: [{ pointer: '/contents/1' }, { pointer: '/contents/3' }] },
    });
    expect([await asked(bank, 1), await asked(bank, 3)]).toEqual([false, false]);
    await many(
      'restore',
      ids.filter((_, at) => at !== 1),
    );
    await expect(many('confirm', ids, lan)).rejects.toMatchObject({ code: 'second-person-needed' });
    // Another organisation's contents are not there.
    const other = await bankOf();
    const foreign = await added(other, 1);
    await expect(many('dispute', [foreign])).rejects.toMatchObject({ code: 'not-found' });
    await expect(
      many(
        'dispute',
        Array.from({ length: 201 }, (_, id) => id + 1),
      ),
    ).rejects.toThrow(RangeError);
  });

  it('tell who put them there: a person of the organisation by name, or what it came by', async () => {
    const bank = await bankOf();
    const by = (...ids: string[]) =>
      tenant(bank.organisationId, (tx) =>
        addersOf(
          tx,
          bank.organisationId,
          ids.map((createdBy) => ({ createdBy })),
        ),
      );
    expect(Object.fromEntries(await by('api', 'removal', 'operator', 'gone'))).toEqual({
      api: { by: 'key', name: null },
      removal: { by: 'removal', name: null },
      operator: { by: 'operator', name: null },
      gone: { by: 'staff', name: null },
    });
  });
});

describe('contents that are added', () => {
  it('are there once, however often and in whatever order they come', async () => {
    const lists = fc.array(fc.array(fc.nat(8), { minLength: 1, maxLength: 12 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(lists, async (batches) => {
        const bank = await bankOf();
        const ids = new Map<number, number>();
        for (const files of batches) {
          const known = new Set(ids.keys());
          const told = await add(
            bank,
            files.map((file) => [md5(file)]),
          );
          expect(told.ids).toHaveLength(files.length);
          expect(told.added).toHaveLength(new Set(files.filter((file) => !known.has(file))).size);
          for (const [at, file] of files.entries()) {
            expect(told.ids[at]).toBe(ids.get(file) ?? told.ids[at]);
            ids.set(file, told.ids[at] ?? 0);
          }
        }
        expect(new Set(ids.values()).size).toBe(ids.size);
        const counts = await tenant(bank.organisationId, (tx) => countContents(tx, bank.organisationId));
        expect(counts.get(bank.id)?.unconfirmed ?? 0).toBe(ids.size);
      }),
      { numRuns: 15 },
    );
  });

  it('keep id and status when they come again, retired too; removed ones come as new', async () => {
    const bank = await bankOf();
    const id = await added(bank, 1);
    await step(bank, id, 'retire');
    expect(await add(bank, [[md5(1)]])).toEqual({ ids: [id], added: [] });
    expect(await asked(bank, 1)).toBe(false);
    await tenant(bank.organisationId, (tx) => removeContents(tx, bank.organisationId, [id], lan, start));
    expect((await add(bank, [[md5(1)]])).added).toHaveLength(1);
  });

  it('are unconfirmed whatever the bank says, but for what the operator imports', async () => {
    const bank = await bankOf(undefined, { arrives: 'confirmed', action: 'block' });
    const statusOf = async (id: number) =>
      (await tenant(bank.organisationId, (tx) => contentById(tx, bank.organisationId, id)))?.content.status;
    expect(await statusOf(await added(bank, 1))).toBe('unconfirmed');
    const { name, source, reason, generativeAi } = bank;
    await tenant(bank.organisationId, (tx) =>
      importHashes(
        tx,
        bank.organisationId,
        { name, source, reason, generativeAi },
        [{ signals: [md5(2)] }],
        start,
      ),
    );
    const imported = await added(bank, 2);
    expect(await statusOf(imported)).toBe('confirmed');
  });

  it('follow the bank as it is when they come, and find no bank that was removed meanwhile', async () => {
    const bank = await bankOf();
    await tenant(bank.organisationId, (tx) => changeBank(tx, bank, { retentionDays: 1 }, lan, start));
    // With the row that was read before the change.
    const id = await added(bank, 1);
    const found = await tenant(bank.organisationId, (tx) => contentById(tx, bank.organisationId, id));
    expect(found?.content.expiresAt).toEqual(after(1));
    await tenant(bank.organisationId, (tx) => removeBank(tx, bank, lan, start));
    const gone = { code: 'not-found' };
    await expect(added(bank, 2)).rejects.toMatchObject(gone);
    await expect(
      tenant(bank.organisationId, (tx) => changeBank(tx, bank, { threshold: 3 }, lan, start)),
    ).rejects.toMatchObject(gone);
    await expect(tenant(bank.organisationId, (tx) => removeBank(tx, bank, lan, start))).rejects.toMatchObject(
      gone,
    );
  });

  it('come as new when what was there is past its time, and as the one that is asked rather than as a retired one', async () => {
    const bank = await bankOf(undefined, { retentionDays: 30 });
    const id = await added(bank, 1);
    expect((await add(bank, [[md5(1)]], after(29))).ids).toEqual([id]);
    const again = await add(bank, [[md5(1)]], after(31));
    expect(again.added).toHaveLength(1);
    await database.transaction('system', (tx) => dropExpiredContents(tx, after(31)));
    expect(await asked(bank, 1)).toBe(true);
    // A retired one, and beside it one with a further hash.
    await step(bank, again.ids[0] ?? 0, 'retire');
    const { ids } = await add(bank, [[md5(1), md5(2)]], after(31));
    expect(await add(bank, [[md5(1)]], after(31))).toEqual({ ids, added: [] });
  });

  it('are refused above 5,000 and without a signal, and nothing of them is kept', async () => {
    const bank = await bankOf();
    const many = Array.from({ length: MOST_CONTENTS + 1 }, (_, file) => [md5(file)]);
    await expect(add(bank, many)).rejects.toThrow(RangeError);
    await expect(add(bank, [[md5(1)], []])).rejects.toThrow(RangeError);
    expect(await asked(bank, 1)).toBe(false);
  });
});

describe('retention', () => {
  it('removes contents when their days are over and leaves those that stay, then their tombstones', async () => {
    const brief = await bankOf(undefined, { retentionDays: 30 });
    const lasting = await bankOf(brief.organisationId, { name: 'lasting' });
    const id = await added(brief, 1);
    await added(lasting, 2);
    const drop = (days: number) =>
      database.transaction('system', (tx) => dropExpiredContents(tx, after(days)));
    await drop(29.9);
    expect(await asked(brief, 1)).toBe(true);
    await drop(30);
    expect([await asked(brief, 1), await asked(lasting, 2)]).toEqual([false, true]);
    const left = () => tenant(brief.organisationId, (tx) => signalsOf(tx, brief.organisationId, [id]));
    expect((await left()).get(id)).toHaveLength(1);
    await drop(32.1);
    expect((await left()).size).toBe(0);
  });
});

describe('another organisation', () => {
  it('sees and touches no bank, content, signal or step', async () => {
    const bank = await bankOf();
    const id = await added(bank, 1);
    await step(bank, id, 'dispute');
    const stranger = randomUUID();
    const own = bank.organisationId;
    // Asked with the owner's id inside a transaction of the stranger: only the database keeps them apart.
    const seen = await tenant(stranger, async (tx) => [
      await bankById(tx, own, bank.id),
      await listBanks(tx, own),
      await contentById(tx, own, id),
      (await signalsOf(tx, own, [id])).size,
      await stepsOf(tx, own, id),
      await holdings(tx, [own]),
    ]);
    expect(seen).toEqual([undefined, [], undefined, 0, [], []]);
    for (const table of ['hash_bank', 'bank_content', 'bank_signal', 'hash_holding']) {
      const touched = await tenant(stranger, (tx) =>
        rows(tx, sql`delete from ${sql.identifier(table)} where organisation_id = ${own} returning 1`),
      );
      expect(touched, table).toEqual([]);
    }
    await expect(
      tenant(stranger, (tx) => addContents(tx, bank, [{ signals: [md5(2)] }], lan, start)),
    ).rejects.toMatchObject(forbidden);
    expect(await asked(bank, 1)).toBe(true);
  });

  it('and not even the own one changes or removes steps', async () => {
    const bank = await bankOf();
    const id = await added(bank, 1);
    await step(bank, id, 'dispute');
    for (const statement of [sql`update bank_step set reason = 'x'`, sql`delete from bank_step`])
      await expect(tenant(bank.organisationId, (tx) => tx.execute(statement))).rejects.toMatchObject(
        forbidden,
      );
    const written = await tenant(bank.organisationId, (tx) => stepsOf(tx, bank.organisationId, id));
    expect(written).toMatchObject([{ step: 'dispute', reason: 'because', actorName: 'Minh' }]);
  });
});
