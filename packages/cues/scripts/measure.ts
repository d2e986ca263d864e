/** What `npm run eval` measures on texts. Everything here looks at the test split alone, but for what names another. */
import { analyse, type Cue, cueById, cues, type Harm } from '../src/index.ts';
import { evasions, seeded } from './evasions.ts';
import { type Example, readExamples, readWide, type Split } from './examples.ts';
import { ordinaryMessages } from './ordinary.ts';
import { publicSets } from './public-sets.ts';

/** Counts of a yes-or-no decision, with the measures that follow from them. */
export interface Score {
  yes: number;
  no: number;
  hit: number;
  wrong: number;
  precision: number;
  recall: number;
  f1: number;
  /** F with precision counted double, since a false alarm costs a family its trust. */
  f05: number;
}

export function scoreOf(outcomes: Iterable<{ told: boolean; truth: boolean }>): Score {
  let yes = 0;
  let no = 0;
  let hit = 0;
  let wrong = 0;
  for (const { told, truth } of outcomes) {
    if (truth) yes++;
    else no++;
    if (told && truth) hit++;
    if (told && !truth) wrong++;
  }
  const precision = hit / (hit + wrong || 1);
  const recall = hit / (yes || 1);
  const f = (beta: number) => ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall || 1);
  return { yes, no, hit, wrong, precision, recall, f1: f(1), f05: f(0.5) };
}

/** A harm counts as told from this probability on. */
export const TOLD = 0.5;

export interface Message {
  text: string;
  lang: 'vi' | 'en';
  /** Cues that are surely there; none in an innocent message. */
  cues: string[];
  /** The cue that a hard negative imitates. */
  imitates?: string;
}

/** All our labelled messages of a split: examples, the wide set, everyday chat. */
export function messagesOf(split: Split): Message[] {
  const own = readExamples()
    .filter((one) => one.split === split)
    .map(
      ({ text, lang, cue, also, yes }: Example): Message =>
        yes ? { text, lang, cues: [cue, ...also] } : { text, lang, cues: [], imitates: cue },
    );
  const wide = readWide().filter((one) => one.split === split);
  const everyday = ordinaryMessages(3, seeded(9)).filter((one) => one.split === split);
  return [
    ...own,
    ...wide.map(({ text, lang, cues: ids }) => ({ text, lang, cues: ids })),
    ...everyday.map(({ text, lang }) => ({ text, lang, cues: [] })),
  ];
}

type Read = Message & { analysis: ReturnType<typeof analyse> };
const readAll = (messages: readonly Message[]): Read[] =>
  messages.map((message) => ({ ...message, analysis: analyse(message.text) }));
const hasCue = ({ analysis }: Read, cue: string) => analysis.cues.some((one) => one.cue === cue);
const harmOf = ({ analysis }: Read, harm: Harm) => analysis.harms[harm] ?? 0;
const anyHarm = (read: Read) => Math.max(0, ...Object.values(read.analysis.harms)) >= TOLD;

/**
 * Precision, recall and F by cue, against every innocent message of the split. A message with other cues is left out
 * of a cue's false alarms: whether it carries this one too was not judged.
 */
export function byCue(reads: readonly Read[]): { cue: string; lang: 'all' | 'vi' | 'en'; score: Score }[] {
  return cues.flatMap(({ id }) =>
    (['all', 'vi', 'en'] as const).flatMap((lang) => {
      const known = reads.filter(
        (read) =>
          (lang === 'all' || read.lang === lang) && (read.cues.length === 0 || read.cues.includes(id)),
      );
      const score = scoreOf(known.map((read) => ({ told: hasCue(read, id), truth: read.cues.includes(id) })));
      return score.yes === 0 ? [] : [{ cue: id, lang, score }];
    }),
  );
}

const harms = [...new Set(cues.flatMap((cue) => cue.harms))].sort();

/** By harm: a message carries the first harm of each of its cues; what its cues may also serve is left out. */
export function byHarm(reads: readonly Read[]): { harm: Harm; score: Score }[] {
  return harms.map((harm) => ({
    harm,
    score: scoreOf(
      knownFor(reads, harm).map((read) => ({
        told: harmOf(read, harm) >= TOLD,
        truth: firstHarms(read.cues).has(harm),
      })),
    ),
  }));
}

const knownFor = (reads: readonly Read[], harm: Harm) =>
  reads.filter(({ cues: ids }) => ids.length === 0 || firstHarms(ids).has(harm) || !allHarms(ids).has(harm));
const cuesOf = (ids: readonly string[]) => ids.map((id) => cueById(id) as Cue);
const firstHarms = (ids: readonly string[]) => new Set(cuesOf(ids).flatMap(({ harms }) => harms.slice(0, 1)));
const allHarms = (ids: readonly string[]) => new Set(cuesOf(ids).flatMap(({ harms }) => harms));

/** Whether anything at all is told: some harm, whichever. */
export function anyOf(reads: readonly Read[]): { slice: string; score: Score }[] {
  const slices: [string, (read: Read) => boolean][] = [
    ['all', () => true],
    ['vi', ({ lang }) => lang === 'vi'],
    [
      'vi without diacritics',
      ({ lang, text }) => lang === 'vi' && !/[^\p{ASCII}\p{Emoji}\s“”’…–]/u.test(text),
    ],
    ['en', ({ lang }) => lang === 'en'],
  ];
  return slices.map(([slice, fits]) => ({
    slice,
    score: scoreOf(reads.filter(fits).map((read) => ({ told: anyHarm(read), truth: read.cues.length > 0 }))),
  }));
}

/** Expected calibration error over ten equal bins (Naeini et al. 2015), of every harm's probability on what is known of it. */
export function calibrationError(reads: readonly Read[]): { harm: Harm; error: number }[] {
  return harms.map((harm) => {
    const bins = Array.from({ length: 10 }, () => ({ p: 0, yes: 0 }));
    const known = knownFor(reads, harm);
    for (const read of known) {
      const p = harmOf(read, harm);
      const bin = bins[Math.min(9, Math.floor(p * 10))] as { p: number; yes: number };
      bin.p += p;
      if (firstHarms(read.cues).has(harm)) bin.yes++;
    }
    return {
      harm,
      error: bins.reduce((sum, { p, yes }) => sum + Math.abs(p - yes), 0) / (known.length || 1),
    };
  });
}

/** The public sets' own test messages, each by the harm that it is labelled for. */
export function onPublicSets(split: Split): { set: string; harm: string; score: Score }[] {
  const all = publicSets().filter((one) => one.split === split);
  return [...new Set(all.map(({ set }) => set))].map((set) => {
    const own = all.filter((one) => one.set === set);
    const harm = own[0]?.harm ?? 'scam';
    return {
      set,
      harm,
      score: scoreOf(
        own.map((one) => ({ told: (analyse(one.text).harms[harm] ?? 0) >= TOLD, truth: one.yes })),
      ),
    };
  });
}

/** Recall on harmful messages as written and under each disguise: of their own cue, and of some harm. */
export function underDisguise(split: Split): { disguise: string; cue: number; harm: number }[] {
  const harmful = messagesOf(split).filter((message) => message.cues.length > 0);
  const rows: [string, (text: string, random: () => number) => string][] = [
    ['as written', (text) => text],
    ...Object.entries(evasions),
  ];
  return rows.map(([disguise, change]) => {
    const random = seeded(77);
    let cue = 0;
    let harm = 0;
    for (const message of harmful) {
      const parts = change(message.text, random).split('\n');
      // Of a message sent in pieces each piece is read after the one before it, as detection does.
      const found = parts.map((text, at) =>
        analyse(text, at === 0 ? {} : { before: parts[at - 1] as string }),
      );
      if (found.some(({ cues: seen }) => seen.some((one) => message.cues.includes(one.cue)))) cue++;
      if (found.some(({ harms }) => Math.max(0, ...Object.values(harms)) >= TOLD)) harm++;
    }
    return { disguise, cue: cue / harmful.length, harm: harm / harmful.length };
  });
}

export function readSplit(split: Split): Read[] {
  return readAll(messagesOf(split));
}
