import type { ContentStatus, MatchAction, SignalKind } from './banks/index.ts';

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
