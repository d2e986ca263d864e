import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Example {
  text: string;
  cue: string;
  /** True when the cue is there, false for an innocent look-alike. */
  yes: boolean;
  split: 'train' | 'dev' | 'test';
  lang: 'vi' | 'en';
}

interface File {
  cue: string;
  families: { split: Example['split']; lang: Example['lang']; kind: boolean | 'yes' | 'no'; lines: string }[];
}

const folder = join(import.meta.dirname, '../examples');

/** All examples of packages/cues/examples, one file a cue. */
export function readExamples(): Example[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && name !== 'first.yaml')
    .sort()
    .flatMap((name) => {
      const { cue, families } = parse(readFileSync(join(folder, name), 'utf8')) as File;
      return families.flatMap(({ split, lang, kind, lines }) =>
        lines
          .split('\n')
          .map((line) => line.trim().normalize('NFC'))
          .filter((line) => line !== '')
          .map((text) => ({ text, cue, yes: kind === true || kind === 'yes', split, lang })),
      );
    });
}
