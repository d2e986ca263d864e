import { z } from 'zod';
import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import {
  addContents,
  type BankRow,
  BankSettings,
  bankById,
  bankPermissions,
  type ContentRow,
  changeBank,
  contentById,
  contentStatuses,
  contentSteps,
  countContents,
  countSignalsOfBanks,
  createBank,
  listBanks,
  listContents,
  MOST_CONTENTS,
  NewBank,
  removeBank,
  removeContents,
  SignalInput,
  signalsOf,
  stepsOf,
  takeContentStep,
} from './banks/index.ts';
import type { LiveIndexes } from './live/index.ts';

const security = [{ session: [] }];
const tags = ['banks'];
const reason = z.string().trim().min(1).max(500);
const ofBank = z.object({ bank: z.uuid() });
const ofContent = z.object({ content: z.coerce.number().int().min(1) });
/** Contents of one page. */
const PAGE = 100;

const Bank = z
  .object({
    id: z.string(),
    name: z.string(),
    source: z.string(),
    reason: z.string(),
    generativeAi: z.boolean(),
    enabledRatio: z.number(),
    threshold: z.number().int(),
    action: BankSettings.shape.action,
    arrives: BankSettings.shape.arrives,
    retentionDays: z.number().int().nullable(),
    contents: z.partialRecord(z.enum(contentStatuses), z.number().int()),
    signals: z.record(z.string(), z.number().int()),
    updatedAt: z.string(),
  })
  .meta({ id: 'HashBank' });

const Content = z
  .object({
    id: z.number().int(),
    bank: z.string(),
    status: z.enum(contentStatuses),
    source: z.string().nullable(),
    reason: z.string().nullable(),
    note: z.string().nullable(),
    disabledUntil: z.string().nullable(),
    expiresAt: z.string().nullable(),
    createdAt: z.string(),
    changedAt: z.string(),
  })
  .meta({ id: 'BankContent' });

const ContentDetail = Content.extend({
  signals: z.array(
    z.object({
      kind: z.string(),
      value: z.string(),
      quality: z.number().nullable(),
      seconds: z.number().nullable(),
    }),
  ),
  steps: z.array(
    z.object({ step: z.enum(contentSteps), reason: z.string(), actor: z.string(), at: z.string() }),
  ),
});

const Freshness = z.array(
  z.object({
    kind: z.enum(['pdq', 'vpdq']),
    size: z.number().int(),
    version: z.number().int(),
    asOf: z.string().nullable(),
    building: z.boolean(),
  }),
);

/** Hash banks for responders: banks, contents, and what people decide about them. No route shows or takes a picture. */
export function addBankRoutes(app: App, services: Services, index: LiveIndexes): void {
  const { database, guards, live, now } = services;

  const read = <T>(staff: Staff, work: (tx: Tx) => Promise<T>) =>
    database.transaction({ organisation: staff.organisationId }, work);

  /** Commits, then brings memory up and tells open consoles. */
  async function change<T>(staff: Staff, work: (tx: Tx, at: Date) => Promise<T>): Promise<T> {
    const at = now();
    const done = await database.transaction({ organisation: staff.organisationId }, (tx) => work(tx, at));
    await index.ready(staff.organisationId);
    live.announce({ organisationId: staff.organisationId, topic: 'banks', id: 'banks' });
    return done;
  }

  const known = async (tx: Tx, staff: Staff, id: string): Promise<BankRow> => {
    const bank = await bankById(tx, staff.organisationId, id);
    if (!bank) throw new AppError('not-found', `There is no bank ${id}.`);
    return bank;
  };

  async function told(tx: Tx, staff: Staff, banks: BankRow[]): Promise<z.infer<typeof Bank>[]> {
    const contents = await countContents(tx, staff.organisationId);
    const signals = await countSignalsOfBanks(tx, staff.organisationId);
    return banks.map(({ organisationId: _, number, createdAt, updatedAt, ...bank }) => ({
      ...bank,
      contents: contents.get(bank.id) ?? {},
      signals: signals.get(number) ?? {},
      updatedAt: updatedAt.toISOString(),
    }));
  }

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
      return change(staff, async (tx, at) => {
        const bank = await createBank(tx, staff.organisationId, request.body, actorOf(staff), at);
        return only(await told(tx, staff, [bank]));
      });
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
      return change(staff, async (tx, at) => {
        const bank = await known(tx, staff, request.params.bank);
        // A field that is absent is not a field that is undefined.
        const given = Object.fromEntries(
          Object.entries(request.body).filter(([, value]) => value !== undefined),
        );
        return only(await told(tx, staff, [await changeBank(tx, bank, given, actorOf(staff), at)]));
      });
    },
  );

  app.delete(
    '/v1/banks/:bank',
    {
      schema: {
        summary: 'Remove a bank with all its contents',
        tags,
        security,
        params: ofBank,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.manage']);
      await change(staff, async (tx, at) =>
        removeBank(tx, await known(tx, staff, request.params.bank), actorOf(staff), at),
      );
      return reply.status(204).send(null);
    },
  );

  app.get(
    '/v1/banks/:bank/contents',
    {
      schema: {
        summary: 'Contents of a bank, by page',
        tags,
        security,
        params: ofBank,
        querystring: z.object({
          after: z.coerce.number().int().min(0).optional(),
          status: z.enum(contentStatuses).optional(),
        }),
        response: { 200: z.object({ contents: z.array(Content), next: z.number().int().nullable() }) },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.read']);
      return read(staff, async (tx) => {
        const bank = await known(tx, staff, request.params.bank);
        const contents = await listContents(tx, bank, { ...request.query, limit: PAGE });
        return {
          contents: contents.map((content) => contentTold(content, bank)),
          next: contents.length === PAGE ? (contents.at(-1)?.id ?? null) : null,
        };
      });
    },
  );

  app.post(
    '/v1/banks/:bank/contents',
    {
      schema: {
        summary: 'Put contents into a bank: each one or more hashes of one picture or film',
        tags,
        security,
        params: ofBank,
        body: z.strictObject({
          contents: z
            .array(
              z.strictObject({ signals: z.array(SignalInput).min(1).max(1000), reason: reason.optional() }),
            )
            .min(1)
            .max(MOST_CONTENTS),
        }),
        response: { 200: z.object({ ids: z.array(z.number().int()), added: z.number().int() }) },
      },
      bodyLimit: 10_000_000,
    },
    async (request) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.add']);
      return change(staff, async (tx, at) => {
        const bank = await known(tx, staff, request.params.bank);
        const { ids, added } = await addContents(tx, bank, request.body.contents, actorOf(staff), at);
        return { ids, added: added.length };
      });
    },
  );

  const detail = async (tx: Tx, staff: Staff, id: number) => {
    const found = await contentById(tx, staff.organisationId, id);
    if (!found) throw new AppError('not-found', `There is no content ${id}.`);
    const signals = (await signalsOf(tx, staff.organisationId, [id])).get(id) ?? [];
    const steps = await stepsOf(tx, staff.organisationId, id);
    return {
      ...contentTold(found.content, found.bank),
      signals: signals.map(({ kind, value, quality, seconds }) => ({ kind, value, quality, seconds })),
      steps: steps.map((step) => ({
        step: step.step,
        reason: step.reason,
        actor: step.actorName,
        at: step.at.toISOString(),
      })),
    };
  };

  app.get(
    '/v1/banks/contents/:content',
    {
      schema: {
        summary: 'One content with its hashes and what people decided',
        tags,
        security,
        params: ofContent,
        response: { 200: ContentDetail },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.read']);
      return read(staff, (tx) => detail(tx, staff, request.params.content));
    },
  );

  app.post(
    '/v1/banks/contents/:content/steps',
    {
      schema: {
        summary: 'Confirm, dispute, retire or restore a content',
        tags,
        security,
        params: ofContent,
        body: z.strictObject({ step: z.enum(contentSteps), reason }),
        response: { 200: ContentDetail },
      },
    },
    async (request) => {
      const { step, reason: why } = request.body;
      const may = bankPermissions[step === 'dispute' ? 'banks.add' : 'banks.decide'];
      const staff = await guards.staff(request, ...may);
      return change(staff, async (tx, at) => {
        const decision = { by: actorOf(staff), reason: why };
        await takeContentStep(tx, staff.organisationId, request.params.content, step, decision, at);
        return detail(tx, staff, request.params.content);
      });
    },
  );

  app.delete(
    '/v1/banks/contents/:content',
    {
      schema: {
        summary: 'Remove a content for good',
        tags,
        security,
        params: ofContent,
        response: { 200: z.object({ removed: z.number().int() }) },
      },
    },
    async (request) => {
      const staff = await guards.staff(request, ...bankPermissions['banks.decide']);
      return change(staff, async (tx, at) => ({
        removed: await removeContents(tx, staff.organisationId, [request.params.content], actorOf(staff), at),
      }));
    },
  );
}

function actorOf({ userId, name }: Staff) {
  return { id: userId, name };
}

function only<T>([one]: T[]): T {
  if (one === undefined) throw new Error('a bank that was written is not told');
  return one;
}

function contentTold(content: ContentRow, bank: BankRow): z.infer<typeof Content> {
  return {
    id: content.id,
    bank: bank.name,
    status: content.status,
    source: content.source,
    reason: content.reason,
    note: content.note,
    disabledUntil: content.disabledUntil?.toISOString() ?? null,
    expiresAt: content.expiresAt?.toISOString() ?? null,
    createdAt: content.createdAt.toISOString(),
    changedAt: content.changedAt.toISOString(),
  };
}
