import { randomBytes, randomUUID } from 'node:crypto';
import { hammingDistance } from '@keben/pdq';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openEmbedded, rows, type Tx } from '../../../base/database.ts';
import {
  actionFor,
  addContents,
  bankById,
  changeBank,
  changeContent,
  createBank,
  dropExpiredContents,
  removeContents,
  takeContentStep,
} from '../banks/index.ts';
import { createLiveIndexes } from '../live/index.ts';
import { createNearPicture, type NearPicture } from './near-picture.ts';

const by = { id: 'person-1', name: 'Lan' };
const second = { id: 'person-2', name: 'Minh' };
const start = new Date('2026-11-20T08:00:00Z');
const DAY = 86_400_000;
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** The hash with its first bits turned. */
function near(hex: string, bits: number): string {
  const turned = Buffer.from(hex, 'hex');
  for (let bit = 0; bit < bits; bit++) turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return turned.toString('hex');
}

const pool = Array.from({ length: 2 }, () => randomBytes(32).toString('hex')).flatMap((seed) => [
  seed,
  near(seed, 5),
  near(seed, 31),
]);
const steps = ['confirm', 'dispute', 'retire', 'restore'] as const;
const whats = ['add', ...steps, 'remove', 'disable', 'enable', 'bank', 'expire', 'pass', 'refresh'] as const;

interface Row {
  content: string;
  value: string;
  status: 'confirmed';
  disabled: boolean;
  over: boolean;
  bank: string;
  threshold: number;
  ratio: number;
  action: 'block';
  source: string;
  reason: string;
}

describe('contents near one picture', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openEmbedded();
  });
  afterAll(() => database.close());

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => database.transaction('system', work);

  /** What the tables say, told without the code that is tested. */
  async function truth(organisationId: string, now: Date) {
    const all = await inTx((tx) =>
      rows<Row>(
        tx,
        sql`select s.content_id::text as content, s.value, c.status, b.name as bank, b.threshold,
            b.enabled_ratio as ratio, b.action, coalesce(c.source, b.source) as source, coalesce(c.reason, b.reason) as reason,
            coalesce(c.disabled_until > ${now.toISOString()}::timestamptz, false) as disabled,
            coalesce(c.expires_at <= ${now.toISOString()}::timestamptz, false) as over
          from bank_signal s join bank_content c on c.id = s.content_id join hash_bank b on b.id = c.bank_id
          where s.organisation_id = ${organisationId} and s.kind = 'pdq' and c.status <> 'retired'`,
      ),
    );
    return pool.map((query) => {
      const there = all
        .map((row) => ({
          ...row,
          content: Number(row.content),
          distance: hammingDistance(bytes(row.value), bytes(query)),
        }))
        .filter(({ distance, threshold, over }) => distance <= threshold && !over)
        .sort((a, b) => a.distance - b.distance || a.content - b.content);
      return {
        raw: there.map(({ content, distance, bank }) => ({ content, distance, bank })),
        matches: there
          .filter(({ disabled, ratio }) => !disabled && ratio === 1)
          .map(({ content, distance, bank, status, action, source, reason }) => {
            const follows = actionFor(status, action, distance);
            return { content, distance, bank, status, action: follows, source, reason };
          }),
      };
    });
  }

  /** All hashes of the pool at once, so that they share reads. */
  function told(picture: NearPicture, organisationId: string) {
    return Promise.all(
      pool.map(async (query) => {
        const [raw, matches] = await Promise.all([
          picture.raw(organisationId, bytes(query)),
          picture.matches(organisationId, bytes(query), {}),
        ]);
        return {
          raw: raw
            .map(({ content, distance, bank }) => ({ content, distance, bank: bank.name }))
            .sort((a, b) => a.distance - b.distance || a.content - b.content),
          matches: matches.map(({ content, distance, bank, status, action, source, reason }) => ({
            ...{ content, distance, bank, status, action, source, reason },
          })),
        };
      }),
    );
  }

  it('are those of the database after any changes; what was taken back is none at once, before memory knows', async () => {
    const step = fc.record({ what: fc.constantFrom(...whats), which: fc.nat(1000) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), fc.boolean(), async (list, apart) => {
        const organisationId = randomUUID();
        let now = start;
        const live = createLiveIndexes({
          database,
          log: pino({ level: 'silent' }),
          now: () => now,
          maxHashes: 1000,
          ...(apart ? { small: 0 } : {}),
        });
        const picture = createNearPicture({ database, live, now: () => now });
        const banks = await Promise.all(
          ['a', 'b'].map((name) =>
            inTx((tx) => createBank(tx, organisationId, { name, source: name, reason: 'r' }, by, now)),
          ),
        );
        const ids: number[] = [];
        // Thresholds and shares of banks are read when memory moves on.
        let banksMoved = false;
        const add = async (which: number) => {
          const bank = await inTx((tx) => bankById(tx, organisationId, banks[which % 2]?.id ?? ''));
          if (!bank) throw new Error('a bank is gone');
          const signals = [{ kind: 'pdq' as const, value: pool[which % pool.length] ?? '' }];
          const own = which % 3 === 0 ? { source: 'own', reason: 'also own' } : {};
          const added = await inTx((tx) => addContents(tx, bank, [{ signals, ...own }], by, now));
          ids.push(...added.ids);
        };
        for (const which of [0, 1, 2]) await add(which);
        await live.ready(organisationId);
        for (const { what, which } of list) {
          const id = ids[which % ids.length] ?? 0;
          const bank = banks[which % 2];
          if (!bank) throw new Error('there are two banks');
          const change = async (until: Date | null) =>
            inTx((tx) => changeContent(tx, organisationId, id, { disabledUntil: until }, by, now));
          const act: Record<(typeof whats)[number], () => Promise<unknown>> = {
            add: () => add(which),
            confirm: () => take('confirm'),
            dispute: () => take('dispute'),
            retire: () => take('retire'),
            restore: () => take('restore'),
            remove: () => inTx((tx) => removeContents(tx, organisationId, [id], by, now)),
            disable: () => change(new Date(now.getTime() + ((which % 3) - 1) * 1000)),
            enable: () => change(null),
            bank: async () => {
              const settings = {
                threshold: [0, 5, 31][which % 3] ?? 0,
                enabledRatio: which % 4 === 0 ? 0 : 1,
                action: which % 5 === 0 ? ('block' as const) : ('hold' as const),
                retentionDays: which % 2 === 0 ? 1 : null,
              };
              banks[which % 2] = await inTx((tx) => changeBank(tx, bank, settings, by, now));
            },
            expire: () => inTx((tx) => dropExpiredContents(tx, now)),
            pass: async () => {
              now = new Date(now.getTime() + (which % 2 === 0 ? 1000 : DAY));
              await live.ready(organisationId);
            },
            refresh: () => live.ready(organisationId),
          };
          const take = (one: (typeof steps)[number]) =>
            inTx((tx) => takeContentStep(tx, organisationId, id, one, { by: second, reason: 'r' }, now));
          await act[what]().catch((fault: Error & { code?: string }) => {
            expect(['state-conflict', 'not-found']).toContain(fault.code);
          });
          if (what === 'bank') banksMoved = true;
          if (what === 'refresh' || what === 'pass') banksMoved = false;
          if (banksMoved) continue;
          // Memory may not know yet what came; it never tells of what is no more.
          const before = await told(picture, organisationId);
          const there = await truth(organisationId, now);
          for (const [at, { raw, matches }] of before.entries()) {
            const known = new Set<number | null>(there[at]?.raw.map(({ content }) => content));
            const counts = new Set<number | null>(there[at]?.matches.map(({ content }) => content));
            expect(raw.filter(({ content }) => !known.has(content))).toEqual([]);
            expect(matches.filter(({ content }) => !counts.has(content))).toEqual([]);
          }
        }
        await live.ready(organisationId);
        expect(await told(picture, organisationId)).toEqual(await truth(organisationId, now));
        await live.close();
      }),
      { numRuns: 5 },
    );
  });
});
