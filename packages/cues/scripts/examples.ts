import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type Split = 'train' | 'dev' | 'test';

export interface Example {
  text: string;
  cue: string;
  /** Other cues that most lines of its family carry too. */
  also: string[];
  /** True when the cue is there, false for an innocent look-alike. */
  yes: boolean;
  split: Split;
  lang: 'vi' | 'en';
}

interface File {
  cue: string;
  families: {
    split: Split;
    lang: Example['lang'];
    kind: boolean | 'yes' | 'no';
    also?: string[];
    lines: string;
  }[];
}

const folder = join(import.meta.dirname, '../examples');

/** All examples of packages/cues/examples, one file a cue. */
export function readExamples(): Example[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && name !== 'first.yaml')
    .sort()
    .flatMap((name) => {
      const { cue, families } = parse(readFileSync(join(folder, name), 'utf8')) as File;
      return families.flatMap(({ split, lang, kind, also = [], lines }) =>
        linesOf(lines).map((text) => ({
          text,
          cue,
          also,
          yes: kind === true || kind === 'yes',
          split,
          lang,
        })),
      );
    });
}

/** The first set, one pair of lists a cue: what the patterns must find and pass by. */
export function readFirstExamples(): { cue: string; text: string; yes: boolean }[] {
  const file = parse(readFileSync(join(folder, 'first.yaml'), 'utf8')) as Record<
    string,
    { yes: string[]; no: string[] }
  >;
  return Object.entries(file).flatMap(([cue, { yes, no }]) => [
    ...yes.map((text) => ({ cue, text, yes: true })),
    ...no.map((text) => ({ cue, text, yes: false })),
  ]);
}

export function linesOf(block: string): string[] {
  return block
    .split('\n')
    .map((line) => line.trim().normalize('NFC'))
    .filter((line) => line !== '');
}

/** A message of the wide set: every cue that it carries, none when it is innocent. */
export interface Wide {
  text: string;
  cues: string[];
  split: Split;
  lang: 'vi' | 'en';
  /** The file it stands in. */
  topic: string;
}

/** All messages of packages/cues/examples/wide: the usual wordings, and everyday talk. */
export function readWide(): Wide[] {
  const wide = join(folder, 'wide');
  return readdirSync(wide)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => {
      const { families } = parse(readFileSync(join(wide, name), 'utf8')) as {
        families: { split: Split; lang: Wide['lang']; cues: string[]; lines: string }[];
      };
      const topic = name.replace('.yaml', '');
      return families.flatMap(({ split, lang, cues, lines }) =>
        linesOf(lines).map((text) => ({ text, cues, split, lang, topic })),
      );
    });
}

/** Names the bytes of everything of ours that the text model is trained on. */
export function corpusDigest(): string {
  const hash = createHash('sha256');
  const add = (path: string) => hash.update(readFileSync(path));
  for (const part of [folder, join(folder, 'wide')]) {
    for (const name of readdirSync(part).sort()) if (name.endsWith('.yaml')) add(join(part, name));
  }
  const root = join(import.meta.dirname, '../../..');
  for (const name of ['slots', 'chat-vi', 'chat-en']) add(join(root, `content/simulate/${name}.yaml`));
  for (const name of ['cues', 'patterns', 'concepts', 'brands', 'hosts'])
    add(join(import.meta.dirname, `../generated/${name}.json`));
  return hash.digest('hex').slice(0, 16);
}
