import type { HeldIndex } from './held-index.ts';
import type { ChangePlace } from './read-signals.ts';

/** Kinds that are near one another by differing bits. */
export const nearKinds = ['pdq', 'vpdq'] as const;
export type NearKind = (typeof nearKinds)[number];

export interface KindHeld {
  index: HeldIndex;
  /** Everything up to here is in the index, or will be with `applied`. */
  upTo: ChangePlace;
  applied: Promise<void>;
}

/** What this process holds of one organisation. */
export interface Loaded {
  kinds: Record<NearKind, KindHeld>;
  version: number;
  /** When it was last seen that nothing newer is in the database. */
  asOf: Date;
}

export interface Organisation {
  readonly id: string;
  loaded?: Loaded | undefined;
  /** Under way; settles when `loaded` is there or it failed. */
  loading?: Promise<void> | undefined;
  /** Refreshes of transactions of its own: one under way, and one that starts after it for all who asked meanwhile. */
  current?: Promise<void> | undefined;
  next?: Promise<void> | undefined;
  tooMany: boolean;
  /** No earlier attempt after a failed one. */
  retryAt: number;
}

export function sizeOf({ kinds }: Loaded): number {
  return nearKinds.reduce((sum, kind) => sum + kinds[kind].index.reader.size, 0);
}

export function dropIndexes({ kinds }: Loaded): void {
  for (const kind of nearKinds) kinds[kind].index.drop();
}

export function isLost({ kinds }: Loaded): boolean {
  return nearKinds.some((kind) => kinds[kind].index.lost);
}
