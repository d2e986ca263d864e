import { z } from 'zod';
import type { App } from '../../../base/http.ts';
import { Done } from './bank-routes.ts';
import { HmaError } from './hma-error.ts';
import type { HmaParts } from './hma-parts.ts';
import { indexDistance } from './index-status.ts';
import { contentTypes, signalTypeNames, signalTypeOf } from './signal-types.ts';

/** Types of `/c/signal_type` and `/c/content_type`, and `/c/exchange…`: this server has no exchange with others. */
export function addConfigurationRoutes(app: App, parts: HmaParts): void {
  const { who } = parts;
  const schema = parts.describe('configuration');
  const params = z.object({ name: z.string() });

  app.get(
    '/signal_type',
    {
      schema: {
        ...schema,
        summary: 'Signal types',
        response: { 200: z.array(z.object({ name: z.string(), enabled_ratio: z.number() })) },
      },
    },
    async (request) => {
      await who(request);
      return signalTypeNames.map((name) => ({ name, enabled_ratio: 1 }));
    },
  );
  app.put('/signal_type/:name', { schema: { ...schema, hide: true, params } }, async (request) => {
    await who(request);
    signalTypeOf(request.params.name);
    throw new HmaError(501, 'a ratio is kept for each bank here, not for signal types: PUT /c/bank/<name>');
  });
  app.get(
    '/signal_type/index',
    {
      schema: {
        ...schema,
        summary: 'How far the indexes are behind the database',
        querystring: z.object({ signal_type: z.string().optional() }),
        response: {
          200: z.record(
            z.string(),
            z.object({
              db_size: z.int(),
              index_size: z.int(),
              index_out_of_date: z.boolean(),
              newest_db_item: z.int(),
              index_built_to: z.int(),
            }),
          ),
        },
      },
    },
    async (request) => indexDistance(parts, await who(request), request.query.signal_type),
  );
  app.get(
    '/content_type',
    {
      schema: {
        ...schema,
        summary: 'Content types',
        response: { 200: z.array(z.object({ name: z.string(), enabled: z.boolean() })) },
      },
    },
    async (request) => {
      await who(request);
      return contentTypes.map((name) => ({ name, enabled: true }));
    },
  );

  const noExchange = (name: string) => new HmaError(404, `Exchange '${name}' not found`);
  const noApi = (name: string) => new HmaError(400, `no such Exchange API '${name}'`);
  for (const path of ['/exchanges', '/exchanges/apis']) {
    app.get(
      path,
      {
        schema: {
          ...schema,
          summary: 'None: no exchange is installed',
          response: { 200: z.array(z.string()) },
        },
      },
      async (request) => {
        await who(request);
        return [];
      },
    );
  }
  app.post('/exchanges', { schema: { ...schema, hide: true } }, async (request) => {
    await who(request);
    const { bank, api } = (request.body ?? {}) as { bank?: unknown; api?: unknown };
    if (bank === undefined) throw new HmaError(400, 'bank is required');
    if (typeof bank !== 'string' || !/^[A-Z0-9_]+$/.test(bank)) {
      throw new HmaError(400, 'Field `bank` must match /^[A-Z0-9_]+$/');
    }
    if (api === undefined) throw new HmaError(400, 'Field `api_type` is required');
    throw new HmaError(
      400,
      `No such exchange type '${api}'`,
      'This server exchanges hashes with nobody yet: import files with `keben hashes import`.',
    );
  });
  for (const [method, path] of [
    ['GET', '/exchanges/api/:name'],
    ['POST', '/exchanges/api/:name'],
    ['GET', '/exchanges/api/:name/schema'],
  ] as const) {
    app.route({
      method,
      url: path,
      schema: { ...schema, hide: true, params },
      handler: async (request) => {
        await who(request);
        throw noApi(request.params.name);
      },
    });
  }
  for (const [method, path] of [
    ['GET', '/exchange/:name'],
    ['PUT', '/exchange/:name'],
    ['GET', '/exchange/:name/status'],
    ['GET', '/exchange/:name/credentials'],
    ['POST', '/exchange/:name/credentials'],
  ] as const) {
    app.route({
      method,
      url: path,
      schema: { ...schema, hide: true, params },
      handler: async (request) => {
        await who(request);
        throw noExchange(request.params.name);
      },
    });
  }
  app.delete(
    '/exchange/:name',
    { schema: { ...schema, hide: true, params, response: { 200: Done } } },
    async (request) => {
      await who(request);
      return { message: 'Exchange deleted' };
    },
  );
}
