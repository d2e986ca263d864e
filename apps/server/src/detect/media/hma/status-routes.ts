import type { FastifyInstance } from 'fastify';
import { HmaError } from './hma-error.ts';
import type { HmaParts } from './parts.ts';
import { schemaOf } from './route-schema.ts';
import { contentTypes, signalTypes } from './signal-types.ts';

/** Signal types, exchanges (there are none yet) and whether the service is well. */
export function addStatusRoutes(scope: FastifyInstance, { live, organisationOf }: HmaParts): void {
  scope.get('/status/live', schemaOf('Whether the process runs'), (_request, reply) =>
    reply.type('text/plain').send('I-AM-ALIVE'),
  );
  scope.get('/status', schemaOf('Whether look-ups are answered'), async (request, reply) => {
    const organisationId = await organisationOf(request);
    await live.ready(organisationId);
    const fresh = live.near(organisationId, 'pdq', [], 0).status === 'ready';
    return reply
      .status(fresh ? 200 : 503)
      .type('text/plain')
      .send(fresh ? 'I-AM-ALIVE' : 'INDEX-STALE');
  });

  scope.get('/c/signal_type', schemaOf('Signal types'), async (request) => {
    await organisationOf(request);
    return Object.keys(signalTypes).map((name) => ({ name, enabled_ratio: 1 }));
  });
  scope.get('/c/content_type', schemaOf('Content types'), async (request) => {
    await organisationOf(request);
    return Object.keys(contentTypes).map((name) => ({ name, enabled: true }));
  });

  scope.get('/c/exchanges', schemaOf('Exchanges: none yet'), async (request) => {
    await organisationOf(request);
    return [];
  });
  scope.get('/c/exchanges/apis', schemaOf('Kinds of exchanges: none yet'), async (request) => {
    await organisationOf(request);
    return [];
  });
  scope.post('/c/exchanges', schemaOf('Refused: there are no exchanges yet'), async (request) => {
    await organisationOf(request);
    throw new HmaError(
      501,
      'Exchanges are not there yet',
      'Put hashes into a bank: POST /c/bank/NAME/signal.',
    );
  });
  for (const path of ['/c/exchange/:name', '/c/exchange/:name/status']) {
    scope.get(path, schemaOf('An exchange: none yet'), async (request) => {
      await organisationOf(request);
      const { name } = request.params as { name: string };
      throw new HmaError(404, `Exchange '${name}' not found`);
    });
  }
  scope.delete('/c/exchange/:name', schemaOf('Remove an exchange: none yet'), async (request) => {
    await organisationOf(request);
    return { message: 'success' };
  });
}
