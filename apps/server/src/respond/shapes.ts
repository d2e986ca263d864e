import { z } from 'zod';
import { LocalText } from '../base/vocabulary.ts';
import { contentStatuses, generativeAiReasons, matchActions } from '../detect/index.ts';
import { caseStates } from './case-state.ts';
import { referralStates } from './referral-state.ts';
import { accountActions } from './statement.ts';

const PartyOrNull = z.object({ id: z.string(), ageBand: z.string() }).nullable();
const ActorOrNull = z.object({ id: z.string(), name: z.string() }).nullable();
const Span = z.object({ cue: z.string(), score: z.number(), start: z.number().int(), end: z.number().int() });

const generativeAi = {
  generativeAi: z
    .boolean()
    .meta({ description: 'Imagery in it is AI-made (as the CyberTipline annotation generativeAi)' }),
  generativeAiReasons: z.array(z.enum(generativeAiReasons)),
};

export const CaseSummary = z
  .object({
    id: z.string(),
    number: z.string(),
    kind: z.enum(['assessment', 'user-report', 'anonymous-report']),
    state: z.enum(caseStates),
    urgency: z.number().int(),
    level: z.string(),
    harm: z.string().nullable(),
    subject: PartyOrNull,
    counterpart: PartyOrNull,
    cues: z.array(z.string()),
    ...generativeAi,
    assignee: ActorOrNull,
    openedAt: z.string(),
    deadline: z.object({ at: z.string(), kind: z.string(), law: z.string().optional() }).nullable(),
    updatedAt: z.string(),
  })
  .meta({ id: 'CaseSummary' });

export const Referral = z
  .object({
    id: z.string(),
    state: z.enum(referralStates),
    from: z.object({ id: z.string(), name: LocalText }),
    to: z.object({ id: z.string(), name: LocalText }),
    caseNumber: z.string(),
    note: z.string(),
    basis: z.string(),
    summary: z.object({
      harm: z.string().nullable(),
      level: z.string(),
      urgency: z.number(),
      subject: PartyOrNull,
      counterpart: PartyOrNull,
      cues: z.array(z.string()),
      contributions: z.array(z.object({ kind: z.string(), id: z.string(), weight: z.number() })),
      ...generativeAi,
    }),
    evidence: z.array(
      z.object({
        id: z.string(),
        at: z.string(),
        from: z.string(),
        severity: z.number().int(),
        cues: z.array(z.string()),
      }),
    ),
    outcome: z.object({ kind: z.string(), note: z.string() }).optional(),
    sentAt: z.string(),
    dueAt: z.string(),
    updatedAt: z.string(),
    history: z.array(
      z.object({ at: z.string(), actor: ActorOrNull, type: z.string(), note: z.string().optional() }),
    ),
  })
  .meta({ id: 'Referral' });
export type Referral = z.infer<typeof Referral>;

export const CaseDetail = CaseSummary.extend({
  contributions: z.array(
    z.object({ kind: z.string(), id: z.string(), weight: z.number(), evidence: z.array(z.string()) }),
  ),
  evidence: z.array(
    z.object({
      id: z.string(),
      eventId: z.string().nullable(),
      at: z.string(),
      from: z.string(),
      to: z.array(z.string()),
      veiled: z.literal(true),
      severity: z.number().int(),
      cues: z.array(z.string()),
      /** Cues that a person marked as wrong in this message. */
      wrong: z.array(z.string()),
      /** What was found of pictures and films in it. */
      media: z.array(
        z.object({
          type: z.string(),
          status: z.enum(['match', 'no-match', 'unavailable']),
          why: z.string().nullable(),
          generativeAi: z.array(z.enum(generativeAiReasons)),
          banks: z.array(z.string()).optional().describe('Names of the banks it was compared with'),
          asOf: z.string().nullable().optional().describe('The banks as they stood at this moment'),
          lists: z.array(
            z.object({
              name: z.string(),
              source: z.string(),
              reason: z.string(),
              kind: z.string(),
              distance: z.number().int(),
              generativeAi: z.boolean(),
              content: z.number().int().optional().describe('Number of the content in its bank'),
              status: z.enum(contentStatuses).optional().describe('Of the content when it was found'),
              now: z
                .object({
                  status: z.enum([...contentStatuses, 'removed']),
                  at: z.string().nullable(),
                  by: z.string().nullable(),
                  reason: z.string().nullable(),
                })
                .optional()
                .describe('How the content stands now, and the last decision of a person about it'),
              action: z.enum(matchActions).optional(),
              orientation: z.string().optional(),
              film: z.object({ queryPercent: z.number(), contentPercent: z.number() }).optional(),
            }),
          ),
        }),
      ),
      delivery: z.string(),
    }),
  ),
  history: z.array(
    z.object({
      at: z.string(),
      actor: ActorOrNull,
      type: z.string(),
      note: z.string().optional(),
      data: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  referrals: z.array(Referral),
  actions: z.array(
    z.object({
      id: z.string(),
      action: z.enum(accountActions),
      at: z.string(),
      by: z.string(),
      status: z.string(),
      statement: LocalText,
    }),
  ),
  reports: z.array(
    z.object({
      id: z.string(),
      by: z.string(),
      harm: z.string().nullable(),
      comment: z.string().nullable(),
      at: z.string(),
    }),
  ),
  report: z
    .object({
      id: z.string(),
      ageBand: z.string(),
      harm: z.string(),
      urgency: z.string(),
      region: z.string().nullable(),
    })
    .optional(),
}).meta({ id: 'CaseDetail' });
export type CaseDetail = z.infer<typeof CaseDetail>;

export const Revealed = z
  .object({ text: z.string().nullable(), cues: z.array(Span) })
  .meta({ id: 'RevealedMessage' });

export const Action = z
  .object({
    id: z.string(),
    action: z.enum(accountActions),
    account: z.string(),
    counterpart: z.string().optional(),
    case: z.string(),
    statement: z.object({ id: z.string(), ground: z.string(), text: LocalText }),
    reason: z.string(),
    at: z.string(),
  })
  .meta({ id: 'RequestedAction' });

/** Base64 (RFC 4648, padded) of at most `bytes` bytes, parsed to bytes. */
export const base64 = (bytes: number) =>
  z
    .string()
    .max(Math.ceil(bytes / 3) * 4)
    .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be base64')
    .meta({ contentEncoding: 'base64' });

export const Sealed = z.strictObject({ organisation: base64(24_000), reporter: base64(24_000) });
