import { judgeLinks, type Link, linksOf } from './links.ts';
import { numbersOf, paymentDetails } from './numbers.ts';
import type { Observation } from './pattern-reader.ts';

/** Where a text leads: what its links and numbers say, for the text model and as cues. */
export interface Leads {
  /** `link KIND` and `number KIND`, each once. */
  signs: readonly string[];
  cues: readonly Observation[];
}

export const LOOK_ALIKE = 'look-alike-link';
const RISKY = 'suspicious-link';
export const PAYMENT = 'payment-details';
const LOOK_ALIKE_SCORE = 0.9;
const none: Leads = { signs: [], cues: [] };

/**
 * Reads the links and numbers of a text. `beside` are addresses that were sent beside it: what they show stands at
 * 0..0, and is left out where the text shows it too.
 */
export function leadsOf(text: string, beside: readonly string[] = []): Leads {
  const links = linksOf(text);
  const numbers = numbersOf(text);
  if (links.length === 0 && numbers.length === 0 && beside.length === 0) return none;
  const signs = new Set<string>();
  const cues: Observation[] = [];
  for (const link of links) {
    addSigns(signs, link);
    const cue = cueOf(link);
    if (cue) cues.push(cue);
  }
  for (const { kind } of numbers) signs.add(`number ${kind}`);
  for (const { found, score } of paymentDetails(text, numbers))
    cues.push({ cue: PAYMENT, score, start: found.start, end: found.end });
  for (const link of beside.length === 0 ? [] : judgeLinks(beside)) {
    addSigns(signs, link);
    const cue = cueOf(link);
    if (cue && !cues.some((one) => one.cue === cue.cue)) cues.push({ ...cue, start: 0, end: 0 });
  }
  return { signs: [...signs], cues };
}

/**
 * Puts what links and numbers show among what words show: its place is exact, so it stands for wider sightings of the
 * same cue there; what stood beside the text only adds cues that the text does not show.
 */
export function addLeads(found: readonly Observation[], leads: readonly Observation[]): Observation[] {
  let all = [...found];
  for (const lead of leads) {
    if (lead.end === 0) {
      if (!all.some(({ cue }) => cue === lead.cue)) all.push(lead);
      continue;
    }
    const same = (one: Observation) => one.cue === lead.cue && one.start < lead.end && lead.start < one.end;
    const score = Math.max(lead.score, ...all.filter(same).map((one) => one.score));
    all = [...all.filter((one) => !same(one)), { ...lead, score }];
  }
  return all;
}

function addSigns(signs: Set<string>, { kind, disguised }: Link): void {
  signs.add(`link ${kind}`);
  if (disguised) signs.add('link disguised');
}

function cueOf({ kind, risk, start, end }: Link): Observation | undefined {
  if (kind === 'look-alike') return { cue: LOOK_ALIKE, score: LOOK_ALIKE_SCORE, start, end };
  return risk === undefined ? undefined : { cue: RISKY, score: risk, start, end };
}
