/** Writes src/generated/api.ts from the server's OpenAPI description (`npm run sdk:types`); `--check` only says if it is stale. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const server = spawnSync(process.execPath, [join(root, 'apps/server/src/main.ts'), 'openapi'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
if (server.status !== 0) throw new Error(server.stderr);
const folder = mkdtempSync(join(tmpdir(), 'keben-sdk-'));
const description = join(folder, 'openapi.json');
const fresh = join(folder, 'api.ts');
const kept = join(import.meta.dirname, '../src/generated/api.ts');
writeFileSync(description, server.stdout);
const made = spawnSync(
  process.execPath,
  [join(import.meta.dirname, '../node_modules/openapi-typescript/bin/cli.js'), description, '-o', fresh],
  { encoding: 'utf8' },
);
if (made.status !== 0) throw new Error(made.stderr);
const text = readFileSync(fresh, 'utf8');
rmSync(folder, { recursive: true });
if (!process.argv.includes('--check')) writeFileSync(kept, text);
else if (readFileSync(kept, 'utf8') !== text) {
  console.error('packages/sdk/src/generated/api.ts is stale: run npm run sdk:types');
  process.exitCode = 1;
}
