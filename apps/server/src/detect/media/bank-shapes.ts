import { z } from 'zod';
import type { Adder, ContentRow } from './banks/index.ts';
import {
  adderKinds,
  type BankRow,
  BankSettings,
  contentStatuses,
  contentSteps,
  signalKinds,
} from './banks/index.ts';
import { MatchShape } from './hash-match.ts';
import { unavailableReasons } from './look-up-media.ts';

export const Bank = z
  .object({
    id: z.string(),
    name: z.string(),
    source: z.string(),
    reason: z.string(),
    generativeAi: z.boolean(),
    enabledRatio: z.number(),
    threshold: z.number().int(),
    action: BankSettings.shape.action,
    arrives: BankSettings.shape.arrives,
    retentionDays: z.number().int().nullable(),
    contents: z.partialRecord(z.enum(contentStatuses), z.number().int()),
    signals: z.record(z.string(), z.number().int()),
    updatedAt: z.string(),
  })
  .meta({ id: 'HashBank' });
export type Bank = z.infer<typeof Bank>;

export const Content = z
  .object({
    id: z.number().int(),
    bank: z.string(),
    bankId: z.string(),
    status: z.enum(contentStatuses),
    source: z.string().nullable(),
    reason: z.string().nullable(),
    note: z.string().nullable(),
    disabledUntil: z.string().nullable(),
    expiresAt: z.string().nullable(),
    addedBy: z
      .object({
        by: z.enum(adderKinds),
        name: z.string().nullable().describe('Of a member of staff who is still there'),
        you: z.boolean().describe('Who asks added it, and so does not confirm it'),
      })
      .describe('Who put it there'),
    createdAt: z.string(),
    changedAt: z.string(),
  })
  .meta({ id: 'BankContent' });
export type Content = z.infer<typeof Content>;

export const ContentDetail = Content.extend({
  signals: z.array(
    z.object({
      kind: z.enum(signalKinds),
      value: z.string(),
      quality: z.number().nullable(),
      seconds: z.number().nullable(),
    }),
  ),
  steps: z.array(
    z.object({ step: z.enum(contentSteps), reason: z.string(), actor: z.string(), at: z.string() }),
  ),
}).meta({ id: 'BankContentDetail' });

export const Freshness = z.array(
  z.object({
    kind: z.enum(['pdq', 'vpdq']),
    size: z.number().int(),
    version: z.number().int(),
    asOf: z.string().nullable(),
    building: z.boolean(),
  }),
);

const Said = {
  status: z.enum(['match', 'no-match', 'unavailable']),
  why: z.enum(unavailableReasons).nullable().describe('Why nothing can be said'),
};

export const BankLookUp = z
  .object({
    ...Said,
    kinds: z
      .array(z.object({ kind: z.enum(signalKinds), ...Said }))
      .describe('The same for each hash that was sent'),
    matches: z.array(
      MatchShape.omit({ film: true }).extend({
        content: z.number().int(),
        orientation: z
          .string()
          .nullable()
          .describe('How the picture is turned or mirrored; null as it stands'),
      }),
    ),
    banks: z.array(z.string()).describe('Banks that were compared with'),
    switchedOff: z.array(z.string()).describe('Those of them that platforms are not compared with'),
    asOf: z.string().describe('What was known at this moment was compared'),
  })
  .meta({ id: 'BankLookUp' });

/** What is told of a content to `viewer` (an id of staff). */
export function contentTold(
  content: ContentRow,
  bank: BankRow,
  adders: Map<string, Adder>,
  viewer: string,
): Content {
  return {
    id: content.id,
    bank: bank.name,
    bankId: bank.id,
    status: content.status,
    source: content.source,
    reason: content.reason,
    note: content.note,
    disabledUntil: content.disabledUntil?.toISOString() ?? null,
    expiresAt: content.expiresAt?.toISOString() ?? null,
    addedBy: {
      ...(adders.get(content.createdBy) ?? { by: 'staff', name: null }),
      you: content.createdBy === viewer,
    },
    createdAt: content.createdAt.toISOString(),
    changedAt: content.changedAt.toISOString(),
  };
}
