import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlayground } from '../apps/playground/server/index.ts';
import { readConfig } from '../apps/server/src/base/config.ts';
import { type Demo, seedDemo, setDemoWebhook } from '../apps/server/src/demo.ts';
import { type Running, start } from '../apps/server/src/start.ts';

export interface TestStage {
  url: string;
  playgroundUrl: string;
  dataDir: string;
  demo: Demo;
  running: Running;
  close(): Promise<void>;
}

/** The whole demonstration on free ports and a throw-away folder: what `npm start` runs. */
export async function openStage(environment: Record<string, string> = {}): Promise<TestStage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'keben-flow-'));
  const config = readConfig({
    PORT: '0',
    PLAYGROUND_PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    ALLOW_PRIVATE_WEBHOOKS: 'true',
    ...environment,
  });
  const running = await start(config);
  const url = running.url ?? '';
  const demo = await seedDemo(running.services);
  const playground = await startPlayground({
    host: '127.0.0.1',
    port: 0,
    kebenUrl: url,
    apiKey: demo.platform.apiKey,
    webhookSecret: demo.platform.webhookSecret,
  });
  await setDemoWebhook(running.services, demo, `${playground.url}/webhooks/keben`);
  return {
    url,
    playgroundUrl: playground.url,
    dataDir,
    demo,
    running,
    async close() {
      await playground.close();
      await running.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Asks with the API key of the demonstration platform; a body is sent as JSON. */
export function askPlatform(
  stage: TestStage,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  return fetch(`${stage.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stage.demo.platform.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** A member of staff with a session, as the console would be. */
export interface StaffClient {
  get<T>(path: string): Promise<{ status: number; body: T }>;
  post<T>(path: string, body?: unknown): Promise<{ status: number; body: T }>;
  cookie: string;
}

export async function signIn(stage: TestStage, role: string): Promise<StaffClient> {
  const person = stage.demo.signIns.find((one) => one.role === role);
  if (!person) throw new Error(`nobody has the role ${role}`);
  const answer = await fetch(`${stage.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: stage.url },
    body: JSON.stringify({ email: person.email, password: person.password }),
  });
  if (!answer.ok) throw new Error(`sign-in failed: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const call = async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${stage.url}${path}`, {
      method,
      headers: {
        cookie,
        origin: stage.url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    cookie,
  };
}

/** Asks again until `probe` gives a value; fails with `what` after ten seconds. */
export async function until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`did not come about in time: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Resolves when detection has read every event: on a fast machine a test is quicker than people are. */
export async function drained(stage: TestStage): Promise<void> {
  await until('every event is read', async () => {
    const answer = await fetch(`${stage.url}/v1/log/status`, {
      headers: { authorization: `Bearer ${stage.demo.platform.apiKey}` },
    });
    const { lag } = (await answer.json()) as { lag: number };
    return lag === 0 ? true : undefined;
  });
}
