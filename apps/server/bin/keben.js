#!/usr/bin/env node
// Plain JavaScript, since any Node from 20 on must read it: runs `keben` here when this Node can run TypeScript, else
// with the Node of the npm package `node`.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const words = process.argv.slice(2);
const program = new URL('../src/main.ts', import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= 24 && process.features.typescript) {
  const { main } = await import(program.href);
  await main(words);
} else {
  const child = spawn(packagedNode(), [fileURLToPath(program), ...words], { stdio: 'inherit' });
  // What ends this process must end the program, and it may need a moment to stop in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (cause) => fail(cause.message));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

function packagedNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return fail('the npm package "node" is not installed');
  }
}

function fail(why) {
  process.stderr.write(
    `keben: this is Node ${process.versions.node}, and ${why}. Run \`npm ci\` in the repository, or use Node 24 or newer.\n`,
  );
  process.exit(1);
}
