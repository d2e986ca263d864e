import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cueById } from '@keben/cues';
import { parse } from 'yaml';
import { z } from 'zod';
import { StartError } from '../base/data-dir.ts';

const lawFolder = join(import.meta.dirname, '../../../../policy/law');
const LawId = z.object({ id: z.string(), verified: z.boolean() });

let verified: ReadonlyMap<string, boolean> | undefined;

/** Ids of policy/law with whether each was read at its source. Throws a StartError that names the file. */
function lawIds(): ReadonlyMap<string, boolean> {
  verified ??= new Map(
    readdirSync(lawFolder)
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => {
        const read = LawId.array().safeParse(parse(readFileSync(join(lawFolder, name), 'utf8')));
        if (!read.success) throw new StartError(`law/${name}: ${z.prettifyError(read.error)}`);
        return read.data.map(({ id, verified }) => [id, verified] as const);
      }),
  );
  return verified;
}

/** What is wrong with a `law` of a policy or setting; undefined when it names a verified entry, or nothing. */
export function checkLaw(id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  const known = lawIds().get(id);
  if (known === undefined)
    return `there is no law ${id} in policy/law; there are ${[...lawIds().keys()].join(', ')}.`;
  return known ? undefined : `the law ${id} was not verified, so nothing may rest on it yet.`;
}

/** What is wrong with a `cue` of a policy or setting; undefined when it names an entry of policy/cues.yaml, or nothing. */
export function checkCue(id: string | undefined): string | undefined {
  return id === undefined || cueById(id) !== undefined ? undefined : `there is no cue ${id}.`;
}
