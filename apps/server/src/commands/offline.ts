import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { jsonLines } from '../base/json-lines.ts';
import {
  loadDetectionPolicy,
  type ReplayedLine,
  replay,
  type ScreenedLine,
  screen,
} from '../detect/offline/index.ts';
import { UsageError } from './usage-error.ts';

/** Bad lines that are told one by one on standard error. */
const TOLD = 20;

/** Prints one line for each, in order; what could not be read is told on standard error too, and makes the exit code 1. */
async function printLines(lines: AsyncIterable<ScreenedLine | ReplayedLine>): Promise<void> {
  let bad = 0;
  let read = 0;
  for await (const one of lines) {
    read++;
    if (!process.stdout.write(`${JSON.stringify(one)}\n`)) await once(process.stdout, 'drain');
    if ('error' in one && ++bad <= TOLD) process.stderr.write(`keben: line ${one.line}: ${one.error}\n`);
  }
  if (bad === 0) return;
  process.exitCode = 1;
  process.stderr.write(
    `keben: ${bad} of ${read} lines could not be read; each has a line with "error" in the output.\n`,
  );
}

/** `keben replay [FILE.ndjson] [--rules DIR]`. */
export async function replayFile(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { rules: { type: 'string' } },
  });
  const policy = loadDetectionPolicy(values.rules === undefined ? {} : { rulesFolder: values.rules });
  await printLines(replay(jsonLines(inputOf(positionals)), policy));
}

/** `keben screen [FILE.ndjson]`. */
export async function screenFile(words: string[]): Promise<void> {
  const { positionals } = parseArgs({ args: words, allowPositionals: true });
  await printLines(screenAll(inputOf(positionals)));
}

async function* screenAll(path: string): AsyncGenerator<ScreenedLine> {
  for await (const line of jsonLines(path)) yield screen(line);
}

/** The one file named, or standard input. */
function inputOf(files: string[]): string {
  if (files.length > 1) throw new UsageError(`One file at a time, not ${files.length}: ${files.join(' ')}`);
  return files[0] ?? '-';
}

/** `keben rules test [DIR]`: one line a test; exit code 1 when one fails. */
export async function testRules(words: string[]): Promise<void> {
  const { positionals } = parseArgs({ args: words, allowPositionals: true });
  const { runRuleTests } = await import('../detect/index.ts');
  const results = runRuleTests(positionals[0]);
  for (const { file, name, wrong } of results) {
    console.log(
      wrong === undefined ? `ok      ${file}: ${name}` : `FAILED  ${file}: ${name}\n          ${wrong}`,
    );
  }
  const failed = results.filter(({ wrong }) => wrong !== undefined).length;
  console.log(`${results.length - failed} of ${results.length} passed`);
  if (failed > 0) process.exitCode = 1;
}

/** `keben simulate`: events as NDJSON, labels as one JSON file. */
export async function simulateToFile(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      seed: { type: 'string', default: '1' },
      accounts: { type: 'string', default: '1000' },
      events: { type: 'string', default: '10000' },
      harmful: { type: 'string', default: '3' },
      days: { type: 'string', default: '7' },
      start: { type: 'string', default: '2026-11-01T00:00:00Z' },
      out: { type: 'string', default: '-' },
      labels: { type: 'string' },
    },
  });
  const { simulate } = await import('../detect/simulate/index.ts');
  const number = (name: 'seed' | 'accounts' | 'events' | 'harmful' | 'days') => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0) {
      throw new UsageError(`--${name} must be a whole number, not "${values[name]}".`);
    }
    return value;
  };
  const from = new Date(values.start);
  if (Number.isNaN(from.getTime())) {
    throw new UsageError(`--start must be a time such as 2026-11-01T00:00:00Z, not "${values.start}".`);
  }
  const stream = simulate({
    seed: number('seed'),
    accounts: number('accounts'),
    events: number('events'),
    harmfulPerThousand: number('harmful'),
    start: from,
    days: number('days'),
  });
  const out = values.out === '-' ? process.stdout : await openFile(values.out);
  let step = stream.next();
  for (; !step.done; step = stream.next()) {
    if (!out.write(`${JSON.stringify(step.value)}\n`)) await once(out, 'drain');
  }
  if (out !== process.stdout) {
    out.end();
    await once(out, 'finish');
  }
  if (values.labels !== undefined) {
    const labels = await openFile(values.labels);
    for (const label of step.value) labels.write(`${JSON.stringify(label)}\n`);
    labels.end();
    await once(labels, 'finish');
  }
}

/** Opens first, so that a path that cannot be written is told of before anything is made. */
async function openFile(path: string) {
  const file = createWriteStream(path);
  await once(file, 'open');
  return file;
}
