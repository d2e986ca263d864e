import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../apps/server/src/base/config.ts';
import { seedDemo } from '../apps/server/src/demo.ts';
import { start } from '../apps/server/src/start.ts';
import { startPostgres } from './postgres.ts';
import type { TestStage } from './stage.ts';

export interface ApartStage {
  stage: TestStage;
  close(): Promise<void>;
}

/** One web server and two workers on one real Postgres server, with the demonstration's organisations. */
export async function openApart(): Promise<ApartStage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'keben-apart-'));
  const postgres = await startPostgres();
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: postgres.url,
    LOG_LEVEL: 'error',
  });
  const web = await start(config, 'web');
  const demo = await seedDemo(web.services);
  const workers = [await start(config, 'worker'), await start(config, 'worker')];
  const url = web.url ?? '';
  return {
    stage: { url, playgroundUrl: '', dataDir, demo, running: web, close: async () => undefined },
    async close() {
      for (const running of [web, ...workers]) await running.stop();
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
