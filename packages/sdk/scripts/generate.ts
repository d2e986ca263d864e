/** Writes src/generated/api.ts from the server's OpenAPI description (`npm run sdk:types`). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const server = spawnSync(process.execPath, [join(root, 'apps/server/src/main.ts'), 'openapi'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
if (server.status !== 0) throw new Error(server.stderr);
const description = join(mkdtempSync(join(tmpdir(), 'keben-sdk-')), 'openapi.json');
writeFileSync(description, server.stdout);
const made = spawnSync(
  process.execPath,
  [
    join(import.meta.dirname, '../node_modules/openapi-typescript/bin/cli.js'),
    description,
    '-o',
    join(import.meta.dirname, '../src/generated/api.ts'),
  ],
  { stdio: 'inherit' },
);
process.exitCode = made.status ?? 1;
