import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '../base/config.ts';
import type { Tx } from '../base/database.ts';
import { listOrganisations, organisationNamed } from '../base/organisation-store.ts';
import {
  countSignalsOfBanks,
  importHashes,
  isRequestList,
  listBanks,
  matchActions,
  readHashes,
  readRequests,
  removeHashes,
} from '../detect/media/index.ts';
import { provenanceOf } from '../detect/provenance/index.ts';
import { open } from '../start.ts';
import { UsageError } from './usage-error.ts';

/** `keben provenance FILE…`: one JSON line a file, in order; exit code 1 when one could not be read. */
export async function printProvenance(words: string[]): Promise<void> {
  const { positionals } = parseArgs({ args: words, allowPositionals: true });
  if (positionals.length === 0) throw new UsageError('provenance needs files: keben provenance FILE…');
  for (const file of positionals) {
    const told = await provenanceOf(await readFile(file));
    if (told.status === 'unavailable') process.exitCode = 1;
    process.stdout.write(`${JSON.stringify({ file, ...told })}\n`);
  }
}

const SHOWN = 20;

/** `keben hashes import FILE --list NAME …`: all lines or none, unless `--skip-bad`. */
export async function importHashFile(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      list: { type: 'string' },
      organisation: { type: 'string' },
      source: { type: 'string' },
      reason: { type: 'string' },
      platform: { type: 'string' },
      action: { type: 'string' },
      replace: { type: 'boolean', default: false },
      'ai-generated': { type: 'boolean', default: false },
      'skip-bad': { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  const name = values.list;
  if (file === undefined || !name) {
    throw new UsageError(
      'hashes import needs FILE --list NAME [--organisation NAME] [--source TEXT] [--reason TEXT] [--platform ID] [--action observe|hold|block] [--replace] [--ai-generated] [--skip-bad]',
    );
  }
  const action = matchActions.find((one) => one === values.action);
  if (values.action !== undefined && !action) {
    throw new UsageError(`--action is one of ${matchActions.join(', ')}, not "${values.action}".`);
  }
  if (values.replace && values['skip-bad']) {
    throw new UsageError('--replace with --skip-bad would remove what the bad lines name; mend the lines.');
  }
  const text = await readFile(file, 'utf8');
  const requests = isRequestList(text);
  const { contents, hashes, bad } = requests
    ? { hashes: [], ...readRequests(text) }
    : { contents: [], ...readHashes(text) };
  for (const { line, problem } of bad.slice(0, SHOWN)) console.error(`line ${line}: ${problem}`);
  if (bad.length > SHOWN) console.error(`… and ${bad.length - SHOWN} more bad lines`);
  if (bad.length > 0 && !values['skip-bad']) {
    throw new UsageError(
      `${bad.length} of ${bad.length + hashes.length + contents.length} lines cannot be read; nothing was imported. Mend them, or leave them out with --skip-bad.`,
    );
  }
  const { platform } = values;
  const listed = [
    ...hashes.map(({ kind, value, reason }) => ({ signals: [{ kind, value }], reason })),
    ...contents.filter(({ platforms }) => platform === undefined || platforms.includes(platform)),
  ];
  if (listed.length === 0) {
    throw new UsageError(
      `${file} holds no hash to import; nothing was changed. To empty a list use keben hashes remove.`,
    );
  }
  await withOrganisation(values.organisation, async (tx, owner) => {
    const generativeAi = values['ai-generated'];
    const list = {
      name,
      source: values.source ?? file,
      reason: values.reason ?? 'known abuse imagery',
      generativeAi,
      // What young people ask for is looked at by somebody before anything is stopped for good.
      action: action ?? (requests ? 'hold' : 'block'),
    };
    const made = await importHashes(tx, owner.id, list, listed, new Date(), { replace: values.replace });
    if (made === 'conflict') {
      throw new UsageError(
        `The list "${name}" is there ${generativeAi ? 'without' : 'with'} --ai-generated; nothing was imported. Give these hashes a list of their own.`,
      );
    }
    const left = bad.length === 0 ? '' : `, ${bad.length} bad lines left out`;
    const gone = values.replace ? `, ${made.removed} removed` : '';
    return `${listed.length} hashes read, ${made.added} new in the list "${name}" of ${owner.nameVi}${gone}${left}`;
  });
}

/** `keben hashes list [--organisation NAME]`. */
export async function printHashLists(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: { organisation: { type: 'string' } } });
  await withOrganisation(values.organisation, async (tx, owner) => {
    const lists = await listBanks(tx, owner.id);
    if (lists.length === 0) return `${owner.nameVi} has no hash list`;
    const counts = await countSignalsOfBanks(tx, owner.id);
    return lists
      .map(({ name, number, source, generativeAi, updatedAt }) => {
        const held = Object.entries(counts.get(number) ?? {}).map(([kind, n]) => `${n} ${kind}`);
        return `${name}  ${held.join(', ') || 'empty'}${generativeAi ? ', AI-generated' : ''}  from ${source}  changed ${updatedAt.toISOString()}`;
      })
      .join('\n');
  });
}

/** `keben hashes remove --list NAME`: the list and all its hashes. */
export async function removeHashList(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: { list: { type: 'string' }, organisation: { type: 'string' } },
  });
  const name = values.list;
  if (!name) throw new UsageError('hashes remove needs --list NAME [--organisation NAME]');
  await withOrganisation(values.organisation, async (tx, owner) => {
    if (!(await removeHashes(tx, owner.id, name, new Date()))) {
      throw new UsageError(`${owner.nameVi} has no list "${name}".`);
    }
    return `removed "${name}" of ${owner.nameVi}`;
  });
}

/** Runs `work` for the named organisation, or for the only platform; prints what it says after the commit. */
async function withOrganisation(
  name: string | undefined,
  work: (tx: Tx, owner: { id: string; nameVi: string }) => Promise<string>,
): Promise<void> {
  const { database, close } = await open(readConfig(process.env));
  try {
    console.log(
      await database.transaction('system', async (tx) => {
        if (name !== undefined) {
          const owner = await organisationNamed(tx, name);
          if (!owner) throw new UsageError(`There is no organisation called "${name}".`);
          return work(tx, owner);
        }
        const platforms = (await listOrganisations(tx)).filter(({ kind }) => kind === 'platform');
        const [only] = platforms;
        if (!only || platforms.length > 1) {
          throw new UsageError(
            `There are ${platforms.length} platforms: say which with --organisation NAME.`,
          );
        }
        return work(tx, only);
      }),
    );
  } finally {
    await close();
  }
}
