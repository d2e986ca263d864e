import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../server.ts';
import type { Question } from './questions.ts';
import type { Translation } from './translate.ts';

const wanted = join(import.meta.dirname, 'cerbos');
// Beside what other tools keep there; `npm ci` clears it.
const cache = join(import.meta.dirname, '../../node_modules/.cache/keben-bench/cerbos-0.51.0');

export interface Peer {
  url: URL;
  process: ChildProcess;
  version: string;
  stop(): Promise<void>;
}

/**
 * The peer's program: npm package `cerbos` 0.51.0 (Apache-2.0), which brings the Cerbos server for the machine at hand.
 * Its 90 MB are fetched by npm when the bench first runs, in the version and with the checksum of the lock file here.
 */
function installPeer(): string {
  const program = join(cache, `node_modules/@cerbos/cerbos-${process.platform}-${process.arch}`);
  const binary = join(program, `cerbos-${process.platform}-${process.arch}`);
  if (existsSync(binary)) return binary;
  console.error('Installing the peer (cerbos 0.51.0 from npm, 90 MB) …');
  mkdirSync(cache, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(wanted, name), join(cache, name));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: cache,
    stdio: 'pipe',
  });
  if (!existsSync(binary)) {
    throw new Error(
      `npm has no cerbos server for ${process.platform}-${process.arch}, or its checksum differs.`,
    );
  }
  return binary;
}

/** Starts Cerbos with our policies in its language, without telemetry, audit log or watching of files. */
export async function startPeer({ rules }: Translation): Promise<Peer> {
  const binary = installPeer();
  const folder = mkdtempSync(join(tmpdir(), 'keben-peer-'));
  const policies = join(folder, 'policies');
  mkdirSync(policies);
  for (const [kind, own] of rules) {
    const policy = {
      apiVersion: 'api.cerbos.dev/v1',
      resourcePolicy: { resource: kind, version: 'default', rules: own },
    };
    writeFileSync(join(policies, `${kind}.yaml`), stringify(policy));
  }
  const [port, grpc] = [await freePort(), await freePort()];
  const config = {
    server: {
      httpListenAddr: `127.0.0.1:${port}`,
      grpcListenAddr: `127.0.0.1:${grpc}`,
      requestLimits: { maxActionsPerResource: 50, maxResourcesPerRequest: 500 },
    },
    storage: { driver: 'disk', disk: { directory: policies, watchForChanges: false } },
    telemetry: { disabled: true },
  };
  writeFileSync(join(folder, 'config.yaml'), stringify(config));
  const child = spawn(binary, ['server', '--config', join(folder, 'config.yaml'), '--log-level=error'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Kept for when it does not start. Later it tells of every request that the load process gave up, which is no news.
  let said = '';
  for (const out of [child.stdout, child.stderr]) {
    out.on('data', (part: Buffer) => {
      if (said.length < 4000) said += part.toString('utf8');
    });
  }
  const gone = once(child, 'exit');
  const url = new URL(`http://127.0.0.1:${port}`);
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const info = await ready(new URL('/api/server_info', url), child);
    return { url, process: child, version: info.version, stop };
  } catch (cause) {
    await stop();
    throw new Error(`The peer did not start: ${said}`, { cause });
  }
}

async function ready(url: URL, child: ChildProcess): Promise<{ version: string }> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (child.exitCode !== null) throw new Error(`The peer ended with exit code ${child.exitCode}.`);
    try {
      const response = await fetch(url);
      if (response.ok) return (await response.json()) as { version: string };
    } catch {
      // Not listening yet.
    }
    await wait(100);
  }
  throw new Error('The peer was not ready within 15 seconds.');
}

/**
 * The question in AuthZEN 1.0 as Cerbos needs it: it holds no accounts, so the facts travel with the question; only those
 * that some policy for the action reads, which spares it the reading of the others.
 */
export function asPeerAsked({ subject, action, resource, facts }: Question, { reads }: Translation) {
  const paths = reads.get(action) ?? new Set();
  const { context, ...target } = {
    ...only(facts.resource, 'resource', paths),
    context: only(facts.context, 'context', paths),
  };
  return {
    subject: { type: 'account', id: subject, properties: only(facts.principal, 'principal', paths) },
    action: { name: action },
    resource: { type: resource.type, id: resource.id, properties: { ...target, context } },
    // Cerbos refuses many questions at once without one.
    context: { platform: 'bench' },
  };
}

function only(
  facts: Record<string, unknown>,
  root: string,
  paths: ReadonlySet<string>,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(facts)) {
    const path = `${root}.${name}`;
    if (paths.has(path)) kept[name] = value;
    else if (typeof value === 'object' && value !== null) {
      const inner = only(value as Record<string, unknown>, path, paths);
      if (Object.keys(inner).length > 0) kept[name] = inner;
    }
  }
  return kept;
}
