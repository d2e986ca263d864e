import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Split } from './examples.ts';
import { splitOf } from './ordinary.ts';

/** A message of a public labelled set: what it says about one harm. */
export interface Labelled {
  set: 'sms-spam-en' | 'abuse-en';
  text: string;
  harm: 'scam' | 'bullying';
  yes: boolean;
  split: Split;
}

const folder = join(import.meta.dirname, '../../../../shared/data/text');

/**
 * The public sets that may be used for training, from the folder beside the repository (never copied into it); empty
 * where that folder is missing. SMS Spam Collection (UCI, CC BY 4.0): spam. Davidson et al. 2017 (MIT): hate or
 * offence. A text is in one split, by itself.
 */
export function publicSets(): Labelled[] {
  if (!existsSync(folder)) return [];
  const sms = readFileSync(join(folder, 'sms-spam-en.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line): Labelled[] => {
      const [label, text] = line.split('\t');
      if (!text || (label !== 'ham' && label !== 'spam')) return [];
      return [{ set: 'sms-spam-en', text, harm: 'scam', yes: label === 'spam', split: splitOf(text) }];
    });
  const abuse = csvRows(readFileSync(join(folder, 'abuse-en.csv'), 'utf8')).flatMap((row): Labelled[] => {
    const label = row[5];
    const text = row[6]
      ?.replace(/&#\d+;/g, ' ')
      .replaceAll('&amp;', '&')
      .replace(/\bRT\b|@\w+:?/g, ' ')
      .trim();
    if (!text || !/^[012]$/.test(label ?? '')) return [];
    return [{ set: 'abuse-en', text, harm: 'bullying', yes: label !== '2', split: splitOf(text) }];
  });
  return [...sms, ...abuse];
}

/** Rows of a CSV file (RFC 4180): quoted fields may hold commas, quotes and line ends. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') {
        field += '"';
        at++;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',' || char === '\n') {
      row.push(field.replace(/\r$/, ''));
      field = '';
      if (char === '\n') {
        rows.push(row);
        row = [];
      }
    } else field += char;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}
