import { sql } from 'drizzle-orm';
import { openEmbedded, rows } from '../../apps/server/src/base/database.ts';
import { createMemory } from '../../apps/server/src/base/state-memory.ts';
import { loadDetectionPolicy } from '../../apps/server/src/detect/index.ts';
import { createMemoryDetection, toReadEvent } from '../../apps/server/src/detect/measure/index.ts';
import { type Figure, heapInUse } from './measure.ts';
import { ORGANISATION, simulated } from './stream.ts';

const PAIRS = 200_000;
const IN_DATABASE = 20_000;

/** Bytes that tracked pairs take: in a worker's memory, and in Postgres with their index. */
export async function measureMemory(): Promise<Figure[]> {
  const states = await pairsOfStream();
  const before = heapInUse();
  const memory = createMemory(PAIRS);
  // As a worker has them: parsed from what the database gave, under a key of their own.
  for (let n = 0; n < PAIRS; n++)
    memory.put(`${ORGANISATION} ${keyOf(n)}`, JSON.parse(states[n % states.length] ?? '{}'));
  memory.keep();
  const inMemory = (heapInUse() - before) / PAIRS;
  if (memory.get(`${ORGANISATION} ${keyOf(0)}`) === undefined) throw new Error('the states have gone');
  const inDatabase = await bytesInDatabase(states);
  const json = states.reduce((sum, state) => sum + state.length, 0) / states.length;
  const scaled = (bytes: number) => (bytes * 1e6) / 2 ** 20;
  return [
    {
      what: 'memory of 1,000,000 tracked pairs in a worker',
      unit: 'MiB',
      value: scaled(inMemory),
      note: `scaled from ${PAIRS.toLocaleString('en')} pairs with states as ${states.length.toLocaleString('en')} simulated pairs left them (${json.toFixed(0)} bytes of JSON on average); a pair is tracked from its first cue on`,
    },
    {
      what: '1,000,000 tracked pairs in Postgres, with index',
      unit: 'MiB',
      value: scaled(inDatabase),
      note: `scaled from ${IN_DATABASE.toLocaleString('en')} rows of risk_state, just written (${inDatabase.toFixed(0)} bytes each)`,
    },
  ];
}

/** States of the pairs that a simulated platform with much harm leaves, as JSON. */
async function pairsOfStream(): Promise<string[]> {
  const detection = createMemoryDetection(loadDetectionPolicy());
  for (const [position, event] of simulated(100_000, 20, 13).entries())
    detection.apply(toReadEvent(event, position + 1));
  return [...detection.pairs()].map((state) => JSON.stringify(state));
}

async function bytesInDatabase(states: readonly string[]): Promise<number> {
  const database = await openEmbedded();
  try {
    return await database.transaction('system', async (tx) => {
      await tx.execute(
        sql`insert into organisation (id, kind, name_vi, name_en, created_at) values (${ORGANISATION}::uuid, 'platform', 'Đo', 'Bench', now())`,
      );
      for (let from = 0; from < IN_DATABASE; from += 2000) {
        const part = Array.from({ length: 2000 }, (_, n) => ({
          key: keyOf(from + n),
          state: states[(from + n) % states.length] ?? '{}',
        }));
        await tx.execute(
          sql`insert into risk_state (organisation_id, key, state, updated_at) select ${ORGANISATION}::uuid, r->>'key', (r->>'state')::json, now() from json_array_elements(${JSON.stringify(part)}::json) r`,
        );
      }
      const [size] = await rows<{ bytes: string }>(
        tx,
        sql`select pg_total_relation_size('risk_state')::text as bytes`,
      );
      return Number(size?.bytes ?? 0) / IN_DATABASE;
    });
  } finally {
    await database.close();
  }
}

/** Ids as long as the simulated platform's, in the form of the worker's keys. */
function keyOf(n: number): string {
  return `pair:10:u13-${String(n % 5000).padStart(6, '0')}>u13-${String(n).padStart(6, '0')}`;
}
