import type { Tx } from '../base/database.ts';
import { readEntries } from '../base/event-log-store.ts';
import type { Sealer } from '../base/keys.ts';
import type { EvidenceMessage } from './assessment.ts';
import { severityOf } from './conclude.ts';
import { toEvent } from './process-entries.ts';
import { observationsAt } from './store.ts';

/** Messages at the given log positions, opened with the organisation's sealer, with their cues. */
export async function messagesOf(
  tx: Tx,
  sealer: Sealer,
  organisationId: string,
  positions: number[],
): Promise<EvidenceMessage[]> {
  const entries = await readEntries(tx, organisationId, positions);
  const observations = await observationsAt(tx, organisationId, positions);
  return entries.flatMap((entry) => {
    const { body } = toEvent(entry);
    if (body.type !== 'message.sent') return [];
    const cues = observations
      .filter((found) => found.position === entry.position)
      .map(({ cue, score, start, end }) => ({ cue, score, start, end }));
    return [
      {
        position: entry.position,
        eventId: entry.eventId,
        at: entry.time,
        from: body.data.from.id,
        to: body.data.to.map((party) => party.id),
        delivery: body.data.delivery ?? 'delivered',
        text: entry.sealed ? sealer.open(entry.sealed) : null,
        cues,
        severity: severityOf(cues),
      },
    ];
  });
}
