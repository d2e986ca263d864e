import type { Tx } from '../base/database.ts';
import type { Keys } from '../base/keys.ts';
import { standingsOf } from '../detect/index.ts';
import { actionsOf, type CaseRow, caseNumber, evidenceOf, historyOf, userReportsOf } from './case-store.ts';
import { generativeAiFields } from './generative-ai.ts';
import { marksOf } from './label-store.ts';
import {
  evidenceOfReferral,
  historyOfReferral,
  namesOfOrganisations,
  type ReferralRow,
  referralsOfCase,
} from './referral-store.ts';
import type { CaseDetail, Referral } from './shapes.ts';
import { reportOfCase } from './thread-store.ts';

/** A case as the queue shows it. */
export function summaryOf(row: CaseRow) {
  return {
    id: row.id,
    number: caseNumber(row),
    kind: row.kind as CaseDetail['kind'],
    state: row.state as CaseDetail['state'],
    urgency: row.urgency,
    level: row.level,
    harm: row.harm,
    subject: row.subject === null ? null : { id: row.subject, ageBand: row.subjectBand ?? 'unknown' },
    counterpart:
      row.counterpart === null ? null : { id: row.counterpart, ageBand: row.counterpartBand ?? 'unknown' },
    cues: row.cues,
    ...generativeAiFields(row.generativeAi),
    assignee: row.assigneeId === null ? null : { id: row.assigneeId, name: row.assigneeName ?? '' },
    openedAt: row.openedAt.toISOString(),
    deadline:
      row.deadlineAt === null
        ? null
        : {
            at: row.deadlineAt.toISOString(),
            kind: row.deadlineKind ?? 'target',
            ...(row.deadlineLaw === null ? {} : { law: row.deadlineLaw }),
          },
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** A case with all that belongs to it; messages stay veiled. */
export async function describeCase(tx: Tx, keys: Keys, row: CaseRow, now: Date): Promise<CaseDetail> {
  const evidence = await evidenceOf(tx, row.id);
  const ids = new Map(
    evidence.flatMap(({ position, id }) => (position === null ? [] : [[position, id] as const])),
  );
  const marks = await marksOf(tx, row.id);
  const notes = evidence.flatMap(({ media }) => media);
  const standings = await standingsOf(tx, row.organisationId, notes, now);
  const referrals = await referralsOfCase(tx, row.organisationId, row.id);
  const names = await namesOfOrganisations(tx);
  const sealer = await keys.sealerOf(tx, row.organisationId, now);
  const anonymous = await reportOfCase(tx, row.organisationId, row.id);
  return {
    ...summaryOf(row),
    contributions: row.contributions.map((term) => ({
      kind: term.kind,
      id: term.id,
      weight: term.weight,
      evidence: term.evidence.flatMap((position) => ids.get(position) ?? []),
    })),
    evidence: evidence.map((item) => ({
      id: item.id,
      eventId: item.eventId,
      at: item.at.toISOString(),
      from: item.sender,
      to: item.recipients,
      veiled: true as const,
      severity: item.severity,
      cues: [...new Set(item.cues.map(({ cue }) => cue))],
      wrong: [...new Set(item.cues.map(({ cue }) => cue))].filter(
        (cue) => marks.get(`${item.id} ${cue}`) === 'wrong',
      ),
      media: item.media.map((note) => ({
        ...note,
        lists: note.lists.map(({ content, ...list }) => ({
          ...list,
          ...(typeof content === 'number' ? { content, now: standings.get(content) } : {}),
        })),
      })),
      delivery: item.delivery,
    })),
    history: (await historyOf(tx, row.id)).map((step) => ({
      at: step.at.toISOString(),
      actor: step.actorId === null ? null : { id: step.actorId, name: step.actorName ?? '' },
      type: step.type,
      ...(step.note === null ? {} : { note: step.note }),
      data: step.data,
    })),
    referrals: await Promise.all(referrals.map((referral) => describeReferral(tx, referral, names))),
    actions: (await actionsOf(tx, row.id)).map((item) => ({
      id: item.id,
      action: item.action as CaseDetail['actions'][number]['action'],
      at: item.at.toISOString(),
      by: item.byName,
      status: item.status,
      statement: { vi: item.statementVi, en: item.statementEn },
    })),
    reports: (await userReportsOf(tx, row.id)).map((report) => ({
      id: report.id,
      by: report.reporter,
      harm: report.harm,
      comment: report.commentSealed === null ? null : sealer.open(report.commentSealed),
      at: report.at.toISOString(),
    })),
    ...(anonymous === undefined
      ? {}
      : {
          report: {
            id: anonymous.id,
            ageBand: anonymous.ageBand,
            harm: anonymous.harm,
            urgency: anonymous.urgency,
            region: anonymous.region,
          },
        }),
  };
}

export async function describeReferral(
  tx: Tx,
  row: ReferralRow,
  names: Map<string, { vi: string; en: string }>,
): Promise<Referral> {
  const organisation = (id: string) => ({ id, name: names.get(id) ?? { vi: id, en: id } });
  const evidence = await evidenceOfReferral(tx, row.id);
  const history = await historyOfReferral(tx, row.id);
  return {
    id: row.id,
    state: row.state as Referral['state'],
    from: organisation(row.fromOrganisation),
    to: organisation(row.toOrganisation),
    caseNumber: row.caseNumber,
    note: row.note,
    basis: row.basis,
    summary: { ...row.summary, ...generativeAiFields(row.summary.generativeAi) },
    evidence: evidence.map((item) => ({
      id: item.id,
      at: item.at.toISOString(),
      from: item.sender,
      severity: item.severity,
      cues: [...new Set(item.cues.map(({ cue }) => cue))],
    })),
    ...(row.outcomeKind === null ? {} : { outcome: { kind: row.outcomeKind, note: row.outcomeNote ?? '' } }),
    sentAt: row.sentAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    history: history.map((step) => ({
      at: step.at.toISOString(),
      actor: { id: step.actorId, name: step.actorName },
      type: step.type,
      ...(step.note === null ? {} : { note: step.note }),
    })),
  };
}
