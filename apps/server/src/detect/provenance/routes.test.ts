import { connect } from 'node:net';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { addProvenanceRoutes } from './routes.ts';
import { jpeg, trained, xmp } from './sample-files.ts';

const app = Fastify({ forceCloseConnections: true });
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);
let port: number;
/** What the guard waits for: a key that is looked up in a busy database. */
let looking = Promise.resolve();
let asked = () => {};

beforeAll(async () => {
  const platform = async () => {
    asked();
    await looking;
    return 'organisation';
  };
  addProvenanceRoutes(app as unknown as App, { guards: { platform } } as unknown as Services);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => app.close());

const send = () =>
  fetch(`http://127.0.0.1:${port}/v1/media/provenance`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: Uint8Array.from(jpeg(xmp(trained))),
  });

describe('POST /v1/media/provenance', () => {
  it('has room again after senders went away while their key was looked up', async () => {
    for (let gone = 0; gone < 3; gone++) {
      let found = () => {};
      looking = new Promise((done) => {
        found = done;
      });
      const reached = new Promise<void>((done) => {
        asked = done;
      });
      const closed = new Promise<void>((done) => {
        app.server.once('connection', (socket) => socket.once('close', () => done()));
      });
      const socket = connect(port, '127.0.0.1');
      socket.write(
        'POST /v1/media/provenance HTTP/1.1\r\nhost: x\r\ncontent-type: image/jpeg\r\ncontent-length: 9\r\n\r\n',
      );
      await reached;
      socket.destroy();
      await closed;
      found();
      await looking;
    }
    const answer = await send();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'found', generativeAi: true });
  });
});
