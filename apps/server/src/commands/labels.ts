import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { readConfig } from '../base/config.ts';
import { exportLabels } from '../respond/index.ts';
import { open } from '../start.ts';
import { UsageError } from './usage-error.ts';

/** `keben labels export --out FILE`: one {@link LabelLine} a line; the file is readable by its owner alone. */
export async function exportLabelsToFile(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: { out: { type: 'string' } } });
  if (!values.out) throw new UsageError('labels export needs --out FILE');
  const file = values.out;
  const { database, keys, close } = await open(readConfig(process.env));
  let texts = 0;
  try {
    // Never into a file that is there already: it would keep that file's owner, mode and readers.
    const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
    await once(out, 'open').catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'EEXIST'
        ? new UsageError(`${file} is there already. Name a new file, or delete that one first.`)
        : cause;
    });
    for await (const line of exportLabels(database, keys, new Date())) {
      texts += 1;
      if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'finish');
  } finally {
    await close();
  }
  process.stderr.write(
    `${texts} texts of decided cases were opened and written to ${file} (readable by you alone); the audit log says so.\nThese are words of children and of those who approached them: use the file for training, then delete it.\n`,
  );
}
