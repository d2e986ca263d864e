import { z } from 'zod';
import type { Tx } from '../../../base/database.ts';
import { AppError } from '../../../base/errors.ts';
import type { App } from '../../../base/http.ts';
import {
  type Actor,
  type BankRow,
  type ContentRow,
  changeBank,
  createBank,
  holdsRemovals,
  listBanks,
  REMOVAL_BANK,
  removalActor,
  removeBank,
} from '../banks/index.ts';
import { bankCalled, banksByHmaName, bankUnder, fitsHma } from './bank-names.ts';
import { HmaError } from './hma-error.ts';
import type { HmaParts } from './hma-parts.ts';
import { Flag, read } from './query.ts';

/** Who changes banks by these paths, in the audit log and as `created_by`. */
export const hmaActor: Actor = { id: 'api', name: 'HMA' };

// Coop sends the ratio as text.
const Ratio = z
  .union([z.number(), z.string().trim().min(1).transform(Number)])
  .pipe(z.number().min(0).max(1))
  .nullish();
const Enabled = z.union([z.boolean(), Flag]).nullish();
const NewHmaBank = z.object({ name: z.string(), enabled_ratio: Ratio, enabled: Enabled });
const Change = z.object({ name: z.string().nullish(), enabled_ratio: Ratio, enabled: Enabled });
export const BankShape = z.object({ name: z.string(), matching_enabled_ratio: z.number() });
export const Done = z.object({ message: z.string() });

export function shownBank(name: string, { enabledRatio }: BankRow) {
  return { name, matching_enabled_ratio: enabledRatio };
}

/** An organisation's banks by HMA's names, in a transaction. */
export async function namedBanks(tx: Tx, organisationId: string): Promise<Map<string, BankRow>> {
  return banksByHmaName(await listBanks(tx, organisationId));
}

/** What young people asked to have taken down is theirs: a key alone neither lets it through again nor reads it. */
export function refuseRemoval({ createdBy }: ContentRow): void {
  if (createdBy === removalActor.id) throw theirs();
}

/** Nor does it change the bank that the next request goes into, also while that holds nothing. */
async function refuseRemovals(tx: Tx, bank: BankRow): Promise<void> {
  if (bank.name === REMOVAL_BANK || (await holdsRemovals(tx, bank))) throw theirs();
}

/** Into that bank only requests put something. */
export function refuseRemovalBank({ name }: BankRow): void {
  if (name === REMOVAL_BANK) throw theirs();
}

function theirs(): HmaError {
  return new HmaError(
    403,
    'this is for hashes that young people asked to have taken down: staff decide on them',
  );
}

/** `/c/banks` and `/c/bank/<name>`. */
export function addBankRoutes(app: App, parts: HmaParts): void {
  const { who, database, intoMemory, now } = parts;
  const schema = parts.describe('banks');
  const params = z.object({ name: z.string() });

  app.get(
    '/banks',
    { schema: { ...schema, summary: 'Banks', response: { 200: z.array(BankShape) } } },
    async (request) => {
      const organisationId = await who(request);
      const banks = await database.transaction({ organisation: organisationId }, (tx) =>
        namedBanks(tx, organisationId),
      );
      return [...banks].map(([name, bank]) => shownBank(name, bank));
    },
  );

  app.post(
    '/banks',
    {
      schema: {
        ...schema,
        summary: 'Make a bank; what comes into it is unconfirmed until a person has looked',
        body: NewHmaBank,
        response: { 201: BankShape },
      },
      validatorCompiler: () => (value) => ({ value }),
    },
    async (request, reply) => {
      const organisationId = await who(request);
      const { name, enabled_ratio: ratio, enabled } = read(NewHmaBank, request.body);
      refuseName(name);
      const enabledRatio = ratio ?? (enabled === false ? 0 : 1);
      const bank = await database
        .transaction({ organisation: organisationId }, async (tx) => {
          if ((await namedBanks(tx, organisationId)).has(name)) throw nameTaken();
          return createBank(tx, organisationId, { ...told(name), enabledRatio }, hmaActor, now());
        })
        .catch(conflictAs403);
      await intoMemory(organisationId);
      return reply.status(201).send(shownBank(name, bank));
    },
  );

  app.get(
    '/bank/:name',
    { schema: { ...schema, summary: 'A bank', params, response: { 200: BankShape } } },
    async (request) => {
      const organisationId = await who(request);
      const { name } = request.params;
      const banks = await database.transaction({ organisation: organisationId }, (tx) =>
        namedBanks(tx, organisationId),
      );
      return shownBank(name, bankUnder(banks, name));
    },
  );

  app.put(
    '/bank/:name',
    {
      schema: { ...schema, summary: 'Change a bank', params, body: Change, response: { 200: BankShape } },
      validatorCompiler: () => (value) => ({ value }),
    },
    async (request) => {
      const organisationId = await who(request);
      const { name } = request.params;
      const change = read(Change, request.body);
      const enabledRatio = change.enabled_ratio ?? ratioOf(change.enabled);
      const fresh = change.name ?? undefined;
      const bank = await database
        .transaction({ organisation: organisationId }, async (tx) => {
          const banks = await namedBanks(tx, organisationId);
          const known = bankUnder(banks, name, 'Bank not found');
          if (fresh !== undefined) refuseName(fresh);
          if (fresh !== undefined && fresh !== name && banks.has(fresh))
            throw nameTaken('Bank name already exists');
          // Silencing it would let through what young people asked to have taken down.
          await refuseRemovals(tx, known);
          return changeBank(
            tx,
            known,
            {
              ...(fresh === undefined ? {} : { name: fresh }),
              ...(enabledRatio === undefined ? {} : { enabledRatio }),
            },
            hmaActor,
            now(),
          );
        })
        .catch(conflictAs403);
      await intoMemory(organisationId);
      return shownBank(fresh ?? name, bank);
    },
  );

  app.delete(
    '/bank/:name',
    {
      schema: { ...schema, summary: 'Remove a bank with all its contents', params, response: { 200: Done } },
    },
    async (request) => {
      const organisationId = await who(request);
      const { name } = request.params;
      await database.transaction({ organisation: organisationId }, async (tx) => {
        const bank = bankCalled(await namedBanks(tx, organisationId), name);
        if (!bank) return;
        await refuseRemovals(tx, bank);
        await removeBank(tx, bank, hmaActor, now());
      });
      await intoMemory(organisationId);
      return { message: 'Done' };
    },
  );
}

function told(name: string) {
  return {
    name,
    source: `HMA: ${name}`,
    reason:
      'Đến qua giao diện HMA, chưa có người xem lại / came through the HMA interface, not yet looked at by a person',
  };
}

function ratioOf(enabled: boolean | null | undefined): number | undefined {
  if (enabled === undefined || enabled === null) return undefined;
  return enabled ? 1 : 0;
}

function refuseName(name: string): void {
  if (!fitsHma(name)) throw new HmaError(400, 'Bank names must be UPPER_WITH_UNDERSCORE');
  if (name.length > 120) throw new HmaError(400, 'Bank names have at most 120 characters');
}

function nameTaken(message = 'Bank already exists'): HmaError {
  return new HmaError(403, message);
}

/** Two who make the same bank at once. */
function conflictAs403(cause: unknown): never {
  if (cause instanceof AppError && cause.code === 'state-conflict') throw nameTaken(cause.message);
  throw cause;
}
