import { cueById } from '@keben/cues';
import type { Tx } from '../../base/database.ts';
import { readEntries } from '../../base/event-log-store.ts';
import type { Sealer } from '../../base/keys.ts';
import type { EvidenceMessage } from '../assessment.ts';
import { toEvent } from '../process-entries.ts';
import { observationsAt } from '../store.ts';
import type { HashMatch } from './hash-match.ts';
import { type MediaFinding, mediaOf } from './media-finding.ts';
import { findingsAt } from './media-store.ts';

/** What a case keeps of one media item: what was found, never the item, and no hash of it. */
export type MediaNote = Pick<MediaFinding, 'type' | 'status' | 'why' | 'generativeAi'> & {
  lists: (Omit<HashMatch, 'bank' | 'content' | 'status' | 'action'> &
    // Absent in what was noted before there were banks.
    Partial<Pick<HashMatch, 'status' | 'action'>> & { name: string })[];
};

/** Notes on the media of the events at the given positions. */
export async function mediaNotesAt(
  tx: Tx,
  organisationId: string,
  positions: number[],
): Promise<Map<number, MediaNote[]>> {
  const notes = new Map<number, MediaNote[]>();
  for (const { position, type, status, why, generativeAi, matches } of await findingsAt(
    tx,
    organisationId,
    positions,
  )) {
    const lists = matches.map(({ bank, content: _, ...match }) => ({ name: bank, ...match }));
    notes.set(position, [...(notes.get(position) ?? []), { type, status, why, generativeAi, lists }]);
  }
  return notes;
}

/** Posts and shared media at the given positions as evidence; messages come from `messagesOf`. */
export async function sharedMediaOf(
  tx: Tx,
  sealer: Sealer,
  organisationId: string,
  positions: number[],
): Promise<EvidenceMessage[]> {
  const entries = await readEntries(tx, organisationId, positions);
  const observations = await observationsAt(tx, organisationId, positions);
  return entries.flatMap((entry) => {
    const event = toEvent(entry);
    const carried = event.body.type === 'message.sent' ? undefined : mediaOf(event);
    if (!carried) return [];
    const cues = observations
      .filter((found) => found.position === entry.position)
      .map(({ cue, score, start, end }) => ({ cue, score, start, end }));
    return [
      {
        position: entry.position,
        eventId: entry.eventId,
        at: entry.time,
        from: carried.from.id,
        to: carried.to.map(({ id }) => id),
        delivery: 'delivered',
        text: entry.sealed ? sealer.open(entry.sealed) : null,
        cues,
        severity: Math.max(0, ...cues.map(({ cue }) => cueById(cue)?.severity ?? 0)),
      },
    ];
  });
}
