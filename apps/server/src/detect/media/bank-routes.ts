import { z } from 'zod';
import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { addBankContentRoutes } from './bank-content-routes.ts';
import { addBankLookUpRoute } from './bank-look-up-route.ts';
import { Bank, Freshness } from './bank-shapes.ts';
import { actorOf, createBankWork } from './bank-work.ts';
import {
  type BankRow,
  BankSettings,
  bankPermissions,
  changeBank,
  countContents,
  countSignalsOfBanks,
  createBank,
  listBanks,
  NewBank,
  removeBank,
} from './banks/index.ts';
import { createIntoMemory } from './into-memory.ts';
import type { LiveIndexes } from './live/index.ts';
import type { HashLookup } from './look-up-media.ts';

const security = [{ session: [] }];
const tags = ['banks'];
const ofBank = z.object({ bank: z.uuid() });

/** Hash banks for responders: banks, contents, and what people decide about them. No route shows or takes a picture. */
export function addBankRoutes(app: App, services: Services, index: LiveIndexes, lookUp: HashLookup): void {
  const { guards } = services;
  const work = createBankWork(services, createIntoMemory(index, services.log));
  const { read, change, known } = work;
  addBankContentRoutes(app, services, work);
  addBankLookUpRoute(app, services, work, lookUp);

  async function told(tx: Tx, staff: Staff, banks: BankRow[]): Promise<Bank[]> {
    const contents = await countContents(tx, staff.organisationId);
    const signals = await countSignalsOfBanks(tx, staff.organisationId);
    return banks.map(({ organisationId: _, number, createdAt, updatedAt, ...bank }) => ({
      ...bank,
      contents: contents.get(bank.id) ?? {},
      signals: signals.get(number) ?? {},
      updatedAt: updatedAt.toISOString(),
    }));
  }

  /** After the change: counting millions would keep the lock of the holding from everybody else. */
  const counted = (staff: Staff, bank: BankRow) =>
    read(staff, async (tx) => only(await told(tx, staff, [bank])));

  app.get(
    '/v1/banks',
    {
      schema: {
        summary: 'Hash banks, and how fresh the index in memory is',
        tags,
        security,
        response: { 200: z.object({ banks: z.array(Bank), index: Freshness }) },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.read']);
      return {
        banks: await read(staff, async (tx) => told(tx, staff, await listBanks(tx, staff.organisationId))),
        index: index.state(staff.organisationId).map(({ memoryBytes: _, asOf, ...state }) => ({
          ...state,
          asOf: asOf?.toISOString() ?? null,
        })),
      };
    },
  );

  app.post(
    '/v1/banks',
    { schema: { summary: 'Make a bank', tags, security, body: NewBank, response: { 200: Bank } } },
    async (request) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.manage']);
      const bank = await change(staff, (tx, at) =>
        createBank(tx, staff.organisationId, request.body, actorOf(staff), at),
      );
      return counted(staff, bank);
    },
  );

  app.post(
    '/v1/banks/:bank/settings',
    {
      schema: {
        summary: 'Change a bank',
        tags,
        security,
        params: ofBank,
        body: BankSettings.partial().extend({ name: NewBank.shape.name.optional() }),
        response: { 200: Bank },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.manage']);
      const bank = await change(staff, async (tx, at) => {
        const before = await known(tx, staff, request.params.bank);
        // A field that is absent is not a field that is undefined.
        const given = Object.fromEntries(
          Object.entries(request.body).filter(([, value]) => value !== undefined),
        );
        return changeBank(tx, before, given, actorOf(staff), at);
      });
      return counted(staff, bank);
    },
  );

  app.post(
    '/v1/banks/:bank/remove',
    {
      schema: {
        summary: 'Remove a bank with all its contents, for good',
        tags,
        security,
        params: ofBank,
        body: z.strictObject({
          name: z.string().describe('The name of the bank, so that no other is meant'),
        }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.manage']);
      await change(staff, async (tx, at) => {
        const bank = await known(tx, staff, request.params.bank);
        if (request.body.name.normalize('NFC').trim() !== bank.name.normalize('NFC')) {
          throw new AppError('invalid-request', 'The bank has another name; nothing was removed.', {
            pointer: '/name',
          });
        }
        await removeBank(tx, bank, actorOf(staff), at);
      });
      return reply.status(204).send(null);
    },
  );
}

function only<T>([one]: T[]): T {
  if (one === undefined) throw new Error('a bank that was written is not told');
  return one;
}
