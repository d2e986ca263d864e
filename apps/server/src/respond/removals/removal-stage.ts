import pino from 'pino';
import { openEmbedded, type Tx } from '../../base/database.ts';
import { keysOf } from '../../base/keys.ts';
import { insertOrganisation } from '../../base/organisation-store.ts';
import { contentsWith, createLiveIndexes } from '../../detect/index.ts';
import { receiveRemoval } from './receive-removal.ts';
import { RemovalInput } from './request-shape.ts';
import { createPinHashes } from './secrets.ts';
import { requestById } from './store.ts';
import { takeRemovalStep } from './take-removal-step.ts';

export const hotline = '00000000-0000-4000-8000-0000000000b1';
export const other = '00000000-0000-4000-8000-0000000000b2';
export const start = new Date('2026-11-25T08:00:00Z');
export const day = (n: number) => new Date(start.getTime() + n * 86_400_000);
export const by = { id: 'lan', name: 'Lan' };
/** The MD5 of a made-up file. */
export const md5 = (file: number) => file.toString(16).padStart(32, '0');
export const film = (file: number) => ({
  type: 'video' as const,
  frames: [{ hash: `${'0f'.repeat(30)}${(file + 4096).toString(16)}`, quality: 60, seconds: 0 }],
});
export const input = (items: unknown[], ageBand = '13-15') =>
  RemovalInput.parse({ language: 'vi', ageBand, platforms: ['zalo', 'other'], items });
export const files = (...numbers: number[]) => numbers.map((file) => ({ type: 'image', md5: md5(file) }));

/** For tests: a hotline and a platform on an embedded database, and what happens to requests there. */
export async function openRemovalStage() {
  const hashes = createPinHashes(keysOf(Buffer.alloc(32, 7)));
  const pin = await hashes.keep('246810');

  const database = await openEmbedded();
  const live = createLiveIndexes({
    database,
    log: pino({ level: 'silent' }),
    now: () => start,
    maxHashes: 100_000,
  });
  const close = async () => {
    await live.close();
    await database.close();
  };
  const system = <T>(work: (tx: Tx) => Promise<T>) => database.transaction('system', work);
  const tenant = <T>(work: (tx: Tx) => Promise<T>, organisation = hotline) =>
    database.transaction({ organisation }, work);
  for (const [id, kind] of [
    [hotline, 'hotline'],
    [other, 'platform'],
  ] as const)
    await system((tx) =>
      insertOrganisation(tx, {
        id,
        kind,
        nameVi: id,
        nameEn: id,
        publicKey: kind === 'hotline' ? Buffer.alloc(32, 1) : null,
        createdAt: start,
      }),
    );

  let made = 0;
  const receive = (items: unknown[], ageBand?: string, at = start, mostWaiting?: number) =>
    system((tx) => {
      const caseNumber = String(++made).padStart(10, '0');
      return receiveRemoval(tx, input(items, ageBand), { caseNumber, pin }, at, mostWaiting);
    });
  const step = (id: string, decision: Parameters<typeof takeRemovalStep>[2], at = start) =>
    tenant(async (tx) => {
      const row = await requestById(tx, hotline, id, { lock: true });
      if (!row) throw new Error('the request is not there');
      return takeRemovalStep(tx, row, decision, at);
    });
  /** Of the given files, those that lookups would find. */
  const found = async (numbers: number[]) =>
    new Set(
      (
        await tenant((tx) =>
          contentsWith(
            tx,
            hotline,
            numbers.map((file) => ({ kind: 'md5' as const, value: md5(file) })),
          ),
        )
      ).map(({ value }) => Number.parseInt(value, 16)),
    );
  return { database, live, hashes, pin, system, tenant, receive, step, found, close };
}
