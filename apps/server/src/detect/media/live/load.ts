import type { Tx } from '../../../base/database.ts';
import { holdings, kindsHeld } from '../banks/index.ts';
import { createIndexBuilder, type HeldIndex, type IndexBuilder } from './held-index.ts';
import { type KindHeld, type Loaded, type NearKind, nearKinds } from './organisation.ts';
import { endOf, readPart } from './read-signals.ts';
import type { Writer } from './writer.ts';

/** Runs a read in a transaction: of its own each, or all in one that is open. */
export type Reads = <T>(read: (tx: Tx) => Promise<T>) => Promise<T>;

export interface LoadLimits {
  /** Rows that an index in this thread has at most. */
  small: number;
  /** Rows of one organisation. */
  most: number;
  /** Rows of one statement. */
  part: number;
}

/**
 * Reads all live hashes of an organisation part by part. Rows that change meanwhile carry a later version than the one
 * read first, so {@link refresh} from that version on finds them. `too-many`: there are more than `most`.
 */
export async function loadAll(
  reads: Reads,
  organisationId: string,
  writer: Writer,
  { small, most, part }: LoadLimits,
  now: () => Date,
): Promise<Loaded | 'too-many'> {
  const asOf = now();
  const [holding] = await reads((tx) => holdings(tx, [organisationId]));
  const version = holding?.version ?? 0;
  const held = await reads((tx) => kindsHeld(tx, organisationId));
  const built: HeldIndex[] = [];
  let builder: IndexBuilder | undefined;
  let count = 0;
  try {
    const kinds: Partial<Record<NearKind, KindHeld>> = {};
    for (const kind of nearKinds) {
      const current = createIndexBuilder(writer, small);
      builder = current;
      let next: { content: number; ordinal: number } | undefined = { content: 0, ordinal: 0 };
      while (held.has(kind) && next) {
        const after: { content: number; ordinal: number } = next;
        const read = await reads((tx) => readPart(tx, organisationId, kind, after, part));
        count += read.rows.ids.length;
        if (count > most) throw tooMany;
        await current.add(read.rows);
        next = read.next;
      }
      const index = await current.build();
      builder = undefined;
      built.push(index);
      kinds[kind] = { index, upTo: endOf(version), applied: Promise.resolve() };
    }
    const { pdq, vpdq } = kinds;
    if (!pdq || !vpdq) throw new Error('a kind was not loaded');
    return { kinds: { pdq, vpdq }, version, asOf };
  } catch (cause) {
    builder?.drop();
    for (const index of built) index.drop();
    if (cause === tooMany) return 'too-many';
    throw cause;
  }
}

const tooMany = new Error('more hashes than one organisation may have in memory');
