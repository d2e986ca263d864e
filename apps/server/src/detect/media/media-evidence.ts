import { cueById } from '@keben/cues';
import type { Tx } from '../../base/database.ts';
import { readEntries } from '../../base/event-log-store.ts';
import type { Sealer } from '../../base/keys.ts';
import type { EvidenceMessage } from '../assessment.ts';
import { toEvent } from '../process-entries.ts';
import { observationsAt } from '../store.ts';
import { type ContentStatus, contentsById, lastStepsOf, listBanks } from './banks/index.ts';
import type { HashMatch } from './hash-match.ts';
import { type MediaFinding, mediaOf } from './media-finding.ts';
import { findingsAt } from './media-store.ts';

/** What a case keeps of one media item: what was found, never the item, and no hash of it. */
export type MediaNote = Pick<MediaFinding, 'type' | 'status' | 'why' | 'generativeAi'> & {
  /** Names of the banks that it was compared with, and as they stood when; absent in what was noted before that was kept. */
  banks?: string[];
  asOf?: string | null;
  lists: (Omit<HashMatch, 'bank' | 'content' | 'status' | 'action'> &
    // Absent in what was noted before there were banks.
    Partial<Pick<HashMatch, 'content' | 'status' | 'action'>> & { name: string })[];
};

/** How a content of a bank stands now; `removed` when it is there no more. */
export interface ContentStanding {
  status: ContentStatus | 'removed';
  /** The last decision of a person about it: when, who and why. Without one it stands as it came. */
  at: string | null;
  by: string | null;
  reason: string | null;
}

/** Notes on the media of the events at the given positions. */
export async function mediaNotesAt(
  tx: Tx,
  organisationId: string,
  positions: number[],
): Promise<Map<number, MediaNote[]>> {
  const notes = new Map<number, MediaNote[]>();
  const found = await findingsAt(tx, organisationId, positions);
  if (found.length === 0) return notes;
  const names = new Map((await listBanks(tx, organisationId)).map(({ number, name }) => [number, name]));
  for (const { position, type, status, why, generativeAi, matches, banks, asOf } of found) {
    notes.set(position, [
      ...(notes.get(position) ?? []),
      {
        type,
        status,
        why,
        generativeAi,
        banks: banks.flatMap((number) => names.get(number) ?? []),
        asOf: asOf?.toISOString() ?? null,
        lists: matches.map(({ bank, ...match }) => ({ name: bank, ...match })),
      },
    ]);
  }
  return notes;
}

/** How the contents behind media notes stand now, by number. */
export async function standingsOf(
  tx: Tx,
  organisationId: string,
  notes: MediaNote[],
  now: Date,
): Promise<Map<number, ContentStanding>> {
  const ids = [...new Set(notes.flatMap(({ lists }) => lists.flatMap(({ content }) => content ?? [])))];
  const contents = await contentsById(tx, organisationId, ids);
  const steps = await lastStepsOf(tx, organisationId, ids);
  return new Map(
    ids.map((id) => {
      const content = contents.get(id)?.content;
      const step = steps.get(id);
      const gone = !content || (content.expiresAt !== null && content.expiresAt <= now);
      return [
        id,
        {
          status: gone ? 'removed' : content.status,
          at: step?.at.toISOString() ?? null,
          by: step?.actorName ?? null,
          reason: step?.reason ?? null,
        },
      ];
    }),
  );
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
