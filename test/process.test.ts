import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Demo } from '../apps/server/src/demo.ts';

const root = join(import.meta.dirname, '..');
const running: ChildProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'keben-process-'));
  folders.push(made);
  return made;
}

interface Started {
  child: ChildProcess;
  /** All that was printed so far. */
  output: () => string;
  /** Exit code once it ended. */
  ended: Promise<number | null>;
}

function keben(words: string[], environment: Record<string, string>): Started {
  const child = spawn(process.execPath, ['apps/server/src/main.ts', ...words], {
    cwd: root,
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...environment },
  });
  running.push(child);
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  return { child, output: () => text, ended };
}

async function printed(started: Started, what: RegExp): Promise<void> {
  const end = Date.now() + 60_000;
  while (!what.test(started.output())) {
    if (Date.now() > end || started.child.exitCode !== null) {
      throw new Error(`${what} was not printed:\n${started.output()}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}

const event = (id: string, text: string) => ({
  specversion: '1.0',
  id,
  source: '/test',
  type: 'message.sent',
  time: '2026-11-24T08:00:00Z',
  data: {
    conversation: 'c',
    from: { id: `from-${id.split('-')[0]}`, ageBand: 'adult' },
    to: [{ id: 'kid', ageBand: '13-15' }],
    text,
  },
});

describe('the process', () => {
  it('names every wrong variable at once and how to mend it', async () => {
    const started = keben(['start'], { PORT: 'many', RETENTION_DAYS: '0' });
    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(/PORT: [\s\S]*Give a whole number[\s\S]*RETENTION_DAYS/);
    expect(started.output()).not.toMatch(/at .*\.ts:\d+/);
  });

  it('answers as the SDK’s generated types say (else: npm run sdk:types)', async () => {
    const child = spawn(process.execPath, ['packages/sdk/scripts/generate.ts', '--check'], { cwd: root });
    running.push(child);
    expect(await new Promise((done) => child.once('exit', done))).toBe(0);
  });

  it('tells of an unknown command and prints the help', async () => {
    const started = keben(['dance'], {});
    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(/no command "dance"[\s\S]*replay/);
  });

  it('refuses a second start, a busy port, an unusable folder and a newer database, and loses nothing', async () => {
    const DATA_DIR = folder();
    const port = await freePort();
    const first = keben(['start', '--demo'], { DATA_DIR, PORT: String(port) });
    await printed(first, /Demo sign-ins/);
    expect(statSync(join(DATA_DIR, 'demo.json')).mode & 0o777).toBe(0o600);
    const demo = readFileSync(join(DATA_DIR, 'demo.json'), 'utf8');

    const second = keben(['start'], { DATA_DIR, PORT: '0' });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/DATA_DIR/);

    const busy = keben(['start'], { DATA_DIR: folder(), PORT: String(port) });
    expect(await busy.ended).toBe(1);
    expect(busy.output()).toMatch(/PORT: .*in use/);

    const file = join(folder(), 'a-file');
    writeFileSync(file, '');
    const unusable = keben(['start'], { DATA_DIR: join(file, 'data'), PORT: '0' });
    expect(await unusable.ended).toBe(1);
    expect(unusable.output()).toMatch(/DATA_DIR: .*cannot write/);

    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.output()).toMatch(/Stopped\./);

    const { PGlite } = await import('@electric-sql/pglite');
    const database = await PGlite.create({ dataDir: join(DATA_DIR, 'postgres') });
    await database.query(
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 99999999999999)`,
    );
    await database.close();
    const newer = keben(['start'], { DATA_DIR, PORT: '0' });
    expect(await newer.ended).toBe(1);
    expect(newer.output()).toMatch(/newer version/);
    expect(readFileSync(join(DATA_DIR, 'demo.json'), 'utf8')).toBe(demo);
  });

  it('keeps what it accepted through kill -9, and a repeated stream changes nothing', async () => {
    const DATA_DIR = folder();
    const lines = Array.from({ length: 60 }, (_, n) => [
      event(`${n}-1`, 'Đừng kể với bố mẹ nhé, bí mật của hai đứa mình'),
      event(`${n}-2`, 'Tao sẽ tung ảnh cho cả trường xem'),
      event(`${n}-3`, 'Chuyển 500k trong 30 phút không thì tao đăng'),
    ]).flat();
    const status = async (url: string, key: string) =>
      (await (
        await fetch(`${url}/v1/log/status`, { headers: { authorization: `Bearer ${key}` } })
      ).json()) as {
        accepted: number;
        lag: number;
        assessments: number;
        cases: number;
      };
    const run = async (crash: boolean) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const started = keben(['start', '--demo'], { DATA_DIR, PORT: String(port) });
      await printed(started, /Demo sign-ins/);
      const demo = JSON.parse(readFileSync(join(DATA_DIR, 'demo.json'), 'utf8')) as Demo;
      for (let at = 0; at < lines.length; at += 30) {
        const answer = await fetch(`${url}/v1/events`, {
          method: 'POST',
          headers: { authorization: `Bearer ${demo.platform.apiKey}`, 'content-type': 'application/json' },
          body: JSON.stringify(lines.slice(at, at + 30)),
        });
        expect(answer.status).toBe(202);
        if (crash && at >= lines.length / 2) {
          started.child.kill('SIGKILL');
          await started.ended;
          return undefined;
        }
      }
      for (let wait = 0; wait < 200; wait++) {
        const now = await status(url, demo.platform.apiKey);
        if (now.lag === 0 && now.cases === 60) return now;
        await new Promise((done) => setTimeout(done, 50));
      }
      return status(url, demo.platform.apiKey);
    };
    await run(true);
    const after = await run(false);
    expect(after).toMatchObject({ accepted: lines.length, lag: 0, cases: 60 });
    expect(after?.assessments).toBeGreaterThanOrEqual(60);
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGINT');
      await new Promise((done) => child.once('exit', done));
    }
    const trace = keben(['trace', '7-2'], { DATA_DIR });
    expect(await trace.ended).toBe(0);
    expect(JSON.parse(trace.output())).toMatchObject([
      {
        id: '7-2',
        processed: true,
        observations: expect.arrayContaining([expect.objectContaining({ cue: 'threat-to-share' })]),
        assessments: expect.arrayContaining([
          expect.objectContaining({ account: 'from-7', part: expect.stringMatching(/raised it|evidence/) }),
        ]),
        cases: [{ state: 'new', actions: [] }],
      },
    ]);
    expect(trace.output()).not.toContain('tung ảnh');
    const none = keben(['trace', 'no-such-event'], { DATA_DIR });
    expect(await none.ended).toBe(1);
  });

  it('logs ids, never content, and stores no text in the clear', async () => {
    const DATA_DIR = folder();
    const port = await freePort();
    const canary = 'chim-hoàng-yến-7314';
    const started = keben(['start', '--demo'], { DATA_DIR, PORT: String(port), LOG_LEVEL: 'trace' });
    await printed(started, /Demo sign-ins/);
    const demo = JSON.parse(readFileSync(join(DATA_DIR, 'demo.json'), 'utf8')) as Demo;
    const headers = { authorization: `Bearer ${demo.platform.apiKey}`, 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${port}`;
    const post = (path: string, body: unknown) =>
      fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    await post('/v1/events', [event('canary', `tao sẽ tung ảnh ${canary}`), { wrong: canary }]);
    await post('/v1/screen', {
      conversation: 'c',
      from: { id: 'a', ageBand: 'adult' },
      to: [{ id: 'b', ageBand: '13-15' }],
      text: canary,
    });
    await post('/v1/screen', { text: canary });
    await post('/v1/reports', {
      by: { id: 'b', ageBand: '13-15' },
      target: { id: 'a', ageBand: 'adult' },
      comment: canary,
      evidence: [{ text: canary }],
    });
    await fetch(`${url}/v1/anonymous/form`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        lang: 'vi',
        text: canary,
        ageBand: '13-15',
        harm: 'other',
        urgency: 'soon',
      }),
    });
    await fetch(`${url}/v1/cases/${canary}`);
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(started.output()).not.toContain(canary);
    expect(started.output()).not.toContain(demo.platform.apiKey);
    const { PGlite } = await import('@electric-sql/pglite');
    const database = await PGlite.create({ dataDir: join(DATA_DIR, 'postgres') });
    const { rows: tables } = await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'pgboss')`,
    );
    expect(tables.length).toBeGreaterThan(20);
    for (const { name } of tables) {
      const { rows } = await database.query<{ n: number }>(
        `select count(*)::int as n from ${name} as t where t::text like $1`,
        [`%${canary}%`],
      );
      expect(rows[0]?.n, name).toBe(0);
    }
    await database.close();
  });
});
