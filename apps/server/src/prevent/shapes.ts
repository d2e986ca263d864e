import { z } from 'zod';
import { LocalText } from '../base/vocabulary.ts';

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
