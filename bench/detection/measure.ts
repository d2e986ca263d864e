import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One measured figure. Rates are per second. */
export interface Figure {
  what: string;
  unit: string;
  /** What counts against the goal: for rates by CPU time, which others on the machine change less than the clock. */
  value: number;
  /** `value` was taken by the clock: many processes had a part in it. */
  byClock?: true;
  /** The same by the clock on the wall. */
  wall?: number;
  goal?: number;
  /** What was measured, and what a reader must know to judge it. */
  note: string;
}

export interface Rate {
  /** Units a second of CPU time: all threads of the process, so that collecting garbage and compiling count too. */
  cpu: number;
  wall: number;
}

/** Runs `work` (which does `units` units) some times and gives the medians. `prepare` makes its input, off the clock. */
export function rateOf<T>(
  units: number,
  work: (input: T) => void,
  prepare: (round: number) => T,
  { rounds = 9, warmUp = 2 }: { rounds?: number; warmUp?: number } = {},
): Rate {
  const found: Rate[] = [];
  for (let round = 0; round < rounds + warmUp; round++) {
    const input = prepare(round);
    const used = process.cpuUsage();
    const began = performance.now();
    work(input);
    const wall = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(used);
    if (round >= warmUp) found.push({ cpu: units / ((user + system) / 1e6), wall: units / wall });
  }
  return { cpu: median(found.map(({ cpu }) => cpu)), wall: median(found.map(({ wall }) => wall)) };
}

/** {@link rateOf} for work that waits. */
export async function rateOfAsync(
  units: number,
  work: () => Promise<void>,
  { rounds = 9, warmUp = 2 }: { rounds?: number; warmUp?: number } = {},
): Promise<Rate> {
  const found: Rate[] = [];
  for (let round = 0; round < rounds + warmUp; round++) {
    const used = process.cpuUsage();
    const began = performance.now();
    await work();
    const wall = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(used);
    if (round >= warmUp) found.push({ cpu: units / ((user + system) / 1e6), wall: units / wall });
  }
  return { cpu: median(found.map(({ cpu }) => cpu)), wall: median(found.map(({ wall }) => wall)) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Bytes in use on the heap after everything that can go has gone. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let n = 0; n < 4; n++) collect();
  return process.memoryUsage().heapUsed;
}

export interface Machine {
  cores: number;
  model: string;
  memoryGiB: number;
  node: string;
  /** Load averages over 1, 5 and 15 minutes. */
  load: number[];
}

export function machine(): Machine {
  return {
    cores: availableParallelism(),
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: loadavg().map((value) => Math.round(value * 100) / 100),
  };
}
