import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openStage } from './stage.ts';

export const folder = join(import.meta.dirname, '../../shared/data/pdq');
export const reference = new Map(
  readFileSync(join(folder, 'expected.csv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',') as [string, string]),
);
export const bridge = readFileSync(join(folder, 'aaa-orig.jpg'));
export const bridgeHash = reference.get('aaa-orig.jpg') ?? '';
/** Of PDQ's published examples; the second is 24 bits or less from the first. */
export const examples = [
  'f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22',
  'f8f8f0cee0f4a84f06370a2a038f63f0b36e26d596621e1d33e6b39c4e9c9b22',
  'e64cc9d91c623882f8d1f1d9a398e78c9f199b3bd83924f2b7e11e0bf861b064',
] as const;
export const nothing = '55'.repeat(32);
export const md5 = 'cab08b36195edb1a1231d2d09fa450e0';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape are compared as they are
type Answer = { status: number; body: any };

export async function told(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

export function form(...files: [field: string, bytes: Uint8Array][]): FormData {
  const data = new FormData();
  for (const [field, bytes] of files) data.append(field, new Blob([new Uint8Array(bytes)]), 'file');
  return data;
}
/** A server under `/hma`, how it is asked, and a shelf with a picture to fetch. */
export async function openHmaStage() {
  const shelf = createServer((request, response) => {
    if (request.url === '/bridge.jpg') response.end(bridge);
    else if (request.url === '/large') response.writeHead(200, { 'content-length': 200_000_000 }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => shelf.listen(0, '127.0.0.1', done));
  const shelfUrl = `http://127.0.0.1:${(shelf.address() as AddressInfo).port}`;
  const stage = await openStage({ ALLOW_PRIVATE_MEDIA: 'true', MEDIA_MAX_BYTES: '2000000' });
  const close = async () => {
    await stage.close();
    await new Promise((done) => shelf.close(done));
  };

  async function call(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    const response = await fetch(`${stage.url}/hma${path}`, {
      method,
      headers: {
        authorization: `Bearer ${stage.demo.platform.apiKey}`,
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    return told(response);
  }

  const get = (path: string) => call('GET', path);
  const raw = (signal: string, type = 'pdq', more = '') =>
    get(`/m/raw_lookup?signal_type=${type}&signal=${encodeURIComponent(signal)}${more}`);
  const lookUp = (signal: string, type = 'pdq', more = '') =>
    get(`/m/lookup?signal_type=${type}&signal=${encodeURIComponent(signal)}${more}`);
  const add = async (bank: string, signals: object): Promise<number> => {
    const answer = await call('POST', `/c/bank/${bank}/signal`, signals);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body.id;
  };
  return { stage, shelfUrl, close, call, get, raw, lookUp, add };
}
