import type { FastifyInstance } from 'fastify';
import type { Tx } from '../../../base/database.ts';
import {
  type Actor,
  addContents,
  type BankRow,
  bankNamed,
  changeBank,
  changeContent,
  contentById,
  createBank,
  listBanks,
  removeBank,
  removeContents,
  signalsOf,
} from '../banks/index.ts';
import { hashUpload, hashUrl, refuseFlat } from './hash-file.ts';
import { HmaError } from './hma-error.ts';
import { type HmaParts, isTrue, parameter } from './parts.ts';
import { schemaOf } from './route-schema.ts';
import { signalsOfText, signalTypeNamed, signalTypes } from './signal-types.ts';

const api: Actor = { id: 'api', name: 'api' };

/** `/c/bank…`: banks and their contents. What comes this way is `unconfirmed` until a responder confirms it. */
export function addBankRoutes(scope: FastifyInstance, parts: HmaParts): void {
  const { services, live, media, organisationOf } = parts;
  const { database, now } = services;

  const reading = <T>(organisationId: string, work: (tx: Tx) => Promise<T>) =>
    database.transaction({ organisation: organisationId }, work);

  /** Changes in a transaction; answers when this process knows of it. */
  async function changing<T>(organisationId: string, work: (tx: Tx, at: Date) => Promise<T>): Promise<T> {
    const at = now();
    const done = await database.transaction({ organisation: organisationId }, (tx) => work(tx, at));
    await live.ready(organisationId);
    return done;
  }

  async function known(tx: Tx, organisationId: string, name: string): Promise<BankRow> {
    const bank = await bankNamed(tx, organisationId, name);
    if (!bank) throw new HmaError(404, `bank '${name}' not found`);
    return bank;
  }

  scope.get('/c/banks', schemaOf('Banks'), async (request) => {
    const organisationId = await organisationOf(request);
    return (await reading(organisationId, (tx) => listBanks(tx, organisationId))).map(told);
  });

  scope.post('/c/banks', schemaOf('Make a bank'), async (request, reply) => {
    const organisationId = await organisationOf(request);
    const body = objectOf(request.body);
    const name = nameOf(body.name);
    const enabledRatio = ratioOf(body) ?? 1;
    const bank = await changing(organisationId, (tx, at) =>
      createBank(
        tx,
        organisationId,
        { name, source: 'API', reason: 'known to this platform', enabledRatio },
        api,
        at,
      ),
    );
    return reply.status(201).send(told(bank));
  });

  scope.get('/c/bank/:name', schemaOf('A bank'), async (request) => {
    const organisationId = await organisationOf(request);
    const { name } = request.params as { name: string };
    return told(await reading(organisationId, (tx) => known(tx, organisationId, name)));
  });

  scope.put('/c/bank/:name', schemaOf('Change a bank'), async (request) => {
    const organisationId = await organisationOf(request);
    const body = objectOf(request.body);
    const enabledRatio = ratioOf(body);
    const change = {
      ...(body.name === undefined ? {} : { name: nameOf(body.name) }),
      ...(enabledRatio === undefined ? {} : { enabledRatio }),
    };
    const { name } = request.params as { name: string };
    return told(
      await changing(organisationId, async (tx, at) =>
        changeBank(tx, await known(tx, organisationId, name), change, api, at),
      ),
    );
  });

  scope.delete('/c/bank/:name', schemaOf('Remove a bank with its contents'), async (request) => {
    const organisationId = await organisationOf(request);
    const { name } = request.params as { name: string };
    await changing(organisationId, async (tx, at) => {
      const bank = await bankNamed(tx, organisationId, name);
      if (bank) await removeBank(tx, bank, api, at);
    });
    return { message: 'Done' };
  });

  scope.post('/c/bank/:name/content', schemaOf('Add a file to a bank'), async (request) => {
    const organisationId = await organisationOf(request);
    const { name } = request.params as { name: string };
    await reading(organisationId, (tx) => known(tx, organisationId, name));
    const url = parameter(request, 'url');
    if (url === undefined && !request.isMultipart()) {
      throw new HmaError(400, 'Neither `url` nor multipart file upload was received');
    }
    const file = url === undefined ? await hashUpload(media, request) : await hashUrl(media, request, url);
    refuseFlat(file);
    return add(organisationId, name, file.hashes);
  });

  scope.post('/c/bank/:name/signal', schemaOf('Add signals to a bank'), async (request) => {
    const organisationId = await organisationOf(request);
    const { name } = request.params as { name: string };
    const given = objectOf(request.body);
    const signals: Record<string, string> = {};
    for (const [type, signal] of Object.entries(given)) {
      if (typeof signal !== 'string') throw new HmaError(400, `Invalid ${type} signal: it must be text`);
      signals[type] = signal;
    }
    return add(organisationId, name, signals);
  });

  async function add(organisationId: string, name: string, hashes: Record<string, string>) {
    const entries = Object.entries(hashes);
    if (entries.length === 0) throw new HmaError(400, 'No signals given');
    const signals = entries.flatMap(([type, signal]) => signalsOfText(signalTypeNamed(type), signal));
    if (signals.length === 0) throw new HmaError(400, 'No signals given');
    const { ids } = await changing(organisationId, async (tx, at) =>
      addContents(tx, await known(tx, organisationId, name), [{ signals }], api, at),
    );
    return { id: ids[0], signals: hashes };
  }

  async function contentOf(tx: Tx, organisationId: string, name: string, id: string) {
    const bank = await known(tx, organisationId, name);
    const number = /^\d{1,15}$/.test(id) ? Number(id) : -1;
    const found = await contentById(tx, organisationId, number);
    return found?.bank.id === bank.id ? found.content : undefined;
  }

  scope.get('/c/bank/:name/content/:id', schemaOf('A content'), async (request) => {
    const organisationId = await organisationOf(request);
    const { name, id } = request.params as { name: string; id: string };
    return reading(organisationId, async (tx) => {
      const content = await contentOf(tx, organisationId, name, id);
      if (!content) throw new HmaError(404, `content ${id} not found in bank '${name}'`);
      const signals = (await signalsOf(tx, organisationId, [content.id])).get(content.id) ?? [];
      const named = Object.fromEntries(
        signals
          .filter(({ kind }) => kind !== 'vpdq')
          .map(({ kind, value }) => [Object.entries(signalTypes).find(([, k]) => k === kind)?.[0], value]),
      );
      return { ...contentTold(content), signals: named };
    });
  });

  scope.put('/c/bank/:name/content/:id', schemaOf('Disable a content until a time'), async (request) => {
    const organisationId = await organisationOf(request);
    const { name, id } = request.params as { name: string; id: string };
    const until = objectOf(request.body).disable_until_ts;
    if (typeof until !== 'number' || !Number.isInteger(until) || until < 0 || until > 4_102_444_800) {
      throw new HmaError(400, '`disable_until_ts` must be a whole number of seconds since 1970');
    }
    return changing(organisationId, async (tx, at) => {
      const content = await contentOf(tx, organisationId, name, id);
      if (!content) throw new HmaError(404, `content ${id} not found in bank '${name}'`);
      const disabledUntil = until === 0 ? null : new Date(1000 * until);
      return contentTold(await changeContent(tx, organisationId, content.id, { disabledUntil }, api, at));
    });
  });

  scope.delete('/c/bank/:name/content/:id', schemaOf('Remove a content'), async (request) => {
    const organisationId = await organisationOf(request);
    const { name, id } = request.params as { name: string; id: string };
    return changing(organisationId, async (tx, at) => {
      const content = await contentOf(tx, organisationId, name, id);
      return {
        deleted: content ? await removeContents(tx, organisationId, [content.id], api, at) : 0,
      };
    });
  });
}

function told({ name, enabledRatio }: BankRow) {
  return { name, matching_enabled_ratio: enabledRatio };
}

function contentTold({
  id,
  disabledUntil,
  status,
}: {
  id: number;
  disabledUntil: Date | null;
  status: string;
}) {
  return {
    id,
    disable_until_ts: disabledUntil ? Math.floor(disabledUntil.getTime() / 1000) : 0,
    original_media_uri: null,
    collab_metadata: {},
    status,
  };
}

function objectOf(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HmaError(400, 'this endpoint expects a json object payload');
  }
  return body as Record<string, unknown>;
}

function nameOf(name: unknown): string {
  if (typeof name !== 'string') throw new HmaError(400, 'Field `name` is required');
  if (!/^[A-Z0-9_]{1,120}$/.test(name))
    throw new HmaError(400, 'Field `name` must match /^[A-Z0-9_]{1,120}$/');
  return name;
}

/** HMA takes numbers and numbers in text, or `enabled`. */
function ratioOf(body: Record<string, unknown>): number | undefined {
  if (body.enabled_ratio !== undefined) {
    const text = String(body.enabled_ratio);
    const ratio = text.trim() === '' ? Number.NaN : Number(text);
    if (!(ratio >= 0 && ratio <= 1)) throw new HmaError(400, 'Field `enabled_ratio` must be from 0 to 1');
    return ratio;
  }
  return body.enabled === undefined ? undefined : isTrue(String(body.enabled)) ? 1 : 0;
}
