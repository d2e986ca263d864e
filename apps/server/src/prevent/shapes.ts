import { z } from 'zod';
import { LocalText } from '../base/vocabulary.ts';

/** An id as a platform gives it. What no database keeps is refused here: many questions share one read of it. */
export const Id = z
  .string()
  .min(1)
  .max(128)
  .refine(
    (text) => !text.includes('\0') && text.isWellFormed(),
    'must not hold a NUL character or half of a surrogate pair',
  );

export const Reason = z
  .object({ policy: z.string(), cue: z.string().optional(), law: z.string().optional(), text: LocalText })
  .meta({ id: 'PolicyReason' });

export const Obligation = z
  .object({ id: z.string(), kind: z.enum(['blur', 'ask', 'limit', 'warn']), policy: z.string() })
  .meta({ id: 'Obligation' });

export const AccessDecision = z
  .object({
    decision: z.enum(['allow', 'deny', 'limit']),
    policies: z.array(z.string()),
    reasons: z.array(Reason),
    obligations: z.array(Obligation),
  })
  .meta({ id: 'AccessDecision' });
