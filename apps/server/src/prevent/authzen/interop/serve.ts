import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createApiKey } from '../../../base/api-keys.ts';
import { createAuth } from '../../../base/auth.ts';
import { type Database, openEmbedded } from '../../../base/database.ts';
import { addPlatformParts, createApp, createGuards } from '../../../base/http.ts';
import { keysOf } from '../../../base/keys.ts';
import { insertOrganisation } from '../../../base/organisation-store.ts';
import { addAuthzenRoutes, type DecisionPoint } from '../index.ts';

export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Served {
  url: string;
  database: Database;
  organisationId: string;
  authorization: string;
  /** Posts JSON, or text as it is, with the key of a platform. */
  post<T = unknown>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  close(): Promise<void>;
}

export const publicUrl = 'https://keben.example';

/** Our routes on a real HTTP server in front of a decision point: guards, keys and database as in production. */
export async function serve(pointOn: (database: Database) => DecisionPoint): Promise<Served> {
  const database = await openEmbedded();
  const organisationId = randomUUID();
  const now = new Date('2026-11-25T08:00:00Z');
  const key = await database.transaction('system', async (tx) => {
    await insertOrganisation(tx, {
      id: organisationId,
      kind: 'platform',
      nameVi: 'Nền tảng thử',
      nameEn: 'Test platform',
      createdAt: now,
    });
    return createApiKey(tx, organisationId, 'test', now);
  });
  const options = {
    database,
    auth: createAuth(database, keysOf(randomBytes(32)), publicUrl),
    log: pino({ level: 'silent' }),
    publicUrl,
    trustProxy: false,
  };
  const app = createApp(options);
  await addPlatformParts(app);
  addAuthzenRoutes(app, { guards: createGuards(options), publicUrl, point: pointOn(database) });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const authorization = `Bearer ${key}`;
  return {
    url,
    database,
    organisationId,
    authorization,
    async post<T>(path: string, body: unknown, headers: Record<string, string> = {}) {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as T };
    },
    async close() {
      await app.close();
      await database.close();
    },
  };
}
