/** Writes packages/cues/generated/*.json from policy/cues.yaml and policy/brands.yaml (`npm run cues`). */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Cue, PatternList } from '../src/cue.ts';
import { createPatternReader } from '../src/pattern-reader.ts';
import { createTokeniser } from '../src/tokens.ts';
import { seeded } from './evasions.ts';
import { readWide } from './examples.ts';
import { ordinaryMessages } from './ordinary.ts';

const policy = join(import.meta.dirname, '../../../policy');
const generated = join(import.meta.dirname, '../generated');

interface YamlCue extends Omit<Cue, 'mappings' | 'law'> {
  vi: string[];
  en: string[];
  not?: string[];
  law?: string[];
  dsa?: string;
  stix?: string;
  cybertipline?: string;
}

const harmToDsa: Record<string, string> = {
  scam: 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
  bullying: 'STATEMENT_CATEGORY_CYBER_VIOLENCE',
};

const readCues = () =>
  parse(readFileSync(join(policy, 'cues.yaml'), 'utf8')) as {
    version: string;
    sets: Record<string, string[]>;
    cues: YamlCue[];
  };

/** The patterns of the list as they should stand in their file, apart from what pages show of the cues. */
export function compilePatterns(): string {
  const { sets, cues } = readCues();
  const list: PatternList = { sets, cues: cues.map(({ id, vi, en, not = [] }) => ({ id, vi, en, not })) };
  createPatternReader(list);
  return `${JSON.stringify(list, null, 1)}\n`;
}

/** The compiled list as it should stand in the file. */
export function compileCues(): string {
  const source = readCues();
  const list: { version: string; cues: Cue[] } = {
    version: source.version,
    cues: source.cues.map(({ vi: _vi, en: _en, not: _not, law = [], dsa, stix, cybertipline, ...cue }) => {
      for (const field of [
        'id',
        'name',
        'meaning',
        'tactic',
        'harms',
        'severity',
        'advice',
        'lesson',
      ] as const) {
        if (cue[field] === undefined)
          throw new Error(`policy/cues.yaml: ${cue.id ?? 'a cue'} lacks ${field}`);
      }
      return {
        ...cue,
        law,
        mappings: {
          dsa: dsa ?? harmToDsa[cue.harms[0] ?? ''] ?? 'STATEMENT_CATEGORY_PROTECTION_OF_MINORS',
          stix: stix ?? 'indicator',
          ...(cybertipline === undefined ? {} : { cybertipline }),
        },
      };
    }),
  };
  return `${JSON.stringify(list, null, 1)}\n`;
}

/** The list of brands as it should stand in the file. */
export function compileBrands(): string {
  const source = parse(readFileSync(join(policy, 'brands.yaml'), 'utf8')) as {
    version: string;
    brands: { id: string; domains: string[]; words?: string[]; parts?: string[]; short?: string[] }[];
  };
  for (const { id, domains, words = [], parts = [], short = [] } of source.brands) {
    if (domains.length === 0) throw new Error(`policy/brands.yaml: ${id} has no domain of its own`);
    if (words.length + parts.length + short.length === 0)
      throw new Error(`policy/brands.yaml: ${id} has no name that could be borrowed`);
  }
  const ids = source.brands.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) throw new Error('policy/brands.yaml: two brands have one id');
  return `${JSON.stringify(source, null, 1)}\n`;
}

/** The list of concepts as it should stand in the file; its version names its bytes. */
export function compileConcepts(): string {
  const text = readFileSync(join(policy, 'concepts.yaml'), 'utf8');
  const source = parse(text) as { version: string; concepts: Record<string, string> };
  const version = `${source.version}+${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  const concepts = Object.entries(source.concepts).map(([id, words]) => ({
    id,
    words: [...new Set(words.normalize('NFC').toLowerCase().split(/\s+/))],
  }));
  return `${JSON.stringify({ version, concepts }, null, 1)}\n`;
}

/** The most frequent plain words of everyday messages: how often each stands in a thousand of them. */
export function compileEveryday(): string {
  const messages = [
    ...ordinaryMessages(1, seeded(1)),
    ...readWide().filter(({ topic }) => topic.startsWith('everyday')),
  ].filter(({ split }) => split === 'train');
  const tokensOf = createTokeniser(() => false);
  const counts = new Map<string, number>();
  for (const { text } of messages) {
    // All that a word may stand for counts: "a" is looked up as "anh" too, any figure as a number.
    const bases = tokensOf(text).flatMap(({ word }) => word.forms.flatMap(({ base }) => base.split('_')));
    for (const base of new Set(bases)) counts.set(base, (counts.get(base) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 500);
  const perThousand = Object.fromEntries(
    most.map(([base, count]) => [base, Math.round((count / messages.length) * 1e5) / 100]),
  );
  return `${JSON.stringify({ perThousand })}\n`;
}

if (import.meta.main) {
  writeFileSync(join(generated, 'everyday.json'), compileEveryday());
  writeFileSync(join(generated, 'concepts.json'), compileConcepts());
  writeFileSync(join(generated, 'brands.json'), compileBrands());
  writeFileSync(join(generated, 'cues.json'), compileCues());
  writeFileSync(join(generated, 'patterns.json'), compilePatterns());
}
