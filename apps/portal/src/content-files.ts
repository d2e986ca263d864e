import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import type { LocalText } from './text/language.ts';

// Pages are built in apps/portal; the bundle that runs then lies elsewhere, so paths start at the working folder.
const root = resolve(process.cwd(), '../..');

/** A quiz of content/quiz, whose schema apps/server/src/learn/quiz.ts checks. */
export interface Quiz {
  id: string;
  version: number;
  title: LocalText;
  items: {
    id: string;
    genuine: boolean;
    from: LocalText;
    parts: { text: LocalText; cue?: string }[];
    why: LocalText;
    act: LocalText;
  }[];
}

/** Reads content/quiz/{id}.yaml while building. */
export function readQuiz(id: string): Quiz {
  return parse(readFileSync(resolve(root, `content/quiz/${id}.yaml`), 'utf8')) as Quiz;
}
