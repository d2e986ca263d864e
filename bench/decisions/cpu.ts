import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of /proc in a second (USER_HZ, 100 on every Linux that Node supports). */
const TICKS = 100;

/**
 * CPU seconds that a process and its children used so far, by /proc; undefined where there is none. Unlike rates by the
 * clock it hardly changes when others use the machine at the same time.
 */
export function cpuSeconds(pid: number): number | undefined {
  const own = readStat(pid);
  if (!own) return undefined;
  // Children that ended count with their parent, or a closed connection would look like time given back.
  let ticks = own.running + own.ended;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const other = readStat(Number(name));
    if (other?.parent === pid) ticks += other.running;
  }
  return ticks / TICKS;
}

function readStat(pid: number): { parent: number; running: number; ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may hold anything; what follows it is numbers (proc(5)).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const sum = (from: number) => Number(fields[from]) + Number(fields[from + 1]);
    return { parent: Number(fields[1]), running: sum(11), ended: sum(13) };
  } catch {
    // Ended meanwhile, or no Linux.
    return undefined;
  }
}
