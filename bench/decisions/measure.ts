import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cpuSeconds } from './cpu.ts';
import type { Ask, LoadFigures, LoadJob } from './load.ts';

/** Something that decides, ready to be asked. */
export interface Candidate {
  name: string;
  url: URL;
  /** Processes that work for it: with their children they make up its CPU time. */
  pids: number[];
  one: Ask[];
  many: Ask[];
}

export interface Measured extends LoadFigures {
  /** Decisions a second. */
  rate: number;
  /** Microseconds of CPU a decision took each process of the candidate: its server, and its database if that is apart. */
  cpu: number[] | undefined;
}

export interface Result {
  name: string;
  /** At a fixed rate, whether answers come or not. */
  steady: Measured;
  /** As fast as answers come. */
  most: Measured;
  batch: Measured;
}

export interface Plan {
  rate: number;
  seconds: number;
}

/**
 * Measures one candidate: its most first, one question a request and many, and the fixed rate last, when its code has been
 * compiled and its memory has found its size, as in a server that has been up for a minute.
 */
export async function measure(candidate: Candidate, { rate, seconds }: Plan): Promise<Result> {
  const { name } = candidate;
  const base = { url: candidate.url.href, seconds };
  const most = await load(candidate, { ...base, asks: candidate.one, connections: 64, warmUp: 4 });
  const batch = await load(candidate, { ...base, asks: candidate.many, connections: 4, warmUp: 1 });
  const steady = await load(candidate, { ...base, asks: candidate.one, connections: 64, warmUp: 2, rate });
  return { name, steady, most, batch };
}

async function load({ pids }: Pick<Candidate, 'pids'>, job: LoadJob): Promise<Measured> {
  const before = used(pids);
  const figures = await inProcess<LoadFigures>('load.ts', job);
  const after = used(pids);
  const { failed, example, decisions, seconds } = figures;
  if (failed > 0) throw new Error(`${failed} requests failed, one of them with ${example}`);
  // CPU time covers the warm-up too, at the same rate.
  const share = seconds / (seconds + job.warmUp);
  return {
    ...figures,
    rate: decisions / seconds,
    cpu: after?.map((total, n) => (((total - (before?.[n] ?? total)) * share) / decisions) * 1e6),
  };
}

function used(pids: number[]): number[] | undefined {
  const each = pids.map(cpuSeconds).filter((seconds) => seconds !== undefined);
  return each.length === pids.length ? each : undefined;
}

/** What the load process reaches against a server that does nothing: requests a second, with these answers to read. */
export async function measureCeiling(asks: Ask[], answer: string): Promise<number> {
  const server = startProcess('ceiling.ts');
  server.send(answer);
  const [url] = (await once(server, 'message')) as [string];
  try {
    const job: LoadJob = { url, asks, connections: 64, seconds: 1.5, warmUp: 0.5 };
    const { requests, seconds } = await inProcess<LoadFigures>('load.ts', job);
    return requests / seconds;
  } finally {
    server.kill();
  }
}

/** Runs a file of this folder in a process of its own: one message to it, one answer. */
export async function inProcess<T>(file: string, job: object): Promise<T> {
  const child = startProcess(file);
  child.send(job);
  const answer = await Promise.race([
    once(child, 'message').then(([message]) => message as T),
    once(child, 'exit').then(() => undefined),
  ]);
  child.kill();
  if (answer === undefined) throw new Error(`${file} ended without figures (see above).`);
  return answer;
}

function startProcess(file: string): ChildProcess {
  return fork(join(import.meta.dirname, file), { serialization: 'advanced', execArgv: [] });
}
