import { createHash, randomUUID } from 'node:crypto';
import type { Tx } from '../base/database.ts';
import type { Keys, Sealer } from '../base/keys.ts';
import { rank } from '../base/vocabulary.ts';
import {
  type Assessment,
  assessmentById,
  type GenerativeAiReason,
  generativeAiBehind,
  MEDIA_CUE,
  mediaNotesAt,
  messagesOf,
  sharedMediaOf,
} from '../detect/index.ts';
import { appendStep, type CaseRow, insertCase, insertEvidence, openCaseOf } from './case-store.ts';
import { mergeGenerativeAi } from './generative-ai.ts';
import { deadlineOf, type Urgency, urgencyOf } from './urgency.ts';

/**
 * Opens a case for an assessment that asks for one, or adds it to the account's open case. One account has one open
 * case, whoever it approached: the responder sees the whole behaviour. Returns the case's id, or undefined.
 */
export async function openCaseForAssessment(
  tx: Tx,
  keys: Keys,
  organisationId: string,
  assessmentId: string,
  now: Date,
): Promise<string | undefined> {
  const assessment = await assessmentById(tx, organisationId, assessmentId);
  if (!assessment?.actions.includes('open-case')) return undefined;
  const sealer = await keys.sealerOf(tx, organisationId, now);
  const existing = await openCaseOf(tx, organisationId, assessment.account);
  const made = (await generativeAiBehind(tx, organisationId, [assessmentId])).get(assessmentId);
  const reasons = made?.reasons ?? [];
  const row = existing ?? (await freshCase(tx, assessment, reasons, now));
  await addEvidence(tx, sealer, row, assessment, made?.positions ?? []);
  if (existing) await deepen(tx, existing, assessment, reasons, now);
  return row.id;
}

async function freshCase(
  tx: Tx,
  assessment: Assessment,
  generativeAi: GenerativeAiReason[],
  now: Date,
): Promise<CaseRow> {
  const urgency = urgencyOfAssessment(assessment);
  const deadline = deadlineOf(urgency, now);
  const row = await insertCase(tx, {
    id: randomUUID(),
    organisationId: assessment.organisationId,
    kind: 'assessment',
    urgency,
    level: assessment.level,
    harm: assessment.harm,
    subject: assessment.account,
    subjectBand: assessment.accountBand,
    counterpart: assessment.counterpart,
    counterpartBand: assessment.counterpartBand,
    cues: assessment.cues,
    contributions: assessment.contributions,
    generativeAi,
    openedAt: now,
    deadlineAt: deadline.at,
    deadlineKind: deadline.kind,
    deadlineLaw: deadline.law,
  });
  await appendStep(tx, row, {
    step: 'opened',
    at: now,
    actor: null,
    data: {
      assessment: assessment.id,
      level: assessment.level,
      rules: assessment.rules,
      version: assessment.version,
      ...(generativeAi.length === 0 ? {} : { generativeAi }),
    },
  });
  return row;
}

/** A picture that may be a known one is looked at within a day, also where nobody has confirmed it yet. Pure. */
function urgencyOfAssessment({ level, counterpartBand, cues }: Assessment): Urgency {
  const urgency = urgencyOf(level, counterpartBand);
  return cues.includes(MEDIA_CUE) ? (Math.min(urgency, 2) as Urgency) : urgency;
}

/** A case grows with the gravest assessment; a deadline may come nearer but never moves away. */
async function deepen(
  tx: Tx,
  row: CaseRow,
  assessment: Assessment,
  generativeAi: GenerativeAiReason[],
  now: Date,
): Promise<void> {
  const urgency = Math.min(row.urgency, urgencyOfAssessment(assessment)) as Urgency;
  const deadline = deadlineOf(urgency, row.openedAt);
  const graver = rank(assessment.level) >= rank(row.level as Assessment['level']);
  await appendStep(
    tx,
    row,
    {
      step: 'evidence-added',
      at: now,
      actor: null,
      data: {
        assessment: assessment.id,
        level: assessment.level,
        counterpart: assessment.counterpart,
        ...(generativeAi.length === 0 ? {} : { generativeAi }),
      },
    },
    {
      cues: [...new Set([...row.cues, ...assessment.cues])],
      generativeAi: mergeGenerativeAi(row.generativeAi, generativeAi),
      ...(graver
        ? {
            level: assessment.level,
            harm: assessment.harm ?? row.harm,
            counterpart: assessment.counterpart ?? row.counterpart,
            counterpartBand: assessment.counterpartBand ?? row.counterpartBand,
            contributions: assessment.contributions,
          }
        : {}),
      ...(urgency < row.urgency
        ? { urgency, deadlineAt: deadline.at, deadlineKind: deadline.kind, deadlineLaw: deadline.law }
        : {}),
    },
  );
}

async function addEvidence(
  tx: Tx,
  sealer: Sealer,
  row: CaseRow,
  assessment: Assessment,
  mediaPositions: number[],
): Promise<void> {
  const positions = [
    ...new Set([
      ...assessment.contributions.flatMap((term) => term.evidence),
      assessment.position,
      ...mediaPositions,
    ]),
  ].filter((position) => position > 0);
  await addMessages(tx, sealer, row, positions);
}

/** Copies messages of the event log into the case, sealed anew, with the digest of their text. */
export async function addMessages(tx: Tx, sealer: Sealer, row: CaseRow, positions: number[]): Promise<void> {
  const messages = [
    ...(await messagesOf(tx, sealer, row.organisationId, positions)),
    ...(await sharedMediaOf(tx, sealer, row.organisationId, positions)),
  ];
  const notes = await mediaNotesAt(tx, row.organisationId, positions);
  await insertEvidence(
    tx,
    messages.map((message) => ({
      organisationId: row.organisationId,
      caseId: row.id,
      position: message.position,
      eventId: message.eventId,
      at: message.at,
      sender: message.from,
      recipients: message.to,
      delivery: message.delivery,
      severity: message.severity,
      cues: message.cues,
      media: notes.get(message.position) ?? [],
      sealed: message.text === null ? null : sealer.seal(message.text),
      digest: message.text === null ? null : digestOf(message.text),
    })),
  );
}

export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
