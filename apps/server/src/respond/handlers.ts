import type { Handlers } from '../base/outbox.ts';
import type { Services } from '../base/services.ts';
import { followReferral } from './answer-referral.ts';
import { noteAiMadeMedia } from './note-ai-made-media.ts';
import { openCaseForAssessment } from './open-case.ts';
import { queueWebhook } from './webhooks.ts';

/** What this room does when detection or its own steps tell of something (delivered by the outbox). */
export function respondHandlers({
  keys,
  live,
  jobs,
  now,
}: Pick<Services, 'keys' | 'live' | 'jobs' | 'now'>): Handlers {
  return {
    async 'assessment.raised'(tx, { organisationId, payload }, afterCommit) {
      const id = await openCaseForAssessment(tx, keys, organisationId, payload.assessmentId, now());
      if (id !== undefined) afterCommit(() => live.announce({ organisationId, topic: 'cases', id }));
    },
    async 'media.ai-made'(tx, { organisationId, payload }, afterCommit) {
      const id = await noteAiMadeMedia(tx, keys, organisationId, payload, now());
      if (id !== undefined) afterCommit(() => live.announce({ organisationId, topic: 'cases', id }));
    },
    async 'action.decided'(tx, { payload }) {
      await queueWebhook(tx, jobs, payload.actionId);
    },
    async 'referral.changed'(tx, { payload }, afterCommit) {
      const sides = await followReferral(tx, payload.referralId, now());
      if (!sides) return;
      afterCommit(() => {
        for (const organisationId of [sides.from, sides.to]) {
          live.announce({ organisationId, topic: 'referrals', id: payload.referralId });
        }
        live.announce({ organisationId: sides.from, topic: 'cases', id: sides.caseId });
      });
    },
  };
}
