import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type TestStage } from './stage.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** The Node of this repository and whichever others the machine has: the package is for 20 and newer. */
function nodes(): { version: string; path: string }[] {
  const paths = [
    process.execPath,
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node')),
  ];
  const found = new Map<string, string>();
  for (const path of paths.filter(existsSync)) {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
    const major = Number(/^v(\d+)/.exec(version)?.[1]);
    if (major >= 20 && !found.has(version)) found.set(version, path);
  }
  return [...found].map(([version, path]) => ({ version, path }));
}

let stage: TestStage;
let folder: string;
let tarball: { filename: string; files: { path: string }[] };
const npm = (words: string[], cwd: string) => {
  const result = spawnSync('npm', words, { cwd, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`npm ${words.join(' ')}\n${result.stdout}${result.stderr}`);
  return result.stdout;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keben-sdk-'));
  const manifest = await readFile(join(root, 'packages/sdk/package.json'), 'utf8');
  npm(['pack', '-w', '@keben/sdk', '--pack-destination', folder, '--silent'], root);
  // Packing leaves the repository as it was.
  expect(await readFile(join(root, 'packages/sdk/package.json'), 'utf8')).toBe(manifest);
  const { version } = JSON.parse(manifest) as { version: string };
  const filename = `keben-sdk-${version}.tgz`;
  const listing = execFileSync('tar', ['tzf', join(folder, filename)], { encoding: 'utf8' });
  tarball = {
    filename,
    files: listing
      .trim()
      .split('\n')
      .map((path) => ({ path })),
  };
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'platform', type: 'module', private: true }),
  );
  npm(['install', '--offline', '--no-audit', '--no-fund', join(folder, filename)], folder);
  stage = await openStage();
});

afterAll(async () => {
  await stage?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe('the package @keben/sdk, installed from its tarball', () => {
  it('holds JavaScript, types, readme and licence, and nothing else', async () => {
    const paths = tarball.files.map(({ path }) => path.replace(/^package\//, ''));
    for (const path of ['dist/index.js', 'dist/index.d.ts', 'README.md', 'LICENSE', 'package.json'])
      expect(paths).toContain(path);
    expect(
      paths.filter((path) => !/^(dist\/.+\.(js|d\.ts)|README\.md|LICENSE|package\.json)$/.test(path)),
    ).toEqual([]);
    expect(paths.filter((path) => path.includes('test'))).toEqual([]);
    const installed = join(folder, 'node_modules/@keben/sdk');
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(manifest.scripts).toBeUndefined();
  });

  it.each(nodes())(
    'runs a plain JavaScript program against the server with Node $version',
    async ({ path }) => {
      const program = join(folder, 'program.js');
      await writeFile(
        program,
        `import { createKeben, guard, KebenError } from '@keben/sdk';
const keben = createKeben({ url: process.env.KEBEN_URL, apiKey: process.env.KEBEN_API_KEY, source: '/packed' });
const adult = { id: 'p-adult', ageBand: 'adult' };
const child = { id: 'p-child', ageBand: '13-15' };
const question = { subject: adult, action: 'message.send', resource: { type: 'account', ...child } };
const decision = await keben.may(question);
const passage = await guard(keben, question, { acceptLanguage: 'en' });
const screening = await keben.screen({ conversation: 'c', from: adult, to: [child], text: 'Chào em' });
const { settings } = await keben.settings.get('p-child', { ageBand: '13-15' });
keben.events.send('contact.requested', { from: adult, to: child });
const refusal = await keben.may({ ...question, action: 'dance' }).catch((error) => error);
console.log(JSON.stringify({
  decision: decision.decision, detail: passage.problem.detail, unavailable: screening.unavailable,
  privateAccount: settings.privateAccount.value, refused: refusal instanceof KebenError && refusal.pointer,
  lost: await keben.close(),
}));
`,
      );
      // Not spawnSync: the server lives in this process and has to answer.
      const { stdout, stderr } = await run(path, [program], {
        cwd: folder,
        env: {
          ...process.env,
          KEBEN_URL: stage.url,
          KEBEN_API_KEY: stage.demo.platform.apiKey,
          NODE_OPTIONS: '',
        },
        timeout: 60_000,
      });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({
        decision: 'deny',
        detail: expect.stringMatching(/^An adult who is not a contact/),
        unavailable: false,
        privateAccount: true,
        refused: '/action',
        lost: 0,
      });
    },
  );

  it('does what its readme says', async () => {
    const readme = await readFile(join(folder, 'node_modules/@keben/sdk/README.md'), 'utf8');
    const [, snippet = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
    await writeFile(join(folder, 'snippet.js'), snippet);
    const { stdout } = await run(process.execPath, ['snippet.js'], {
      cwd: folder,
      env: { ...process.env, KEBEN_URL: stage.url, KEBEN_API_KEY: stage.demo.platform.apiKey },
      timeout: 60_000,
    });
    expect(stdout).toMatch(/^as these say: \[.*'quiet-request'.*\]\n(allow|warn) .*\nnot delivered: 0\n$/);
  });

  it('has types that a strict TypeScript project takes', async () => {
    await writeFile(
      join(folder, 'platform.ts'),
      `import { createKeben, type Decision, guard, type Settings } from '@keben/sdk';
const keben = createKeben({ url: 'http://localhost:3000', apiKey: 'kb_', source: '/typed' });
export const decide = (): Promise<Decision> =>
  keben.may({ subject: { id: 'a', ageBand: 'adult' }, action: 'follow', resource: { type: 'account', id: 'b' } });
export const watch = (signal: AbortSignal) =>
  keben.settings.watch('a', ({ settings }: Settings) => console.log(settings.live?.value), { signal });
export const passage = guard(keben, { subject: { id: 'a' }, action: 'follow', resource: { type: 'account', id: 'b' } });
// @ts-expect-error there is no such age band
keben.events.send('account.registered', { account: { id: 'a', ageBand: 'young' } });
`,
    );
    const config = {
      compilerOptions: {
        module: 'nodenext',
        target: 'es2022',
        strict: true,
        noEmit: true,
        types: [],
        lib: ['es2022', 'dom'],
      },
      files: ['platform.ts'],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const checked = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(checked.stdout).toBe('');
    expect(checked.status).toBe(0);
  });
});
