import type { Tx } from '../../base/database.ts';
import { publish } from '../../base/outbox.ts';
import type { EntryProcessor } from '../../base/services.ts';
import type { Assessment } from '../assessment.ts';
import type { DetectionEvent } from '../event.ts';
import { toEvent } from '../process-entries.ts';
import { saveAssessments, saveObservations } from '../store.ts';
import type { HashMatch } from './hash-match.ts';
import { type HashLookup, type Lookup, matchesIn } from './look-up-media.ts';
import { asks, assessKnownMedia, findingOf, isOpen, MEDIA_CUE, mediaOf } from './media-finding.ts';
import { accountsFoundWith, type StoredFinding, saveFindings } from './media-store.ts';

/**
 * A content that nobody confirmed calls a person for so many accounts in 30 days; what more than these have is a picture
 * that everybody passes on, or a false request: its uploads are found and held as before, and cases wait until somebody
 * confirms it.
 */
export const MOST_ACCOUNTS_UNCONFIRMED = 20;
const DAY = 86_400_000;

/**
 * Media as a step of the log worker: looks the hashes of a batch up, keeps what was found for each item, and raises an
 * assessment for each event with a known picture. A database that does not answer fails the batch, which is then read
 * again: it never becomes "no match".
 */
export function createMediaDetection(lookUp: HashLookup): EntryProcessor {
  return async (tx, entries, now) => {
    // A mirror is the same event read for the other side: its media were looked up with the event itself.
    const own = entries.filter(({ role }) => role === 'own');
    const carrying = own.map(toEvent).flatMap((event) => {
      const carried = mediaOf(event);
      return carried ? [{ event, ...carried }] : [];
    });
    if (carrying.length === 0) return;
    const findings: StoredFinding[] = [];
    const assessments: Assessment[] = [];
    const sightings: DetectionEvent[] = [];
    for (const organisationId of new Set(carrying.map(({ event }) => event.organisationId))) {
      const theirs = carrying.filter(({ event }) => event.organisationId === organisationId);
      const { items: answers, asOf } = await lookUp(
        tx,
        organisationId,
        theirs.flatMap(({ event, media }) =>
          media.map((item) => ({ ...item, seed: `${event.source} ${event.eventId}` })),
        ),
        { now, wait: true },
      );
      const calls = await callsFor(tx, organisationId, answers, now);
      let next = 0;
      for (const { event, from, to, media } of theirs) {
        const found = media.map((item, at) => {
          const lookup = answers[next++];
          if (!lookup) throw new Error('a look-up without an answer');
          return findingOf(item, at, lookup, asOf);
        });
        findings.push(
          ...found.map((finding) => ({
            ...finding,
            organisationId,
            position: event.position,
            account: from.id,
            towards: to.map(({ id }) => id),
            at: event.time,
          })),
        );
        const matches = found
          .flatMap((one) => one.matches)
          .filter((match) => asks(match) && calls(match, from.id));
        if (matches.length > 0) {
          sightings.push(event);
          assessments.push(assessKnownMedia(event, from, to, matches));
        }
      }
    }
    await saveFindings(tx, findings);
    await saveObservations(
      tx,
      sightings.map(({ organisationId, position, time }) => ({
        organisationId,
        position,
        at: time,
        cue: MEDIA_CUE,
        score: 1,
        start: 0,
        end: 0,
      })),
    );
    const fresh = await saveAssessments(tx, assessments);
    await publish(
      tx,
      assessments
        .filter(({ id }) => fresh.has(id))
        .map(({ id, organisationId }) => ({
          organisationId,
          topic: 'assessment.raised' as const,
          payload: { assessmentId: id },
          at: now,
        })),
    );
    // A match is told by its assessment; what only its metadata calls AI-made may belong to a case that is open.
    await publish(
      tx,
      findings
        .filter(
          ({ generativeAi, status, towards }) =>
            generativeAi.length > 0 && status !== 'match' && towards.length > 0,
        )
        .map(({ organisationId, position, account, towards }) => ({
          organisationId,
          topic: 'media.ai-made' as const,
          payload: { position, account, towards },
          at: now,
        })),
    );
  };
}

/** Whether a match in an account's media calls a person, asked in the order of events. */
async function callsFor(
  tx: Tx,
  organisationId: string,
  lookups: Lookup[],
  now: Date,
): Promise<(match: HashMatch, account: string) => boolean> {
  const open = lookups
    .flatMap(matchesIn)
    .flatMap((match) => (isOpen(match) && match.content !== null ? [match.content] : []));
  const before = await accountsFoundWith(
    tx,
    organisationId,
    [...new Set(open)],
    new Date(now.getTime() - 30 * DAY),
  );
  const here = new Map<number, Set<string>>();
  return (match, account) => {
    if (!isOpen(match) || match.content === null) return true;
    const accounts = here.get(match.content) ?? new Set();
    here.set(match.content, accounts.add(account));
    return (before.get(match.content) ?? 0) + accounts.size <= MOST_ACCOUNTS_UNCONFIRMED;
  };
}
