import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../../base/database.ts';
import { createBankWork } from './bank-work.ts';
import { bankById, createBank } from './banks/index.ts';
import { createIntoMemory } from './into-memory.ts';

const database = await openEmbedded();
afterAll(() => database.close());

const now = new Date('2026-11-25T08:00:00Z');

describe('a change of banks that is committed', () => {
  it.each([
    ['fails', () => Promise.reject(new Error('the thread that writes ended'))],
    ['takes for ever', () => new Promise<void>(() => undefined)],
  ])('is told and answered also when bringing memory up %s', async (_, ready) => {
    const organisationId = randomUUID();
    const staff = {
      userId: 'lan',
      name: 'Lan',
      email: 'lan@example.org',
      organisationId,
      organisationKind: 'platform' as const,
      organisationName: { vi: 'Nền tảng', en: 'Platform' },
      role: 'lead' as const,
    };
    const told: object[] = [];
    const live = { announce: (change: object) => void told.push(change), listen: () => () => undefined };
    const log = pino({ level: 'silent' });
    const work = createBankWork({ database, live, now: () => now }, createIntoMemory({ ready }, log, 20));
    const bank = await work.change(staff, (tx, at) =>
      createBank(tx, organisationId, { name: 'b', source: 's', reason: 'r' }, { id: 'lan', name: 'Lan' }, at),
    );
    expect(told).toEqual([{ organisationId, topic: 'banks', id: 'banks' }]);
    expect(await work.read(staff, (tx) => bankById(tx, organisationId, bank.id))).toMatchObject({
      name: 'b',
    });
  });
});
