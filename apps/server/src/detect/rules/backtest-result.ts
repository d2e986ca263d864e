import { z } from 'zod';
import { Level } from '../../base/vocabulary.ts';

export const Outcome = z.enum(['confirmed', 'dismissed', 'undecided', 'none']);

/** What people later decided about an account (`none`: nothing yet), and the case to look at. */
export interface AccountDecision {
  outcome: z.infer<typeof Outcome>;
  caseId: string;
}

const Both = z.object({ inForce: z.number().int(), draft: z.number().int() });
const Example = z.object({
  eventId: z.string(),
  account: z.string(),
  at: z.string(),
  level: Level,
  inForce: z.string(),
  draft: z.string(),
  rules: z.array(z.string()).describe('Rules that fired on the side that asks for more'),
  outcome: Outcome,
  caseId: z.string().nullable(),
});

export const BacktestResult = z
  .object({
    events: z.number().int(),
    messages: z
      .number()
      .int()
      .describe('Messages that carried a cue: those the message rules were asked about'),
    assessments: z.number().int(),
    levels: z.array(z.object({ level: Level, assessments: z.number().int(), cases: Both })),
    rules: z.array(
      z.object({
        id: z.string(),
        on: z.enum(['message', 'assessment']),
        inForce: z.number().int(),
        draft: z.number().int(),
      }),
    ),
    decisions: z.array(
      z.object({ decision: z.string(), inForce: z.number().int(), draft: z.number().int() }),
    ),
    /** Accounts for which a case would be opened, by what people later decided about them. */
    outcomes: z.array(
      z.object({
        outcome: Outcome,
        inForce: z.number().int(),
        draft: z.number().int(),
      }),
    ),
    cases: Both,
    gained: z.array(Example).describe('Accounts for which only the draft opens a case'),
    lost: z.array(Example).describe('Accounts for which only the rules in force open a case'),
    gainedCount: z.number().int(),
    lostCount: z.number().int(),
    stricter: z.array(Example).describe('Messages on which the draft decides more strictly'),
    milder: z.array(Example),
    stricterCount: z.number().int(),
    milderCount: z.number().int(),
    textMissing: z.number().int().describe('Messages whose text retention has dropped: read without cues'),
  })
  .meta({ id: 'BacktestResult' });
export type BacktestResult = z.infer<typeof BacktestResult>;
export type BacktestExample = z.infer<typeof Example>;
