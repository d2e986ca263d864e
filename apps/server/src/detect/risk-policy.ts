import { z } from 'zod';

const Feature = z.strictObject({ from: z.number(), each: z.number().min(0), max: z.number().min(0) });

/** Shape of policy/risk.yaml: weights are log-odds, times in the unit that the name says. */
export const RiskFile = z.strictObject({
  version: z.string(),
  prior: z.strictObject({
    stranger: z.number(),
    contact: z.number(),
    friend: z.number(),
    family: z.number(),
    teacher: z.number(),
  }),
  ageGap: z.strictObject({
    adult: z.number(),
    '18-24': z.number(),
    unknown: z.number(),
    younger: z.number().max(0),
  }),
  severity: z.record(z.string(), z.number().min(0)),
  score: z.strictObject({ from: z.number().min(0), full: z.number().max(1) }),
  known: z.strictObject({ graveFrom: z.number().int(), share: z.number().min(0).max(1) }),
  repeat: z.number().min(0).max(1),
  halfLifeDays: z.number().positive(),
  stages: z.strictObject({
    halfLifeDays: z.number().positive(),
    grooming: z.number().min(0),
    sextortion: z.number().min(0),
    kidnapping: z.number().min(0),
    trafficking: z.number().min(0),
  }),
  features: z.record(z.string(), Feature),
  together: z.strictObject({
    collusion: Feature.extend({ withinDays: z.number().positive() }),
    pileOn: Feature.extend({ withinDays: z.number().positive() }),
    evasion: z.strictObject({ weight: z.number().min(0), withinDays: z.number().positive() }),
  }),
  levels: z.strictObject({ watch: z.number(), elevated: z.number(), high: z.number(), critical: z.number() }),
});
export type RiskPolicy = z.infer<typeof RiskFile>;
export type FeatureWeight = z.infer<typeof Feature>;
