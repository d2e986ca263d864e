import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../base/outbound.ts';
import { type FetchOptions, fetchMedia } from './fetch-media.ts';
import { createMediaFolder, type MediaFolder } from './media-folder.ts';

const bytes = randomBytes(300_000);
let origin = '';
let parent = '';
let folder: MediaFolder;

/** The files that lie there. */
async function left(): Promise<string[]> {
  const [name = ''] = await readdir(parent);
  return readdir(join(parent, name));
}

/** What the other end does, by path. */
const answers: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {
  '/file': (response) => response.end(bytes),
  '/asks': (response, request) => response.end(JSON.stringify(request.headers)),
  '/twice': (response) => response.writeHead(302, { location: '/once' }).end(),
  '/once': (response) => response.writeHead(307, { location: `${origin}/file` }).end(),
  '/round': (response) => response.writeHead(301, { location: '/round' }).end(),
  '/inside': (response) => response.writeHead(302, { location: 'http://inside.test/file' }).end(),
  '/metadata': (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  '/script': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/secret': (response) => response.writeHead(302, { location: 'http://a:b@outside.test/file' }).end(),
  '/nowhere': (response) => response.writeHead(302).end(),
  '/absent': (response) => response.writeHead(404).end('absent'),
  '/squeezed': (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes),
  '/endless': (response) => {
    const more = () => {
      while (response.write(bytes));
    };
    response.on('drain', more);
    more();
  },
  '/never': () => undefined,
  '/slow': (response) => response.write('a'),
  '/says-much': (response) => response.writeHead(200, { 'content-length': '1000000000' }).write('a'),
  // Promises one byte and sends more: what is beyond the promise is not part of the answer.
  '/says-little': (response) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n${'x'.repeat(5000)}`);
  },
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('a');
    setImmediate(() => response.destroy());
  },
  '/rubbish': (response) => response.socket?.end('this is no HTTP\r\n\r\n'),
};
const server = createServer((request, response) => answers[request.url ?? '']?.(response, request));

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'keben-fetch-test-'));
  folder = await createMediaFolder(parent);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://outside.test:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await folder.close();
  await rm(parent, { recursive: true });
});

/** This test's server stands for the public internet; every other address is judged as always. */
function fetchIt(path: string, options: FetchOptions = {}) {
  const lookup = async (name: string) => [
    { address: name === 'inside.test' ? '10.0.0.5' : '127.0.0.1', family: 4 },
  ];
  const allows = (address: string) => address === '127.0.0.1' || isPublicAddress(address);
  return fetchMedia(folder, origin + path, { allows, lookup, timeout: 5000, ...options });
}

describe('fetching a file', () => {
  it('gives the bytes in a file of this user alone, which goes when it is removed', async () => {
    for (const path of ['/file', '/once', '/twice']) {
      const told = await fetchIt(path);
      if (told.status !== 'fetched') throw new Error(told.problem);
      expect((await readFile(told.file.path)).equals(bytes)).toBe(true);
      expect(told.file.bytes).toBe(bytes.length);
      expect((await stat(told.file.path)).mode & 0o777).toBe(0o600);
      expect((await stat(join(told.file.path, '..'))).mode & 0o777).toBe(0o700);
      await told.file.remove();
      expect(await left()).toEqual([]);
    }
  });

  it('says no more than it must', async () => {
    const told = await fetchIt('/asks');
    if (told.status !== 'fetched') throw new Error(told.problem);
    expect(Object.keys(JSON.parse(await readFile(told.file.path, 'utf8'))).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    await told.file.remove();
  });

  it('stops at once when there is more than it takes, whatever length was said', async () => {
    for (const path of ['/endless', '/says-much']) {
      expect(await fetchIt(path, { maxBytes: 400_000 })).toMatchObject({
        status: 'refused',
        why: 'too-large',
      });
    }
    const little = await fetchIt('/says-little');
    expect(little).toMatchObject({ status: 'fetched', file: { bytes: 1 } });
    if (little.status === 'fetched') await little.file.remove();
    const exact = await fetchIt('/file', { maxBytes: bytes.length });
    expect(exact.status).toBe('fetched');
    if (exact.status === 'fetched') await exact.file.remove();
    expect((await fetchIt('/file', { maxBytes: bytes.length - 1 })).status).toBe('refused');
    expect(await left()).toEqual([]);
  });

  it('waits no longer than it may', async () => {
    for (const path of ['/never', '/slow']) {
      expect(await fetchIt(path, { timeout: 100 })).toMatchObject({ status: 'refused', why: 'timeout' });
    }
    expect(await left()).toEqual([]);
  });

  it.each([
    ['/round', 'answer'],
    ['/nowhere', 'answer'],
    ['/absent', 'answer'],
    ['/squeezed', 'answer'],
    ['/script', 'address'],
    ['/secret', 'address'],
    ['/cut', 'unreachable'],
    ['/rubbish', 'unreachable'],
  ])('answers what %s gives with %s', async (path, why) => {
    const told = await fetchIt(path);
    expect(told).toMatchObject({ status: 'refused', why });
    if (told.status === 'refused') expect(told.problem).not.toMatch(/127\.0\.0\.1|\/tmp/);
    expect(await left()).toEqual([]);
  });

  it.each([
    'ftp://outside.test/file',
    'file:///etc/passwd',
    'http://me:pass@outside.test/',
    'data:,a',
    'a',
    '',
  ])('refuses %s', async (url) => {
    expect(await fetchMedia(folder, url, {})).toMatchObject({ status: 'refused', why: 'address' });
  });
});

describe('an address inside our own network', () => {
  const refused = { status: 'refused', why: 'address' };

  it('is refused as a number and behind a name', async () => {
    const { port } = server.address() as AddressInfo;
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', 'localhost']) {
      expect(await fetchMedia(folder, `http://${host}:${port}/file`, {})).toMatchObject(refused);
    }
    expect(await fetchIt('/file', { allows: isPublicAddress })).toMatchObject(refused);
  });

  it('is refused at the end of a redirect, as a name and as a number', async () => {
    for (const path of ['/inside', '/metadata']) expect(await fetchIt(path)).toMatchObject(refused);
  });

  it('has no second chance: a name is resolved once for its check and its call', async () => {
    let asked = 0;
    const lookup = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.0.0.5', family: 4 }];
    const told = await fetchIt('/file', { lookup });
    expect(told.status).toBe('fetched');
    expect(asked).toBe(1);
    if (told.status === 'fetched') {
      expect(
        createHash('sha256')
          .update(await readFile(told.file.path))
          .digest('hex'),
      ).toBe(createHash('sha256').update(bytes).digest('hex'));
      await told.file.remove();
    }
  });
});
