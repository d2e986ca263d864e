import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  jsonLines,
  LineError,
  loadDetectionPolicy,
  plainText,
  replay,
  runRuleTests,
  screenLine,
} from '../detect/index.ts';
import { simulate } from '../detect/simulate/index.ts';
import { UsageError } from './usage-error.ts';

const print = async (value: unknown) => {
  if (!process.stdout.write(`${JSON.stringify(value)}\n`)) await once(process.stdout, 'drain');
};

/** `keben replay FILE.ndjson [--rules DIR]`. */
export async function replayFile(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { rules: { type: 'string' } },
  });
  const [file] = positionals;
  if (file === undefined) throw new UsageError('replay needs a file: keben replay FILE.ndjson [--rules DIR]');
  const policy = loadDetectionPolicy(values.rules === undefined ? {} : { rulesFolder: values.rules });
  for await (const line of replay(file, policy)) await print(line);
}

/** `keben rules test [DIR]`: one line a test; exit code 1 when one fails. */
export async function testRules(words: string[]): Promise<void> {
  const { positionals } = parseArgs({ args: words, allowPositionals: true });
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

/** `keben screen [FILE.ndjson]`. */
export async function screenFile(words: string[]): Promise<void> {
  const { positionals } = parseArgs({ args: words, allowPositionals: true });
  for await (const { index, value } of jsonLines(positionals[0] ?? '-')) {
    const plain = plainText(value) ?? textOfEvent(value);
    if (!plain) throw new LineError(index + 1, 'neither {"id","text","lang"?} nor a CloudEvent with a text');
    await print(screenLine(plain));
  }
}

function textOfEvent(value: unknown): { id: string; text: string } | undefined {
  const event = value as { id?: unknown; specversion?: unknown; data?: { text?: unknown } } | null;
  if (typeof event !== 'object' || event === null || typeof event.id !== 'string' || !event.specversion)
    return undefined;
  return { id: event.id, text: typeof event.data?.text === 'string' ? event.data.text : '' };
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
  const out = values.out === '-' ? process.stdout : createWriteStream(values.out);
  let step = stream.next();
  for (; !step.done; step = stream.next()) {
    if (!out.write(`${JSON.stringify(step.value)}\n`)) await once(out, 'drain');
  }
  if (out !== process.stdout) {
    out.end();
    await once(out, 'finish');
  }
  if (values.labels !== undefined) {
    const labels = createWriteStream(values.labels);
    for (const label of step.value) labels.write(`${JSON.stringify(label)}\n`);
    labels.end();
    await once(labels, 'finish');
  }
}
