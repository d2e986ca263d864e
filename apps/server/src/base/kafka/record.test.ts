import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NewEntry, partitionOf } from '../event-log.ts';
import { decodeRecord, type OutRecord, type RawRecord, recordsOf, UndecodableError } from './record.ts';

const asRead = (record: OutRecord, offset = 0): RawRecord => ({
  partition: record.partition,
  offset,
  key: record.key,
  value: record.value,
  headers: [...record.headers].map(([name, text]) => [Buffer.from(name), Buffer.from(text)]),
});
const entries: fc.Arbitrary<NewEntry> = fc.record(
  {
    organisationId: fc.uuid(),
    source: fc.string({ minLength: 1, unit: 'grapheme' }),
    eventId: fc.string({ minLength: 1, unit: 'grapheme' }),
    type: fc.constantFrom('message.sent', 'user.blocked'),
    schema: fc.constant(1),
    time: fc.date({ noInvalidDate: true }),
    receivedAt: fc.date({ noInvalidDate: true }),
    key: fc.string({ minLength: 1, unit: 'grapheme' }),
    mirrorKey: fc.string({ minLength: 1, unit: 'grapheme' }),
    data: fc.dictionary(fc.string(), fc.jsonValue()),
    sealed: fc.option(fc.uint8Array({ minLength: 1 })),
  },
  {
    requiredKeys: [
      'organisationId',
      'source',
      'eventId',
      'type',
      'schema',
      'time',
      'receivedAt',
      'key',
      'data',
      'sealed',
    ],
  },
);

describe('records of entries', () => {
  it('come back as they went, the event and its mirror, which has no text', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 64 }), (entry, partitions) => {
        const [own, mirror, ...more] = recordsOf(entry, partitions);
        expect(more).toEqual([]);
        if (!own) throw new Error('no record');
        expect(own.partition).toBe(partitionOf(entry.organisationId, entry.key, partitions));
        const { mirrorKey, ...kept } = entry;
        const read = decodeRecord(asRead(own, 7), 1);
        expect(read).toMatchObject({
          ...kept,
          data: JSON.parse(JSON.stringify(entry.data)),
          sealed: entry.sealed && Buffer.from(entry.sealed),
          role: 'own',
          logOffset: 7,
        });
        expect(mirror === undefined).toBe(mirrorKey === undefined);
        if (mirror === undefined || mirrorKey === undefined) return;
        expect(mirror.partition).toBe(partitionOf(entry.organisationId, mirrorKey, partitions));
        expect(decodeRecord(asRead(mirror), 1)).toMatchObject({
          key: mirrorKey,
          role: 'mirror',
          sealed: null,
        });
      }),
    );
  });

  it('tell why when they cannot be read, without quoting what they hold', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.option(fc.uint8Array()),
        fc.option(fc.string()),
        (key, value, version) => {
          const record: RawRecord = {
            partition: 0,
            offset: 0,
            key: Buffer.from(key),
            value: value && Buffer.from(value),
            headers: version === null ? [] : [[Buffer.from('keben-schema'), Buffer.from(version)]],
          };
          expect(() => decodeRecord(record, 1)).toThrow(UndecodableError);
        },
      ),
    );
    const [good] = recordsOf(
      {
        organisationId: '7e57ab1e-0000-4000-8000-000000000001',
        source: '/s',
        eventId: 'e',
        type: 'message.sent',
        schema: 1,
        time: new Date(0),
        receivedAt: new Date(0),
        key: 'u',
        data: {},
        sealed: null,
      },
      1,
    );
    if (!good) throw new Error('no record');
    const reasonOf = (change: Partial<OutRecord>) => {
      try {
        return decodeRecord(asRead({ ...good, ...change }), 1);
      } catch (cause) {
        return cause;
      }
    };
    expect(reasonOf({ headers: new Map([['keben-schema', '2']]) })).toMatchObject({
      reason: 'unknown-schema',
    });
    expect(reasonOf({ value: Buffer.from('["/s","e","t",0,0]\nbí mật\n') })).toMatchObject({
      reason: 'undecodable',
    });
    expect(String(reasonOf({ value: Buffer.from('["/s","e","t",0,0]\nbí mật\n') }))).not.toContain('mật');
    expect(reasonOf({ value: Buffer.from('["/s","e","t",0,1e99]\n{}\n') })).toMatchObject({
      reason: 'undecodable',
    });
  });
});
