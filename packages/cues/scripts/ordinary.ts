import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Random } from './evasions.ts';
import { linesOf, type Split } from './examples.ts';

const folder = join(import.meta.dirname, '../../../content/simulate');

interface Chat {
  topics: Record<string, { lines: string }>;
}

/** Everyday messages from the templates of content/simulate, `copies` of each with other words; a template is in one split. */
export function ordinaryMessages(
  copies: number,
  random: Random,
): { text: string; lang: 'vi' | 'en'; split: Split }[] {
  const slots = parse(readFileSync(join(folder, 'slots.yaml'), 'utf8')) as Record<
    string,
    Record<string, string[]>
  >;
  return (['vi', 'en'] as const).flatMap((lang) => {
    const { topics } = parse(readFileSync(join(folder, `chat-${lang}.yaml`), 'utf8')) as Chat;
    return Object.values(topics)
      .flatMap(({ lines }) => linesOf(lines))
      .flatMap((template) => {
        const split = splitOf(template);
        const texts = Array.from({ length: template.includes('{') ? copies : 1 }, () =>
          template.replace(/\{([a-z]+)2?\}/g, (_, slot: string) => {
            const words = slots[lang]?.[slot];
            return words
              ? String(words[Math.floor(random() * words.length)])
              : String(5 + Math.floor(random() * 95));
          }),
        );
        return [...new Set(texts)].map((text) => ({ text, lang, split }));
      });
  });
}

/** Six in ten train, two dev, two test, by the text itself. */
export function splitOf(text: string): Split {
  const digit = (createHash('sha256').update(text).digest()[0] ?? 0) % 10;
  return digit < 6 ? 'train' : digit < 8 ? 'dev' : 'test';
}
