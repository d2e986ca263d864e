import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cueById } from '@keben/cues';
import { parse } from 'yaml';
import { z } from 'zod';
import { StartError } from '../base/data-dir.ts';
import { LocalText } from '../base/vocabulary.ts';

const lawFolder = join(import.meta.dirname, '../../../../policy/law');
const LawEntry = z.object({
  id: z.string(),
  instrument: LocalText,
  article: z.string().nullish(),
  verified: z.boolean(),
});

let entries: ReadonlyMap<string, z.infer<typeof LawEntry>> | undefined;

/** The entries of policy/law by id. Throws a StartError that names the file. */
function laws(): ReadonlyMap<string, z.infer<typeof LawEntry>> {
  entries ??= new Map(
    readdirSync(lawFolder)
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => {
        const read = LawEntry.array().safeParse(parse(readFileSync(join(lawFolder, name), 'utf8')));
        if (!read.success) throw new StartError(`law/${name}: ${z.prettifyError(read.error)}`);
        return read.data.map((entry) => [entry.id, entry] as const);
      }),
  );
  return entries;
}

/** Ids of the laws that a policy may name. */
export function verifiedLaws(): string[] {
  return [...laws().values()].filter(({ verified }) => verified).map(({ id }) => id);
}

/** Instrument and article as people cite them; undefined when there is no such entry. */
export function lawName(id: string): LocalText | undefined {
  const entry = laws().get(id);
  if (!entry) return undefined;
  const { instrument, article } = entry;
  if (!article) return instrument;
  return {
    vi: `${instrument.vi}, ${article.replace(/\bArts?\b/, 'Điều')}`,
    en: `${instrument.en}, ${article}`,
  };
}

/** What is wrong with a `law` of a policy or setting; undefined when it names a verified entry, or nothing. */
export function checkLaw(id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  const known = laws().get(id);
  if (known === undefined)
    return `there is no law ${id} in policy/law; there are ${[...laws().keys()].join(', ')}.`;
  return known.verified ? undefined : `the law ${id} was not verified, so nothing may rest on it yet.`;
}

/** What is wrong with a `cue` of a policy or setting; undefined when it names an entry of policy/cues.yaml, or nothing. */
export function checkCue(id: string | undefined): string | undefined {
  return id === undefined || cueById(id) !== undefined ? undefined : `there is no cue ${id}.`;
}
