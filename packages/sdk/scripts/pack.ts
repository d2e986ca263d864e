/**
 * Before `npm pack` and `npm publish`: builds, and puts the published `exports` into package.json; after: takes them out.
 * In this repository the package is its TypeScript source, so that nothing has to be built to run; Node does not strip
 * types inside node_modules, so what is installed is JavaScript. (npm does not read `exports` from `publishConfig` itself.)
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..');
const manifest = join(folder, 'package.json');
const kept = join(folder, 'package.source.json');
const licence = join(folder, 'LICENSE');

if (process.argv[2] === 'before') {
  const built = spawnSync(process.execPath, [join(import.meta.dirname, 'build.ts')], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('the build failed');
  // A pack that was interrupted left the published form behind: the kept one is the true one.
  if (!existsSync(kept)) copyFileSync(manifest, kept);
  const { scripts: _, devDependencies: __, publishConfig, ...rest } = JSON.parse(readFileSync(kept, 'utf8'));
  const { exports, ...publish } = publishConfig;
  writeFileSync(manifest, `${JSON.stringify({ ...rest, exports, publishConfig: publish }, null, 2)}\n`);
  copyFileSync(join(folder, '../../LICENSE'), licence);
} else {
  renameSync(kept, manifest);
  rmSync(licence, { force: true });
}
