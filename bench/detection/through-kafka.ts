import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { KafkaRate } from '../detect-kafka.ts';
import type { Figure } from './measure.ts';

const GOAL = 10_000;

/** Events a second through Kafka and Postgres, end to end (bench/detect-kafka.ts, a process of its own). */
export async function measureKafka(): Promise<Figure[]> {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../detect-kafka.ts'), '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error('bench/detect-kafka.ts failed');
  const rates = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as KafkaRate[];
  return rates.map(({ workers, partitions, events, backlog, live }) => ({
    what: `through Kafka and Postgres, ${workers} workers, ${partitions} partitions`,
    unit: 'events/s',
    value: live,
    byClock: true as const,
    ...(workers === 2 ? { goal: GOAL } : {}),
    note: `end to end while the producer sends, states and offsets durable (fsync on), ${events.toLocaleString('en')} events; broker, Postgres, producer and workers share the machine; from a full topic ${Math.round(backlog).toLocaleString('en')} events/s`,
  }));
}
