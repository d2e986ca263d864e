import { randomUUID } from 'node:crypto';
import { analyse, cueById } from '@keben/cues';
import type { Tx } from '../base/database.ts';
import type { EventLog } from '../base/event-log.ts';
import type { Keys } from '../base/keys.ts';
import { type Harm, isMinor, type Party } from '../base/vocabulary.ts';
import { appendEvents, lastMessages, positionsOfEvents } from '../detect/index.ts';
import {
  appendStep,
  type CaseRow,
  insertCase,
  insertEvidence,
  insertUserReport,
  openCaseOf,
} from './case-store.ts';
import { mergeGenerativeAi } from './generative-ai.ts';
import { addMessages, digestOf } from './open-case.ts';
import { deadlineOf, type Urgency } from './urgency.ts';

export interface ReportRequest {
  by: Party;
  target: Party;
  harm?: Harm | undefined;
  conversation?: string | undefined;
  comment?: string | undefined;
  /** The reporter says that a picture or film in this was made by AI. */
  generativeAi?: boolean | undefined;
  evidence?:
    | { eventId?: string | undefined; text?: string | undefined; at?: string | undefined }[]
    | undefined;
}

/** Takes in one person's report about another: opens a case or joins the account's open one. */
export async function createReport(
  tx: Tx,
  { keys, eventLog }: { keys: Keys; eventLog: EventLog },
  organisationId: string,
  request: ReportRequest,
  now: Date,
): Promise<{ id: string; case: string }> {
  const sealer = await keys.sealerOf(tx, organisationId, now);
  const id = randomUUID();
  const existing = await openCaseOf(tx, organisationId, request.target.id);
  const row = existing ?? (await freshCase(tx, organisationId, request, now));
  await insertUserReport(tx, {
    id,
    organisationId,
    caseId: row.id,
    reporter: request.by.id,
    target: request.target.id,
    harm: request.harm ?? null,
    commentSealed: request.comment === undefined ? null : sealer.seal(request.comment),
    at: now,
  });
  const named = (request.evidence ?? []).flatMap((item) => item.eventId ?? []);
  const positions = await positionsOfEvents(tx, organisationId, named);
  if (request.conversation !== undefined) {
    positions.push(...(await lastMessages(tx, organisationId, request.target.id, request.conversation, 20)));
  }
  await addMessages(tx, sealer, row, [...new Set(positions)]);
  await insertEvidence(
    tx,
    (request.evidence ?? []).flatMap(({ text, at }) => {
      if (text === undefined) return [];
      const { cues } = analyse(text);
      return {
        organisationId,
        caseId: row.id,
        position: null,
        eventId: null,
        at: at === undefined ? now : new Date(at),
        sender: request.target.id,
        recipients: [request.by.id],
        delivery: 'reported',
        severity: Math.max(1, ...cues.map(({ cue }) => cueById(cue)?.severity ?? 1)),
        cues,
        sealed: sealer.seal(text),
        digest: digestOf(text),
      };
    }),
  );
  const said = request.generativeAi === true ? (['reporter'] as const) : [];
  const step = {
    at: now,
    actor: null,
    data: {
      report: id,
      harm: request.harm ?? null,
      by: request.by.id,
      ...(said.length === 0 ? {} : { generativeAi: said }),
    },
  };
  if (!existing) await appendStep(tx, row, { step: 'opened', ...step });
  const urgency = Math.min(row.urgency, urgencyOfReport(request)) as Urgency;
  const deadline = deadlineOf(urgency, row.openedAt);
  await appendStep(
    tx,
    { ...row, state: existing ? row.state : 'new' },
    { step: 'reported', ...step },
    {
      generativeAi: mergeGenerativeAi(row.generativeAi, said),
      ...(urgency < row.urgency
        ? { urgency, deadlineAt: deadline.at, deadlineKind: deadline.kind, deadlineLaw: deadline.law }
        : {}),
    },
  );
  // The report counts for detection too, in the same transaction: neither is without the other.
  const { by, target, harm } = request;
  await appendEvents(
    tx,
    { keys, eventLog },
    organisationId,
    [
      {
        specversion: '1.0',
        id,
        source: '/keben/reports',
        type: 'user.reported',
        time: now.toISOString(),
        data: { by, target, ...(harm === undefined ? {} : { harm }) },
      },
    ],
    now,
  );
  return { id, case: row.id };
}

function urgencyOfReport({ by }: ReportRequest): Urgency {
  return isMinor(by.ageBand) || by.ageBand === 'unknown' ? 2 : 3;
}

async function freshCase(
  tx: Tx,
  organisationId: string,
  request: ReportRequest,
  now: Date,
): Promise<CaseRow> {
  const urgency = urgencyOfReport(request);
  const deadline = deadlineOf(urgency, now);
  return insertCase(tx, {
    id: randomUUID(),
    organisationId,
    kind: 'user-report',
    urgency,
    level: 'none',
    harm: request.harm ?? null,
    subject: request.target.id,
    subjectBand: request.target.ageBand,
    counterpart: request.by.id,
    counterpartBand: request.by.ageBand,
    cues: [],
    contributions: [],
    openedAt: now,
    deadlineAt: deadline.at,
    deadlineKind: deadline.kind,
    deadlineLaw: deadline.law,
  });
}
