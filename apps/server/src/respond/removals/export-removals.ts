import { recordAudit } from '../../base/audit.ts';
import type { Database } from '../../base/database.ts';
import { contentCounts, contentsById, type Signal, signalsOf } from '../../detect/index.ts';
import { confirmedRequests, contentsOf } from './store.ts';

/** One line of the export: a picture or film, where it shall be stopped, and its hashes. No id of a request, no age. */
export interface RemovalLine {
  type: 'image' | 'video';
  platforms: string[];
  signals: Signal[];
}

const PAGE = 100;

/** Confirmed hashes of an organisation, in pages; the audit line is committed before the first is read. */
export async function* exportRemovals(
  database: Database,
  staff: { organisationId: string; userId: string },
  now: Date,
): AsyncGenerator<RemovalLine> {
  const { organisationId } = staff;
  const scope = { organisation: organisationId };
  await database.transaction(scope, (tx) =>
    recordAudit(tx, {
      organisationId,
      actor: staff.userId,
      action: 'removals.exported',
      target: organisationId,
      at: now,
    }),
  );
  let after: string | undefined = '00000000-0000-0000-0000-000000000000';
  while (after !== undefined) {
    const from: string = after;
    const { lines, last } = await database.transaction(scope, async (tx) => {
      const found = await confirmedRequests(tx, organisationId, from, PAGE);
      const made: RemovalLine[] = [];
      for (const row of found) {
        const contents = await contentsOf(tx, row);
        const ids = contents.map(({ id }) => id);
        const known = await contentsById(tx, organisationId, ids);
        const signals = await signalsOf(tx, organisationId, ids);
        for (const { id, type } of contents) {
          const content = known.get(id)?.content;
          if (content?.status !== 'confirmed' || !contentCounts(content, now)) continue;
          const own = (signals.get(id) ?? []).map(({ kind, value, quality, seconds }) => ({
            kind,
            value,
            ...(quality === null ? {} : { quality }),
            ...(seconds === null ? {} : { seconds }),
          }));
          made.push({ type, platforms: row.platforms, signals: own });
        }
      }
      return { lines: made, last: found.length === PAGE ? found.at(-1)?.id : undefined };
    });
    yield* lines;
    after = last;
  }
}
