/**
 * `npm start`: lays out Pokémon Showdown in a folder of its own (SHOWDOWN_HOME, by default `app` beside this file),
 * adds the plugin and starts the server on PORT (8000). What people do is kept in that folder.
 */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;
const home = resolve(process.env.SHOWDOWN_HOME ?? join(here, 'app'));
const port = process.env.PORT ?? '8000';
if (!process.env.KEBEN_API_KEY) {
  console.error(
    'Set KEBEN_API_KEY to the key of your platform, and KEBEN_URL to the address of your server.',
  );
  process.exit(1);
}

// Showdown goes on without a plugin that does not load; this server must not.
await import('./plugin/index.ts');
layOut();
const server = spawn(process.execPath, ['pokemon-showdown', 'start', '--skip-build', port], {
  cwd: home,
  stdio: 'inherit',
  env: { ...process.env, SHOWDOWN_HOME: home },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 1);
});

/** Showdown writes beside its own code, so it runs from a copy; `npm ci` never touches what people wrote. */
function layOut(): void {
  const source = join(here, 'node_modules/pokemon-showdown');
  const marker = join(home, '.version');
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string };
  if (!existsSync(marker) || readFileSync(marker, 'utf8') !== version) {
    rmSync(join(home, 'dist'), { recursive: true, force: true });
    for (const part of [
      'pokemon-showdown',
      'package.json',
      'LICENSE',
      'config',
      'databases',
      'dist',
      'server/static',
    ]) {
      cpSync(join(source, part), join(home, part), {
        recursive: true,
        filter: (file) => !file.endsWith('.map'),
      });
    }
    for (const empty of ['logs', 'config/chat-plugins']) mkdirSync(join(home, empty), { recursive: true });
    writeFileSync(marker, version);
  }
  if (!existsSync(join(home, 'node_modules')))
    symlinkSync(join(here, 'node_modules'), join(home, 'node_modules'));
  load('config/config.js', 'config.cjs');
  load('dist/server/chat-plugins/keben.js', 'plugin/index.ts');
  makeLoginKey();
}

/** Showdown looks for plugins by name in its own folders: a line there names ours. Node reads TypeScript as it is. */
function load(name: string, file: string): void {
  writeFileSync(join(home, name), `module.exports = require(${JSON.stringify(join(here, file))});\n`);
}

/** Stands in for the key of a login server, which Showdown's package does not contain. */
function makeLoginKey(): void {
  const secret = join(home, 'config/login.pem');
  if (existsSync(secret)) return;
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(home, 'config/login.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}
