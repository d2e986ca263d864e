import { randomBytes } from 'node:crypto';
import { decodeRecord, type RawRecord, recordsOf } from '../../apps/server/src/base/kafka/record.ts';
import { type Sealer, sealerWith } from '../../apps/server/src/base/keys.ts';
import { entryToEvent, loadDetectionPolicy, NEWEST_SCHEMA } from '../../apps/server/src/detect/index.ts';
import { createMemoryDetection, readEvent } from '../../apps/server/src/detect/measure/index.ts';
import { type Figure, rateOf } from './measure.ts';
import { entriesOf, MIX, simulated } from './stream.ts';

const GOAL = 30_000;

/** Events a second through the whole detection step on one core, states in memory. */
export function measureStep(rounds = 5): Figure[] {
  const policy = loadDetectionPolicy();
  const events = simulated();
  const plain = recordsFrom(events, (text) => Buffer.from(text));
  const sealer = sealerWith(randomBytes(32));
  const sealed = recordsFrom(events, (text) => sealer.seal(text));
  const run = (records: readonly RawRecord[], open: (sealed: Uint8Array) => string) => () => {
    const detection = createMemoryDetection(policy);
    for (const record of records) detection.apply(detection.read(readRecord(record, open)));
  };
  const clear = (bytes: Uint8Array) => (bytes as Buffer).toString('utf8');
  const none = () => undefined;
  const options = { rounds, warmUp: 1 };
  const step = rateOf(events.length, run(plain, clear), none, options);
  const decoding = rateOf(
    events.length,
    () => {
      for (const record of plain) decodeRecord(record, NEWEST_SCHEMA);
    },
    none,
    options,
  );
  const reading = rateOf(
    events.length,
    () => {
      for (const record of plain) readRecord(record, clear);
    },
    none,
    options,
  );
  const whole = rateOf(events.length, run(sealed, sealer.open), none, options);
  const each = (rate: number) => 1e6 / rate;
  const shares = `microseconds an event: parse ${each(decoding.cpu).toFixed(1)}, read text ${(each(reading.cpu) - each(decoding.cpu)).toFixed(1)}, apply ${(each(step.cpu) - each(reading.cpu)).toFixed(1)}`;
  return [
    {
      what: 'detection step in memory',
      unit: 'events/s',
      value: step.cpu,
      wall: step.wall,
      goal: GOAL,
      note: `parse the stored record, read the text, read it after the piece before, apply to states; ${MIX}; ${shares}`,
    },
    {
      what: 'detection step, texts sealed as the log keeps them',
      unit: 'events/s',
      value: whole.cpu,
      wall: whole.wall,
      note: 'the same, and each text is opened first (AES-256-GCM)',
    },
  ];
}

function recordsFrom(events: ReturnType<typeof simulated>, seal: Sealer['seal']): RawRecord[] {
  return entriesOf(events, seal).map((entry, offset) => {
    const [own] = recordsOf(entry, 1);
    if (!own) throw new Error('an entry without a record');
    const headers = [...own.headers].map(([name, value]): [Buffer, Buffer] => [
      Buffer.from(name),
      Buffer.from(value),
    ]);
    return { ...own, offset, headers };
  });
}

function readRecord(record: RawRecord, open: (sealed: Uint8Array) => string) {
  const entry = decodeRecord(record, NEWEST_SCHEMA);
  const event = entryToEvent({ ...entry, position: entry.logOffset + 1, partition: 0 });
  return readEvent(event, entry.sealed ? open(entry.sealed) : null);
}
