import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type AgeBand, isMinor, type Level } from '../base/vocabulary.ts';

/** 1 = most urgent … 4. */
export type Urgency = 1 | 2 | 3 | 4;

const Deadline = z.strictObject({
  hours: z.number().positive(),
  kind: z.string(),
  law: z.string().optional(),
});
const File = z.strictObject({
  cases: z.strictObject({ 1: Deadline, 2: Deadline, 3: Deadline, 4: Deadline }),
  referralAnswerHours: z.number().positive(),
});

const deadlines = File.parse(
  parse(readFileSync(join(import.meta.dirname, '../../../../policy/deadlines.yaml'), 'utf8')),
);

/** Urgency of a case that detection opened. Pure. */
export function urgencyOf(level: Level, counterpartBand: AgeBand | null): Urgency {
  const young = counterpartBand !== null && (isMinor(counterpartBand) || counterpartBand === 'unknown');
  if (level === 'critical') return young ? 1 : 2;
  if (level === 'high') return young ? 2 : 3;
  return young ? 3 : 4;
}

/** When a case of this urgency must have been acted upon, and by which rule. */
export function deadlineOf(urgency: Urgency, openedAt: Date): { at: Date; kind: string; law: string | null } {
  const { hours, kind, law } = deadlines.cases[urgency];
  return { at: new Date(openedAt.getTime() + hours * 3_600_000), kind, law: law ?? null };
}

export function referralDue(sentAt: Date): Date {
  return new Date(sentAt.getTime() + deadlines.referralAnswerHours * 3_600_000);
}
