import { randomUUID } from 'node:crypto';
import type { Tx } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import type { AgeBand, Harm } from '../base/vocabulary.ts';
import type { CaseState } from './case-state.ts';
import { appendStep, insertCase, lockCase, readCase } from './case-store.ts';
import {
  insertAnonymousReport,
  insertThreadMessage,
  lookupHash,
  messagesOfReport,
  receivingOrganisation,
  reportByLookup,
  type SealedMessage,
} from './thread-store.ts';
import { deadlineOf, type Urgency } from './urgency.ts';

export interface AnonymousReport {
  ageBand: AgeBand;
  harm: Harm | 'other';
  urgency: 'now' | 'soon' | 'advice';
  region?: string | undefined;
  /** The writer says that a picture or film in it was made or altered by AI. */
  generativeAi?: boolean | undefined;
  sealed: SealedMessage;
  reporterPublicKey: Uint8Array;
  lookup: Uint8Array;
}

const urgencies: Record<AnonymousReport['urgency'], Urgency> = { now: 1, soon: 2, advice: 3 };

/** Takes in a report that nobody can trace: keeps the ciphertext, opens a case at the hotline. */
export async function receiveAnonymousReport(
  tx: Tx,
  report: AnonymousReport,
  now: Date,
): Promise<{ organisationId: string; caseId: string }> {
  const receiver = await receivingOrganisation(tx);
  if (!receiver) throw new AppError('not-found', 'No hotline receives anonymous reports on this server yet.');
  if (await reportByLookup(tx, report.lookup)) {
    throw new AppError(
      'state-conflict',
      'A report with this receipt is there already; open its thread instead.',
    );
  }
  const urgency = urgencies[report.urgency];
  const deadline = deadlineOf(urgency, now);
  const row = await insertCase(tx, {
    id: randomUUID(),
    organisationId: receiver.id,
    kind: 'anonymous-report',
    urgency,
    level: 'none',
    harm: report.harm === 'other' ? null : report.harm,
    subject: null,
    subjectBand: null,
    counterpart: null,
    counterpartBand: report.ageBand,
    cues: [],
    contributions: [],
    generativeAi: report.generativeAi === true ? ['reporter'] : [],
    openedAt: now,
    deadlineAt: deadline.at,
    deadlineKind: deadline.kind,
    deadlineLaw: deadline.law,
  });
  const id = randomUUID();
  await insertAnonymousReport(tx, {
    id,
    organisationId: receiver.id,
    caseId: row.id,
    lookupHash: lookupHash(report.lookup),
    reporterPublicKey: report.reporterPublicKey,
    ageBand: report.ageBand,
    harm: report.harm,
    urgency: report.urgency,
    region: report.region ?? null,
    at: now,
  });
  await insertThreadMessage(tx, { id, organisationId: receiver.id }, 'reporter', report.sealed, now);
  await appendStep(tx, row, {
    step: 'opened',
    at: now,
    actor: null,
    data: { report: id, urgency: report.urgency },
  });
  return { organisationId: receiver.id, caseId: row.id };
}

export type ThreadState = 'received' | 'reading' | 'answered' | 'closed';

/** What the reporter sees of the thread that the lookup token names. */
export async function readThread(tx: Tx, lookup: Uint8Array) {
  const report = await reportByLookup(tx, lookup);
  if (!report) throw new AppError('not-found', 'There is no report with this receipt. Check the 16 digits.');
  const messages = await messagesOfReport(tx, report.id);
  const row = await readCase(tx, report.organisationId, report.caseId);
  return {
    report,
    messages,
    state: threadState(
      row?.state as CaseState,
      messages.map(({ sender }) => sender),
    ),
  };
}

function threadState(state: CaseState, senders: string[]): ThreadState {
  if (state === 'closed') return 'closed';
  if (senders.includes('organisation')) return 'answered';
  return state === 'new' ? 'received' : 'reading';
}

/** The reporter writes again: the case needs a person again. */
export async function continueThread(
  tx: Tx,
  lookup: Uint8Array,
  sealed: SealedMessage,
  now: Date,
): Promise<{ organisationId: string; caseId: string }> {
  const { report } = await readThread(tx, lookup);
  const row = await lockCase(tx, report.organisationId, report.caseId);
  if (!row) throw new Error('a report without its case');
  await insertThreadMessage(tx, report, 'reporter', sealed, now);
  // A child who writes after the case was closed is heard: it opens again.
  const step = row.state === 'closed' ? 'reopened' : 'message-received';
  await appendStep(tx, row, { step, at: now, actor: null, data: {} });
  return { organisationId: report.organisationId, caseId: row.id };
}
