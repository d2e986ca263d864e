import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Tx } from '../../../base/database.ts';
import type { App } from '../../../base/http.ts';
import {
  addContents,
  type BankRow,
  type ContentRow,
  changeContent,
  contentById,
  removeContents,
  type Signal,
  signalsOf,
} from '../banks/index.ts';
import { bankUnder } from './bank-names.ts';
import {
  BankShape,
  hmaActor,
  namedBanks,
  refuseRemoval,
  refuseRemovalBank,
  shownBank,
} from './bank-routes.ts';
import { hashUpload, hashUrl } from './hash-file.ts';
import { HmaError } from './hma-error.ts';
import type { HmaParts } from './hma-parts.ts';
import { Flag, one, read } from './query.ts';
import { hmaSignals, isSignalType, kindOfType, parseSignal } from './signal-types.ts';

const Content = z.object({
  id: z.int(),
  disable_until_ts: z.int(),
  collab_metadata: z.record(z.string(), z.array(z.string())),
  original_media_uri: z.null(),
  bank: BankShape,
  signals: z.record(z.string(), z.string()).optional(),
});
const Added = z.object({ id: z.int(), signals: z.record(z.string(), z.string()) });
const Metadata = z.strictObject({
  content_id: z.string().max(200).nullish(),
  content_uri: z.string().max(4000).nullish(),
  json: z.record(z.string(), z.unknown()).nullish(),
});

/** HMA's words for "always" and "never". */
const ENABLED = 1;
const DISABLED = 0;
const FOREVER = new Date('9999-12-31T00:00:00Z');
const FIVE_YEARS = 5 * 365 * 86_400;

/** `/c/bank/<name>/content`, `/c/bank/<name>/content/<id>`, `/c/bank/<name>/signal`. */
export function addContentRoutes(app: App, parts: HmaParts): void {
  const { who, database, intoMemory, media, now } = parts;
  const schema = parts.describe('bank content');
  const params = z.object({ name: z.string() });
  const contentParams = params.extend({ id: z.string() });

  const inBank = <T>(
    organisationId: string,
    name: string,
    work: (tx: Tx, bank: BankRow) => Promise<T>,
  ): Promise<T> =>
    database.transaction({ organisation: organisationId }, async (tx) =>
      work(tx, bankUnder(await namedBanks(tx, organisationId), name)),
    );

  async function add(
    organisationId: string,
    name: string,
    given: [type: string, value: unknown][],
    note?: string,
  ): Promise<z.infer<typeof Added>> {
    if (given.length === 0) throw new HmaError(400, 'No signals given');
    const signals: Signal[] = [];
    const texts: Record<string, string> = {};
    for (const [type, value] of given) {
      if (!isSignalType(type)) throw new HmaError(400, `No such signal type ${type}`);
      const parsed = typeof value === 'string' ? parseSignal(type, value) : { problem: 'it is not a text' };
      if ('problem' in parsed) throw new HmaError(400, `Invalid ${type} signal: ${parsed.problem}`);
      signals.push(...parsed.signals);
      texts[type] = parsed.text;
    }
    const { ids } = await inBank(organisationId, name, (tx, bank) =>
      addContents(tx, bank, [{ signals, note }], hmaActor, now()),
    );
    // The next look-up that reaches this process finds it.
    await intoMemory(organisationId);
    return { id: ids[0] ?? 0, signals: texts };
  }

  app.post(
    '/bank/:name/content',
    {
      schema: {
        ...schema,
        summary: 'Add a picture or film to a bank, by address or as a file; only its hashes are kept',
        consumes: ['multipart/form-data', 'application/json'],
        params,
        querystring: z.object({
          url: z.string().optional(),
          content_type: z.string().optional(),
          types: z.string().optional(),
          content_id: z.string().optional(),
        }),
        response: { 200: Added },
      },
      validatorCompiler: () => (value) => ({ value }),
    },
    async (request) => {
      const organisationId = await who(request);
      const { name } = request.params;
      await inBank(organisationId, name, async (_tx, bank) => refuseRemovalBank(bank));
      const url = one(request, 'url');
      const sent = metadataOf(request);
      if (url !== undefined && url !== '') {
        const { hashes } = await hashUrl(media, request, url);
        return add(organisationId, name, [...hashes], noteOf(sent ?? one(request, 'content_id')));
      }
      const missing = 'Neither `url` nor multipart file upload was received';
      const { hashes, fields } = await hashUpload(media, request, missing);
      return add(organisationId, name, [...hashes], noteOf(fields.get('content_id')));
    },
  );

  app.post(
    '/bank/:name/signal',
    {
      schema: {
        ...schema,
        summary: 'Add a content to a bank by its hashes',
        params,
        body: z.record(z.string(), z.string()),
        response: { 200: Added },
      },
      validatorCompiler: () => (value) => ({ value }),
    },
    async (request) => {
      const organisationId = await who(request);
      const { name } = request.params;
      await inBank(organisationId, name, async (_tx, bank) => refuseRemovalBank(bank));
      const { body } = request as { body: unknown };
      if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        throw new HmaError(400, 'No signals given');
      }
      return add(organisationId, name, Object.entries(body));
    },
  );

  app.get(
    '/bank/:name/content/:id',
    {
      schema: {
        ...schema,
        summary: 'A content of a bank',
        params: contentParams,
        querystring: z.object({ include_signals: z.string().optional(), signal_type: z.string().optional() }),
        response: { 200: Content },
      },
    },
    async (request) => {
      const organisationId = await who(request);
      const { name, id } = request.params;
      const { signal_type: type, include_signals: all } = request.query;
      return inBank(organisationId, name, async (tx, bank) => {
        if (type !== undefined && !isSignalType(type))
          throw new HmaError(400, `No such signal type '${type}'`);
        const content = await contentOf(tx, bank, id);
        const shown = shownContent(name, bank, content);
        if (type === undefined && !(all !== undefined && read(Flag, all))) return shown;
        refuseRemoval(content);
        const stored = (await signalsOf(tx, organisationId, [content.id])).get(content.id) ?? [];
        const signals = stored.map(({ kind, value, quality, seconds }) => ({
          kind,
          value,
          quality: quality ?? undefined,
          seconds: seconds ?? undefined,
        }));
        if (type === undefined) return { ...shown, signals: hmaSignals(signals) };
        const [value] = Object.values(hmaSignals(signals.filter(({ kind }) => kind === kindOfType[type])));
        return { ...shown, signals: value === undefined ? {} : { [type]: value } };
      });
    },
  );

  app.put(
    '/bank/:name/content/:id',
    {
      schema: {
        ...schema,
        summary: 'Say until when a content is not matched',
        params: contentParams,
        body: z.object({ disable_until_ts: z.union([z.int(), z.string()]).optional() }),
        response: { 200: Content },
      },
      validatorCompiler: () => (value) => ({ value }),
    },
    async (request) => {
      const organisationId = await who(request);
      const { name, id } = request.params;
      const body = request.body as { disable_until_ts?: unknown } | null | undefined;
      if (typeof body !== 'object' || body === null) throw new HmaError(400, 'Request input was not a dict');
      const disabledUntil = untilOf(body.disable_until_ts, now());
      const shown = await inBank(organisationId, name, async (tx, bank) => {
        const content = await contentOf(tx, bank, id);
        if (disabledUntil === undefined) return shownContent(name, bank, content);
        refuseRemoval(content);
        if (content.status === 'retired') {
          throw new HmaError(403, 'this content was retired; only staff of your organisation restore it');
        }
        const changed = await changeContent(
          tx,
          organisationId,
          content.id,
          { disabledUntil },
          hmaActor,
          now(),
        );
        return shownContent(name, bank, changed);
      });
      await intoMemory(organisationId);
      return shown;
    },
  );

  app.delete(
    '/bank/:name/content/:id',
    {
      schema: {
        ...schema,
        summary: 'Remove a content from a bank for good',
        params: contentParams,
        response: { 200: z.object({ deleted: z.int() }) },
      },
    },
    async (request) => {
      const organisationId = await who(request);
      const { name, id } = request.params;
      const deleted = await inBank(organisationId, name, async (tx, bank) => {
        const found = await contentById(tx, organisationId, numberOf(id));
        if (found?.bank.id !== bank.id) return 0;
        refuseRemoval(found.content);
        return removeContents(tx, organisationId, [found.content.id], hmaActor, now());
      });
      await intoMemory(organisationId);
      return { deleted };
    },
  );
}

function numberOf(id: string): number {
  if (!/^\d{1,11}$/.test(id)) throw new HmaError(404, `content '${id}' not found`);
  return Number(id);
}

async function contentOf(tx: Tx, bank: BankRow, id: string): Promise<ContentRow> {
  const found = await contentById(tx, bank.organisationId, numberOf(id));
  if (found?.bank.id !== bank.id) throw new HmaError(404, `content '${id}' not found`);
  return found.content;
}

function shownContent(name: string, bank: BankRow, content: ContentRow): z.infer<typeof Content> {
  return {
    id: content.id,
    disable_until_ts: untilShown(content),
    collab_metadata: {},
    original_media_uri: null,
    bank: shownBank(name, bank),
  };
}

function untilShown({ status, disabledUntil }: ContentRow): number {
  if (status === 'retired' || disabledUntil?.getTime() === FOREVER.getTime()) return DISABLED;
  return disabledUntil ? Math.floor(disabledUntil.getTime() / 1000) : ENABLED;
}

function untilOf(given: unknown, now: Date): Date | null | undefined {
  if (given === undefined) return undefined;
  const seconds = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds))
    throw new HmaError(400, `Invalid int: '${given}'`);
  if (seconds < 0) throw new HmaError(400, 'disable_until_ts must be a non-negative integer');
  if (seconds > now.getTime() / 1000 + FIVE_YEARS) {
    throw new HmaError(400, 'disable_until_ts must be less than 5 years in the future');
  }
  if (seconds === DISABLED) return FOREVER;
  return seconds === ENABLED ? null : new Date(seconds * 1000);
}

/** The client's own id of what is added; its address and its further data are checked and not kept. */
function metadataOf({ body }: FastifyRequest): string | undefined {
  if (typeof body !== 'object' || body === null || !('metadata' in body)) return undefined;
  const { metadata } = body as { metadata: unknown };
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw new HmaError(400, 'metadata should be a json object');
  }
  const result = Metadata.safeParse(metadata);
  if (!result.success) throw new HmaError(400, `Invalid metadata: ${result.error.issues[0]?.message}`);
  return result.data.content_id ?? undefined;
}

function noteOf(contentId: string | undefined): string | undefined {
  return contentId === undefined || contentId === ''
    ? undefined
    : `content_id ${contentId.replaceAll('\0', '').slice(0, 200)}`;
}
