/** Builds dist/: JavaScript and types for those who install the package (`npm run build -w @keben/sdk`). */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..');
const dist = join(folder, 'dist');
rmSync(dist, { recursive: true, force: true });
const compiled = spawnSync(join(folder, '../../node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], {
  cwd: folder,
  encoding: 'utf8',
});
if (compiled.status !== 0) throw new Error(`tsc failed\n${compiled.stdout}${compiled.stderr}`);
// The compiler turns './events.ts' into './events.js' in JavaScript, but leaves it in declarations.
for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.d.ts')) continue;
  const file = join(dist, name);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
}
