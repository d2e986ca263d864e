/**
 * `npm run chat -- NAME BAND [en]`: signs in to the server of this example and passes lines on in both directions.
 * Speaks Showdown's own protocol (PROTOCOL.md in its package), as its web client does.
 */
import { createSign } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface Client {
  /** Every line that the server sent so far. */
  lines: string[];
  /** Sends a line: a message to `room`, or a command. */
  say(text: string, room?: string): void;
  /** The first line after number `from` that `fits`; fails after a minute with what was received. */
  line(fits: (line: string) => boolean, from?: number): Promise<string>;
  close(): Promise<void>;
}

/** Connects and signs in under a name; `keyFile` is the secret half of the login server's key. */
export async function connect(server: string, keyFile: string, name: string, band: string): Promise<Client> {
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}/showdown/websocket`);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  socket.addEventListener('message', ({ data }) => {
    lines.push(...String(data).split('\n'));
    for (const wake of waiting) wake();
  });
  await Promise.race([
    once(socket, 'open'),
    once(socket, 'error').then(() => {
      throw new Error(`nobody answers at ${server}: run npm start first`);
    }),
  ]);
  const client: Client = {
    lines,
    say: (text, room = '') => socket.send(`${room}|${text}`),
    async line(fits, from = 0) {
      const end = AbortSignal.timeout(60_000);
      for (;;) {
        const found = lines.slice(from).find(fits);
        if (found !== undefined) return found;
        if (end.aborted)
          throw new Error(`${name} waited in vain; received:\n${lines.slice(from).join('\n')}`);
        await new Promise<void>((done) => {
          waiting.add(done);
          end.addEventListener('abort', () => done(), { once: true });
        });
        waiting.clear();
      }
    },
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
  const [, , , ...challenge] = (await client.line((line) => line.startsWith('|challstr|'))).split('|');
  client.say(`/trn ${name},0,${assertion(readFileSync(keyFile, 'utf8'), challenge.join('|'), name, band)}`);
  await client.line((line) => line.startsWith('|updateuser|') && line.split('|')[3] === '1');
  return client;
}

/** What a login server signs: challenge, name, kind of account (4: confirmed), time, server; and the age band. */
function assertion(key: string, challenge: string, name: string, band: string): string {
  const id = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const words = [challenge, id, '4', Math.floor(Date.now() / 1000), 'localhost', band].join(',');
  return `${words};${createSign('RSA-SHA256').update(words).sign(key, 'hex')}`;
}

if (import.meta.main) {
  const [name = 'an', band = 'unknown', language] = process.argv.slice(2);
  const home = resolve(process.env.SHOWDOWN_HOME ?? join(import.meta.dirname, 'app'));
  const server = process.env.SHOWDOWN_URL ?? 'http://127.0.0.1:8000';
  const client = await connect(server, join(home, 'config/login.pem'), name, band);
  if (language === 'en') client.say('/language english');
  let shown = 0;
  const show = setInterval(() => {
    for (const line of client.lines.slice(shown))
      if (/^\|(pm|c|error|html|raw)?\|/.test(line)) console.log(line);
    shown = client.lines.length;
  }, 100);
  for await (const line of createInterface(process.stdin))
    client.say(line, line.startsWith('/') ? '' : 'lobby');
  clearInterval(show);
  await client.close();
}
