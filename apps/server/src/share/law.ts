import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LocalText } from '../base/vocabulary.ts';

const policyFolder = join(import.meta.dirname, '../../../../policy');

/** One duty of one article; `verified: false` must not be shown as fact or drive a deadline. */
export const LawEntry = z
  .strictObject({
    id: z.string(),
    instrument: LocalText,
    article: z.string(),
    inForceFrom: z.iso.date().nullable(),
    inForceTo: z.iso.date().nullable(),
    duty: LocalText,
    deadlineHours: z.number().positive().nullable(),
    source: z.string(),
    verified: z.boolean(),
    checkedOn: z.iso.date(),
  })
  .meta({ id: 'LawEntry' });

export const Helpline = z
  .strictObject({
    id: z.string(),
    number: z.string(),
    name: LocalText,
    about: LocalText,
    checkedOn: z.iso.date(),
    source: z.string(),
  })
  .meta({ id: 'Helpline' });

/** The law map: every entry of policy/law. */
export function loadLaw(): z.infer<typeof LawEntry>[] {
  const folder = join(policyFolder, 'law');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => LawEntry.array().parse(parse(readFileSync(join(folder, name), 'utf8'))));
}

export function loadHelplines(): z.infer<typeof Helpline>[] {
  const text = readFileSync(join(policyFolder, 'helplines.yaml'), 'utf8');
  return z.strictObject({ helplines: Helpline.array() }).parse(parse(text)).helplines;
}
