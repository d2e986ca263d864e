import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Reply = { status: number; body?: unknown; headers?: Record<string, string> };
export type Handle = (path: string, body: unknown, request: IncomingMessage) => Reply | 'hang';

const servers = new Set<Server>();

/** A real HTTP server that answers as `reply` says; `hang` never answers. */
export async function serve(
  reply: Handle,
  port = 0,
): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const answer = reply(request.url ?? '', text === '' ? undefined : JSON.parse(text), request);
      if (answer === 'hang') return;
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.status === 304 ? undefined : JSON.stringify(answer.body ?? {}));
    });
  });
  servers.add(server);
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}`, port: taken, close: () => stop(server) };
}

/** Ends every server that a test started. */
export async function stopServers(): Promise<void> {
  await Promise.all([...servers].map(stop));
}

function stop(server: Server): Promise<void> {
  servers.delete(server);
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

/** The answer of `POST /v1/events` when everything is taken. */
export const taken = (body: unknown): Reply => ({
  status: 202,
  body: { items: (body as unknown[]).map((_, index) => ({ index, status: 'accepted' })) },
});
