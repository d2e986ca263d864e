/**
 * `npm run bench:detect [-- --only text,step,memory,rules,classifier,kafka] [--no-kafka] [--json]`: how fast detection
 * is and what it costs, beside its goals and beside packages that do a part of it. Prints a table, and writes all figures
 * with machine and load to bench/results/. Every part runs in a process of its own, so that none warms another up.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, machine } from './detection/measure.ts';

const parts: Record<string, () => Promise<Figure[]>> = {
  text: async () => (await import('./detection/text.ts')).measureText(),
  step: async () => (await import('./detection/step.ts')).measureStep(),
  memory: async () => (await import('./detection/memory.ts')).measureMemory(),
  rules: async () => (await import('./detection/rules.ts')).measureRules(),
  classifier: async () => (await import('./detection/naive-bayes.ts')).measureNaiveBayes(),
  kafka: async () => (await import('./detection/through-kafka.ts')).measureKafka(),
};

interface Result {
  part: string;
  /** Load averages when the part began and ended. */
  load: { before: number[]; after: number[] };
  figures: Figure[];
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(parts).join(',') },
    'no-kafka': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    part: { type: 'string' },
  },
});

if (values.part === undefined) await runAll();
else {
  const figures = await parts[values.part]?.();
  process.stdout.write(JSON.stringify(figures ?? []));
}

async function runAll(): Promise<void> {
  const wanted = values.only.split(',').filter((name) => !(values['no-kafka'] && name === 'kafka'));
  const unknown = wanted.filter((name) => !(name in parts));
  if (unknown.length > 0)
    throw new Error(`--only: no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  const began = new Date();
  const results: Result[] = [];
  for (const part of wanted) {
    const why = part === 'kafka' ? missingForKafka() : undefined;
    if (why !== undefined) {
      console.error(`kafka: left out, ${why}`);
      continue;
    }
    console.error(`${part} …`);
    const before = machine().load;
    const figures = await inOwnProcess(part);
    results.push({ part, load: { before, after: machine().load }, figures });
  }
  const report = { at: began.toISOString(), machine: machine(), results };
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `detect-${began.toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  if (values.json) console.log(JSON.stringify(report));
  else print(report);
  console.error(`Written to ${file}`);
}

async function inOwnProcess(part: string): Promise<Figure[]> {
  const child = spawn(process.execPath, [import.meta.filename, '--part', part], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  for await (const chunk of child.stdout) out += String(chunk);
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode !== 0) throw new Error(`the part ${part} failed (see above)`);
  return JSON.parse(out) as Figure[];
}

function missingForKafka(): string | undefined {
  if (spawnSync('java', ['-version']).error) return 'Java is not installed';
  const found = spawnSync('sh', ['-c', 'command -v postgres || ls /usr/lib/postgresql/*/bin/postgres']);
  return found.status === 0 ? undefined : 'Postgres is not installed';
}

function print({ machine: on, results }: { machine: ReturnType<typeof machine>; results: Result[] }): void {
  const lines = results.flatMap(({ figures, load }) => figures.map((figure) => ({ ...figure, load })));
  console.table(
    lines.map(({ what, unit, value, byClock, wall, goal, load }) => ({
      figure: what,
      value: byClock ? '' : `${shown(value)} ${unit}`,
      'by the clock': byClock ? `${shown(value)} ${unit}` : wall === undefined ? '' : shown(wall),
      goal: goal === undefined ? '' : `≥ ${shown(goal)} ${value >= goal ? 'met' : 'MISSED'}`,
      load: `${load.before[0]} → ${load.after[0]}`,
    })),
  );
  for (const { what, note } of lines) console.log(`- ${what}: ${note}.`);
  console.log(
    `\n${on.cores} cores (${on.model}), ${on.memoryGiB} GiB, Node ${on.node}. Values that are rates are by CPU time, all threads of the process counted, and medians of several rounds: others on the machine change them less than the clock, but still do. Goals are for one core and judged by them; that of Kafka by the clock.`,
  );
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 3 : 1);
}
