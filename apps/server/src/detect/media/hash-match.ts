import { z } from 'zod';
import {
  type ContentStatus,
  contentStatuses,
  type MatchAction,
  matchActions,
  type SignalKind,
  signalKinds,
} from './banks/index.ts';

/** One content of a bank that an item matches. */
export interface HashMatch {
  bank: string;
  /** Number of the content; null for what was found before there were banks. */
  content: number | null;
  kind: SignalKind;
  /** Differing bits: 0 but for PDQ; for films the mean of the matching frames. */
  distance: number;
  source: string;
  reason: string;
  generativeAi: boolean;
  status: ContentStatus;
  /** What follows: the bank's action, made milder where a person should look first. */
  action: MatchAction;
  /** How the item has to be turned or mirrored to match; absent as it is. */
  orientation?: string;
  /** For films: how much of either has a matching frame in the other, in percent. */
  film?: { queryPercent: number; contentPercent: number };
}

/** A {@link HashMatch} as routes tell it; each leaves out what its readers have no use for. */
export const MatchShape = z.object({
  bank: z.string().describe('Name of the bank'),
  content: z.int().nullable(),
  kind: z.enum(signalKinds),
  distance: z.int().describe('Differing bits of 256; 0 for the same hash'),
  status: z.enum(contentStatuses),
  action: z.enum(matchActions).describe('What this match asks for'),
  source: z.string(),
  reason: z.string(),
  generativeAi: z.boolean(),
  orientation: z.string().optional(),
  film: z.object({ queryPercent: z.number(), contentPercent: z.number() }).optional(),
});
