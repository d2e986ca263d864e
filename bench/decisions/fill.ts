import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../apps/server/src/base/config.ts';
import type { Tx } from '../../apps/server/src/base/database.ts';
import { type Entry, type NewEntry, partitionOf } from '../../apps/server/src/base/event-log.ts';
import { noMemory } from '../../apps/server/src/base/state-memory.ts';
import type { Level } from '../../apps/server/src/base/vocabulary.ts';
import {
  createDetection,
  createRuleBook,
  loadDetectionPolicy,
  risksOf,
} from '../../apps/server/src/detect/index.ts';
import { chooseSetting, recordAccounts } from '../../apps/server/src/prevent/index.ts';
import { open } from '../../apps/server/src/start.ts';
import { insertBenchPlatform } from '../bench-platform.ts';
import type { World } from './world.ts';

/** A data folder, and in it (or in the Postgres that `databaseUrl` names) the whole world. */
export interface Filled {
  folder: string;
  apiKey: string;
  organisationId: string;
  /** Risk of accounts towards whomever, as detection left it; accounts not in it have none. */
  risk: Map<string, Level>;
  /** Seconds that it took. */
  seconds: number;
  forget(): Promise<void>;
}

/**
 * Puts the world into a fresh database with the steps of the log worker itself (accounts and contacts, then detection),
 * in large batches; only the event log between intake and worker is left out.
 */
export async function fill(world: World, databaseUrl: string | undefined, now: Date): Promise<Filled> {
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'keben-decisions-'));
  const config = readConfig({
    ...process.env,
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  });
  const { database, keys, close } = await open(config);
  const organisationId = crypto.randomUUID();
  try {
    const { apiKey, sealer } = await database.transaction('system', async (tx) => {
      return {
        apiKey: await insertBenchPlatform(tx, organisationId, now),
        sealer: await keys.sealerOf(tx, organisationId, now),
      };
    });
    const detection = createDetection(
      createRuleBook(loadDetectionPolicy(), (fault) => {
        throw new Error('a rule is not understood', { cause: fault });
      }),
      keys,
    );
    const pass = async (entries: Entry[], step: (tx: Tx, entries: Entry[]) => Promise<void>) => {
      await database.transaction('system', (tx) => step(tx, entries));
    };
    for (const entries of batches(world.entries(organisationId), 10_000))
      await pass(entries, (tx) => recordAccounts(tx, entries, now));
    for (const entries of batches(world.deeds(organisationId, sealer.seal), 500)) {
      await pass(entries, async (tx) => {
        await recordAccounts(tx, entries, now);
        await detection(tx, entries, now, noMemory);
      });
    }
    await database.transaction('system', async (tx) => {
      for (const [account, own] of world.choices) {
        for (const [setting, value] of Object.entries(own)) {
          const outcome = await chooseSetting(tx, { organisationId, account, setting, value }, now);
          if (outcome !== 'applied') throw new Error(`${setting} of ${account} does not hold: ${outcome}`);
        }
      }
    });
    const simulated = world.accounts.slice(0, world.simulated).map(({ id }) => ({ account: id }));
    const levels = await database.transaction('system', (tx) => risksOf(tx, organisationId, simulated, now));
    const risk = new Map<string, Level>();
    for (const [n, { account }] of simulated.entries()) risk.set(account, levels[n] ?? 'none');
    // As a database that has held this data for a while: nothing left to tidy in the background.
    await database.outer.execute('vacuum analyze');
    await database.outer.execute('checkpoint');
    return {
      folder,
      apiKey,
      organisationId,
      risk,
      seconds: (performance.now() - began) / 1000,
      forget: () => rm(folder, { recursive: true, force: true }),
    };
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw cause;
  } finally {
    await close();
  }
}

function* batches(entries: Iterable<NewEntry>, size: number): Generator<Entry[]> {
  let batch: Entry[] = [];
  let position = 0;
  for (const { key, ...entry } of entries) {
    batch.push({
      ...entry,
      position: ++position,
      partition: partitionOf(entry.organisationId, key),
      role: 'own',
    });
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
