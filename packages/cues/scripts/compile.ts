/** Writes packages/cues/generated/cues.json from policy/cues.yaml (`npm run cues`); `--check` only says if it is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createAnalyser } from '../src/analyse.ts';
import type { CueList, CueSource } from '../src/cue.ts';

const yamlPath = join(import.meta.dirname, '../../../policy/cues.yaml');
const jsonPath = join(import.meta.dirname, '../generated/cues.json');

interface YamlCue extends Omit<CueSource, 'patterns' | 'mappings' | 'law' | 'not'> {
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

/** The compiled list as it should stand in the file. */
export function compileCues(): string {
  const source = parse(readFileSync(yamlPath, 'utf8')) as {
    version: string;
    sets: Record<string, string[]>;
    cues: YamlCue[];
  };
  const list: CueList = {
    version: source.version,
    sets: source.sets,
    cues: source.cues.map(({ vi, en, not = [], law = [], dsa, stix, cybertipline, ...cue }) => {
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
        patterns: { vi, en },
        not,
      };
    }),
  };
  createAnalyser(list);
  return `${JSON.stringify(list, null, 1)}\n`;
}

if (import.meta.main) {
  const wanted = compileCues();
  if (process.argv.includes('--check')) {
    if (readFileSync(jsonPath, 'utf8') !== wanted) {
      console.error('packages/cues/generated/cues.json is stale: run npm run cues');
      process.exitCode = 1;
    }
  } else writeFileSync(jsonPath, wanted);
}
