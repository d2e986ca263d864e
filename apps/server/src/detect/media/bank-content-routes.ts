import { z } from 'zod';
import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { Content, ContentDetail, contentTold } from './bank-shapes.ts';
import { actorOf, type BankWork } from './bank-work.ts';
import {
  addContents,
  addersOf,
  bankPermissions,
  bankText,
  type ContentStep,
  contentById,
  contentStatuses,
  contentSteps,
  listContents,
  MOST_CONTENTS,
  MOST_STEPS,
  removeContents,
  SignalInput,
  signalsOf,
  stepsOf,
  takeContentSteps,
} from './banks/index.ts';

const security = [{ session: [] }];
const tags = ['banks'];
const reason = bankText(500);
const ofBank = z.object({ bank: z.uuid() });
const contentId = z.coerce.number().int().min(1);
const ofContent = z.object({ content: contentId });
/** Contents of one page. */
const PAGE = 100;

const mayStep = (step: ContentStep) => bankPermissions[step === 'dispute' ? 'banks.add' : 'banks.decide'];

/** Contents of banks for responders: what is in a bank, who put it there, and the steps that people take. */
export function addBankContentRoutes(
  app: App,
  { guards }: Pick<Services, 'guards'>,
  { read, change, known }: BankWork,
): void {
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
        const adders = await addersOf(tx, staff.organisationId, contents);
        return {
          contents: contents.map((content) => contentTold(content, bank, adders, staff.userId)),
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
    const adders = await addersOf(tx, staff.organisationId, [found.content]);
    const signals = (await signalsOf(tx, staff.organisationId, [id])).get(id) ?? [];
    const steps = await stepsOf(tx, staff.organisationId, id);
    return {
      ...contentTold(found.content, found.bank, adders, staff.userId),
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
      const staff = await guards.staff(request, ...mayStep(step));
      return change(staff, async (tx, at) => {
        const decision = { by: actorOf(staff), reason: why };
        await takeContentSteps(tx, staff.organisationId, [request.params.content], step, decision, at);
        return detail(tx, staff, request.params.content);
      });
    },
  );

  app.post(
    '/v1/banks/contents/steps',
    {
      schema: {
        summary: 'Take one step with many contents, for one reason: all of them or none',
        description:
          'When the step is not allowed with one of them, nothing is changed, and `errors` names each by its place in `contents`.',
        tags,
        security,
        body: z.strictObject({
          contents: z
            .array(z.number().int().min(1))
            .min(1)
            .max(MOST_STEPS)
            .refine((ids) => new Set(ids).size === ids.length, 'a content is named twice'),
          step: z.enum(contentSteps),
          reason,
        }),
        response: { 200: z.object({ changed: z.number().int() }) },
      },
    },
    async (request) => {
      const { contents, step, reason: why } = request.body;
      const staff = await guards.staff(request, ...mayStep(step));
      return change(staff, async (tx, at) => {
        const decision = { by: actorOf(staff), reason: why };
        const changed = await takeContentSteps(tx, staff.organisationId, contents, step, decision, at);
        return { changed: changed.length };
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
      return change(staff, async (tx, at) => {
        const { content } = request.params;
        const removed = await removeContents(tx, staff.organisationId, [content], actorOf(staff), at);
        if (removed === 0) throw new AppError('not-found', `There is no content ${content}.`);
        return { removed };
      });
    },
  );
}
