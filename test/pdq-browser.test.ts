/** @keben/pdq in Chromium, from its sources: on the page and in a worker, with and without WebAssembly, as in Node. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { createHasher, formatHash } from '@keben/pdq';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openPage } from './browser.ts';

const origin = 'http://127.0.0.1:9';
const sources = join(import.meta.dirname, '../packages/pdq/src');

/** Runs where it is sent as text: a picture that depends on nothing but its sides, and what the package says of it. */
const HASH_PICTURES = `
  import { createHasher, formatHash } from '/index.ts';
  const hasher = await createHasher();
  const told = [[300, 200], [64, 64], [1300, 700]].map(([width, height]) => {
    const data = new Uint8ClampedArray(width * height * 4);
    for (let at = 0; at < data.length; at++) data[at] = (at * 37 + ((at * at) >> 9)) % 256;
    const { hash, quality, dihedral } = hasher.hashPixels({ data, width, height, channels: 4 }, { dihedral: true });
    return [formatHash(hash), quality, ...Object.values(dihedral).map(formatHash)].join(' ');
  });
  const answer = { kind: hasher.kind, told };
`;

const ANSWERS: Record<string, string> = {
  '/': '<!doctype html><title>pdq</title>',
  '/page.js': `${HASH_PICTURES} tell(answer);`,
  '/start-worker.js': `
    const worker = new Worker('/worker.js', { type: 'module' });
    worker.onmessage = ({ data }) => { tell(data); };`,
  '/worker.js': `${HASH_PICTURES} postMessage(answer);`,
};

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

interface Answer {
  kind: string;
  told: string[];
}

async function answerOf(script: string, policy: string): Promise<Answer> {
  const { page, context, wrongs } = await openPage(browser);
  const answered = Promise.withResolvers<Answer>();
  await page.exposeFunction('tell', answered.resolve);
  page.on('pageerror', answered.reject);
  await context.route(`${origin}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const body = ANSWERS[pathname] ?? stripTypeScriptTypes(readFileSync(join(sources, pathname), 'utf8'));
    const contentType = pathname === '/' ? 'text/html' : 'text/javascript';
    await route.fulfill({ body, contentType, headers: { 'content-security-policy': policy } });
  });
  await page.goto(`${origin}/`);
  await page.addScriptTag({ url: script, type: 'module' });
  const answer = await answered.promise;
  // Where the policy forbids WebAssembly, Chromium says so on the console.
  expect(wrongs.filter((wrong) => !wrong.includes('WebAssembly'))).toEqual([]);
  await context.close();
  return answer;
}

describe('@keben/pdq in a browser', () => {
  const withWasm = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
  const withoutWasm = "script-src 'self'; worker-src 'self'";

  it.each([
    ['the page', '/page.js', withWasm, 'wasm'],
    ['a worker', '/start-worker.js', withWasm, 'wasm'],
    ['a page whose policy forbids WebAssembly', '/page.js', withoutWasm, 'typescript'],
  ])('gives the bits of Node in %s', async (_where, script, policy, kind) => {
    const hasher = await createHasher();
    const expected = [
      [300, 200],
      [64, 64],
      [1300, 700],
    ].map(([width = 0, height = 0]) => {
      const data = new Uint8ClampedArray(width * height * 4);
      for (let at = 0; at < data.length; at++) data[at] = (at * 37 + ((at * at) >> 9)) % 256;
      const { hash, quality, dihedral } = hasher.hashPixels(
        { data, width, height, channels: 4 },
        { dihedral: true },
      );
      return [formatHash(hash), quality, ...Object.values(dihedral ?? {}).map(formatHash)].join(' ');
    });
    expect(await answerOf(script, policy)).toEqual({ kind, told: expected });
  });
});
