/** Builds the web parts and the SDK. `node scripts/build.ts --if-stale` does nothing when their sources have not changed since. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Part {
  name: string;
  /** The folder whose `dist` is built. */
  folder: string;
  command: string[];
  /** What the build reads. */
  sources: string[];
}

const parts: Part[] = [
  {
    name: 'portal',
    folder: 'apps/portal',
    command: ['astro', 'build'],
    sources: ['apps/portal', 'packages/cues', 'packages/pdq', 'content', 'policy'],
  },
  {
    name: 'console',
    folder: 'apps/console',
    command: ['vite', 'build'],
    sources: ['apps/console', 'packages/cues', 'policy'],
  },
  // For those who install it; in this repository it runs from source.
  {
    name: 'the SDK',
    folder: 'packages/sdk',
    command: ['node', 'scripts/build.ts'],
    sources: ['packages/sdk', 'tsconfig.base.json'],
  },
  { name: 'Sân Chơi', folder: 'apps/playground', command: ['vite', 'build'], sources: ['apps/playground'] },
];

/** Builds every part whose sources changed; says which and how long. */
export function buildWebParts(options: { ifStale: boolean }): void {
  for (const part of parts) {
    const stamp = join(root, part.folder, 'dist/.sources');
    const wanted = digestOf(part.sources);
    if (options.ifStale && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) continue;
    const began = performance.now();
    process.stdout.write(`Building ${part.name} … `);
    const [program = '', ...words] = part.command;
    // npm puts a workspace's own programs beside it, shared ones at the root.
    const own = join(root, part.folder, 'node_modules/.bin', program);
    const path = existsSync(own) ? own : join(root, 'node_modules/.bin', program);
    const result = spawnSync(path, words, {
      cwd: join(root, part.folder),
      encoding: 'utf8',
      env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    });
    if (result.status !== 0) {
      console.log('failed');
      console.error(result.stdout, result.stderr, result.error ?? '');
      throw new Error(`the build of ${part.name} failed`);
    }
    writeFileSync(stamp, wanted);
    console.log(`${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
}

function digestOf(sources: string[]): string {
  const hash = createHash('sha256');
  for (const source of [...sources, 'package-lock.json']) addTo(hash, join(root, source));
  return hash.digest('hex');
}

const passedOver = new Set(['node_modules', 'dist', '.astro']);

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    hash.update(path.slice(root.length)).update(readFileSync(path));
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (!passedOver.has(name)) addTo(hash, join(path, name));
  }
}

if (import.meta.main) buildWebParts({ ifStale: process.argv.includes('--if-stale') });
