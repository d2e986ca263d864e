import { LEAST_FRAME_QUALITY } from '@keben/pdq';
import { z } from 'zod';
import { matchActions } from './content-state.ts';
import type { hashBank } from './schema.ts';
import { PDQ_QUALITY, PDQ_RADIUS, type Signal, signalDigits, signalKinds, WIDEST_RADIUS } from './signal.ts';

export type BankRow = typeof hashBank.$inferSelect;

/** Who does something: a member of staff, or a part of the system (`api`, `operator`, `removal`). */
export interface Actor {
  id: string;
  name: string;
}

/** 14 bits of an index id. */
export const MOST_BANKS = 16_383;

/** A text of somebody. Postgres keeps no NUL. */
export const bankText = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => !text.includes('\0'), 'must be without the character NUL');
const line = bankText(500);

/** The settings of a bank. */
export const BankSettings = z.strictObject({
  source: line.describe('Who stands for these hashes'),
  reason: line.describe('Why a match matters, in words for a responder'),
  enabledRatio: z.number().min(0).max(1).describe('Part of lookups that ask this bank'),
  threshold: z
    .number()
    .int()
    .min(0)
    .max(WIDEST_RADIUS)
    .describe('Differing bits of 256 up to which a PDQ hash counts as the same'),
  action: z.enum(matchActions).describe('What follows when a confirmed content matches to the bit'),
  arrives: z
    .enum(['confirmed', 'unconfirmed'])
    .describe('What a content is when the operator imports it; what others add is unconfirmed'),
  retentionDays: z.number().int().min(1).max(36_500).nullable().describe('Contents end after so many days'),
});
export type BankSettings = z.infer<typeof BankSettings>;

export const NewBank = BankSettings.partial().extend({
  name: bankText(120),
  source: line,
  reason: line,
  generativeAi: z.boolean().optional().describe('What is in it was made by a generative model'),
});
export type NewBank = z.infer<typeof NewBank>;

/** What a bank is that says no more than name, source and reason. */
export const bankDefaults = {
  enabledRatio: 1,
  threshold: PDQ_RADIUS,
  action: 'hold',
  arrives: 'unconfirmed',
  retentionDays: null,
  generativeAi: false,
} as const satisfies Partial<NewBank>;

/** A hash as somebody sends it; too little shape (PDQ quality under 50, vPDQ under 31) is refused. */
export const SignalInput = z
  .strictObject({
    kind: z.enum(signalKinds),
    value: z.string().trim().toLowerCase(),
    quality: z.number().int().min(0).max(100).optional().describe('PDQ quality'),
    seconds: z.number().min(0).max(1_000_000).optional().describe('Where in the film the frame stands'),
  })
  .superRefine(({ kind, value, quality }, context) => {
    if (!new RegExp(`^[0-9a-f]{${signalDigits[kind]}}$`).test(value)) {
      context.addIssue({
        code: 'custom',
        path: ['value'],
        message: `a ${kind} hash has ${signalDigits[kind]} hexadecimal digits`,
      });
    }
    const least = leastQuality[kind];
    if (least !== undefined && quality !== undefined && quality < least) {
      context.addIssue({
        code: 'custom',
        path: ['quality'],
        message: `must be at least ${least}: below, a picture has too little shape to be told from others`,
      });
    }
  });

const leastQuality: Partial<Record<Signal['kind'], number>> = { pdq: PDQ_QUALITY, vpdq: LEAST_FRAME_QUALITY };
