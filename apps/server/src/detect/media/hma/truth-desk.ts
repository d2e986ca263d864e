import type { Database } from '../../../base/database.ts';
import { type BankRow, type ContentRow, contentsById } from '../banks/index.ts';

type Known = Map<number, { content: ContentRow; bank: BankRow }>;

interface Waiting {
  ids: Set<number>;
  answers: { resolve(known: Known): void; reject(fault: unknown): void }[];
}

/**
 * Reads the contents that look-ups found; those that ask while a read is under way share the next. So what was removed
 * or retired is no match any more as soon as that is committed, at one read for many look-ups.
 */
export function createTruthDesk(database: Database) {
  const waiting = new Map<string, Waiting>();
  const reading = new Set<string>();

  function begin(organisationId: string): void {
    const batch = waiting.get(organisationId);
    if (!batch || reading.has(organisationId)) return;
    waiting.delete(organisationId);
    reading.add(organisationId);
    database
      .read({ organisation: organisationId }, (tx) => contentsById(tx, organisationId, [...batch.ids]))
      .then(
        (known) => {
          for (const { resolve } of batch.answers) resolve(known);
        },
        (fault: unknown) => {
          for (const { reject } of batch.answers) reject(fault);
        },
      )
      .finally(() => {
        reading.delete(organisationId);
        begin(organisationId);
      });
  }

  return (organisationId: string, ids: number[]): Promise<Known> =>
    new Promise((resolve, reject) => {
      const batch = waiting.get(organisationId) ?? { ids: new Set(), answers: [] };
      for (const id of ids) batch.ids.add(id);
      batch.answers.push({ resolve, reject });
      waiting.set(organisationId, batch);
      // What arrives in the same turn of the event loop is read together.
      setImmediate(() => begin(organisationId));
    });
}
