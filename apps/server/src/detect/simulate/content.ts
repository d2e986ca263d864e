import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { StartError } from '../../base/data-dir.ts';
import { AgeBand, Harm } from '../../base/vocabulary.ts';
import { Relationship } from '../event.ts';
import type { Lang } from './noise.ts';
import type { Random } from './random.ts';

/** Folder of the templates and playbooks. */
const simulateFolder = join(import.meta.dirname, '../../../../../content/simulate');

/** One template a line; empty lines are skipped. */
const Lines = z
  .string()
  .transform((text) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  )
  .pipe(z.array(z.string()).min(1));
const Range = z.tuple([z.number().int().min(0), z.number().int().min(0)]);
const Who = z.enum(['minor', 'adult', 'any']);

const SlotsFile = z.strictObject({
  vi: z.record(z.string(), z.array(z.coerce.string()).min(2)),
  en: z.record(z.string(), z.array(z.coerce.string()).min(2)),
});

const ChatFile = z.strictObject({
  lang: z.enum(['vi', 'en']),
  topics: z.record(
    z.string(),
    z.strictObject({
      relationship: z.union([Relationship, z.literal('public')]),
      from: Who,
      to: Who,
      lines: Lines,
    }),
  ),
});

const Playbook = z.strictObject({
  kind: z.enum([
    'grooming',
    'slow-grooming',
    'sextortion',
    'trafficking',
    'fake-police',
    'online-kidnapping',
    'otp-thief',
    'bullying',
    'pile-on',
    'collusion',
    'ban-evasion',
  ]),
  harm: Harm,
  from: z.array(AgeBand).min(1),
  to: z.array(AgeBand).min(1),
  relationship: z.enum(['stranger', 'contact']),
  /** People taken through the stages, and people who only get the first approach (least, most). */
  victims: Range,
  approached: Range,
  /** Probability that a message is answered, and that a victim blocks or reports in the end. */
  answers: z.number().min(0).max(1),
  reports: z.number().min(0).max(1),
  /** Accounts that act together (least, most); alone without. */
  team: Range.optional(),
  /** After its story the person comes back with a new account on the same device. */
  returns: z.boolean().default(false),
  /** Everything is said to the whole circle, in its group conversation. */
  group: z.boolean().default(false),
  stages: z
    .array(
      z.strictObject({
        id: z.string(),
        lines: Range,
        gapHours: z.number().positive(),
        /** The stage where harm is close: it should have been noticed before. */
        grave: z.boolean().default(false),
        gift: z.boolean().default(false),
        payment: z.boolean().default(false),
        link: z.boolean().default(false),
        /** Ordinary messages between two lines (least, most). */
        chat: Range.optional(),
        vi: Lines,
        en: Lines,
      }),
    )
    .min(2),
  replies: z.strictObject({ vi: Lines, en: Lines }),
});
export type Playbook = z.infer<typeof Playbook>;
export type HarmKind = Playbook['kind'];

const CalmFile = z.strictObject({
  roles: z.record(
    z.string(),
    z.strictObject({
      from: z.array(AgeBand).min(1),
      to: z.array(AgeBand).min(1),
      relationship: Relationship,
      group: z.boolean().default(false),
      /** People written to, and lines for each (least, most). */
      people: Range,
      lines: Range,
      answers: z.number().min(0).max(1),
      vi: Lines,
      en: Lines,
    }),
  ),
  replies: z.strictObject({ vi: Lines, en: Lines }),
});
/** Somebody innocent whose doings look like harm from afar. */
export type CalmRole = z.infer<typeof CalmFile>['roles'][string] & {
  id: string;
  replies: { vi: string[]; en: string[] };
};

export interface Topic {
  id: string;
  lang: Lang;
  relationship: Relationship | 'public';
  from: 'minor' | 'adult' | 'any';
  to: 'minor' | 'adult' | 'any';
  lines: string[];
}

export interface SimulationContent {
  topics: Topic[];
  playbooks: Playbook[];
  calm: CalmRole[];
  /** The template with its {slots} filled; `{name2}` draws from the same words as `{name}`. */
  fill(template: string, lang: Lang, random: Random): string;
}

/** Which lines may be said: all, those that weights may be fitted on, or the third kept back to check the fit. */
export type LinePart = 'all' | 'fit' | 'held-out';

/** Reads content/simulate; a file with an error is named with what is wrong. */
export function loadSimulationContent(part: LinePart = 'all', folder = simulateFolder): SimulationContent {
  const some = (lines: string[]) =>
    part === 'all' ? lines : lines.filter((_, index) => (index % 3 === 2) === (part === 'held-out'));
  const both = <T extends { vi: string[]; en: string[] }>(item: T): T => ({
    ...item,
    vi: some(item.vi),
    en: some(item.en),
  });
  const slots = read(folder, 'slots.yaml', SlotsFile);
  const names = readdirSync(folder).sort();
  const topics = names
    .filter((name) => name.startsWith('chat-'))
    .flatMap((name) => {
      const file = read(folder, name, ChatFile);
      return Object.entries(file.topics).map(([id, topic]) => ({
        id,
        lang: file.lang,
        ...topic,
        lines: some(topic.lines),
      }));
    });
  const playbooks = names
    .filter((name) => name.startsWith('harm-'))
    .map((name) => read(folder, name, Playbook))
    .map((book) => ({ ...book, stages: book.stages.map(both) }));
  const calm = read(folder, 'calm.yaml', CalmFile);
  return {
    topics,
    playbooks,
    calm: Object.entries(calm.roles).map(([id, role]) => ({ id, ...both(role), replies: calm.replies })),
    fill: (template, lang, random) =>
      template.replace(/\{([a-z]+)2?\}/g, (_, slot: string) => {
        const words = slots[lang][slot];
        return words ? random.pick(words) : figure(slot, lang, random);
      }),
  };
}

function figure(slot: string, lang: Lang, random: Random): string {
  switch (slot) {
    case 'small':
      return String(random.int(1, 9));
    case 'number':
      return String(random.int(10, 999));
    case 'thousand':
      return String(random.int(2, 60) * 5);
    case 'million':
      return String(random.int(15, 45));
    case 'money':
      return (random.int(1, 180) * 500_000).toLocaleString(lang === 'vi' ? 'de-DE' : 'en-US');
    case 'code':
      return String(random.int(100_000, 999_999));
    default:
      throw new StartError(`content/simulate: {${slot}} is not a known slot. Add its words to slots.yaml.`);
  }
}

function read<T>(folder: string, name: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(parse(readFileSync(join(folder, name), 'utf8')));
  if (result.success) return result.data;
  throw new StartError(`content/simulate/${name} is not valid:\n${z.prettifyError(result.error)}`);
}
