import { z } from 'zod';
import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import { Level, type Role } from '../../base/vocabulary.ts';
import type { FilePolicy } from '../policy.ts';
import { addBacktestRoutes } from './backtest-routes.ts';
import { createDraft, saveDraft } from './draft-rules.ts';
import { moveVersion, rollBack } from './move-rules.ts';
import { rulePermissions } from './permissions.ts';
import { knownVersion } from './record-rules.ts';
import { layOver, OrganisationRules } from './rule-set.ts';
import { detailOf, RulesOverview, Shadow, stepTold, summaryOf, VersionDetail } from './rule-shapes.ts';
import { ruleStaff } from './rule-staff.ts';
import {
  countShadowRules,
  countShadows,
  listDifferences,
  listRuleEvents,
  listVersions,
} from './rule-store.ts';

const security = [{ session: [] }];
const tags = ['rules'];
const params = z.object({ number: z.coerce.number().int().min(1) });
const name = z.string().trim().min(1).max(120);
const reason = z.string().trim().min(1).max(2000);
const percent = z.number().int().min(1).max(99);
/** Differences of a version in shadow that are listed. */
const MOST_DIFFERENCES = 30;

/** An organisation's rules: drafts, shadow, rollout, publishing, history, backtests. */
export function addRuleRoutes(app: App, services: Services, files: FilePolicy): void {
  const { database, guards, live, now } = services;

  const staffOf = ruleStaff(guards);

  /** Runs one step and tells open consoles after the commit. */
  async function step<T>(staff: Staff, id: string, work: (tx: Tx, at: Date) => Promise<T>): Promise<T> {
    const at = now();
    const done = await database.transaction({ organisation: staff.organisationId }, (tx) => work(tx, at));
    live.announce({ organisationId: staff.organisationId, topic: 'rules', id });
    return done;
  }

  const detail = async (tx: Tx, staff: Staff, number: number) => {
    const row = await knownVersion(tx, staff.organisationId, number);
    return detailOf(files, row, await listRuleEvents(tx, staff.organisationId, number));
  };

  app.get(
    '/v1/rules',
    {
      schema: {
        summary: 'The rules in force, and every version',
        tags,
        security,
        response: { 200: RulesOverview },
      },
    },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.read']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const versions = await listVersions(tx, staff.organisationId);
        const published = versions.find(({ state }) => state === 'published');
        const may = (roles: readonly Role[]) => roles.includes(staff.role);
        return {
          files: { version: files.version, rules: files.definitions },
          features: [...files.language.features],
          inForce: published?.number ?? 0,
          effective: layOver(files.definitions, published?.rules ?? []),
          candidate: versions.find(({ state }) => state === 'shadow' || state === 'rollout')?.number ?? null,
          versions: versions.map(summaryOf),
          history: (await listRuleEvents(tx, staff.organisationId)).map(stepTold),
          mayDraft: may(rulePermissions['rules.draft']),
          mayPublish: may(rulePermissions['rules.publish']),
        };
      });
    },
  );

  app.get(
    '/v1/rules/versions/:number',
    { schema: { summary: 'One version', tags, security, params, response: { 200: VersionDetail } } },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.read']);
      return database.transaction({ organisation: staff.organisationId }, (tx) =>
        detail(tx, staff, request.params.number),
      );
    },
  );

  app.post(
    '/v1/rules/versions',
    {
      schema: {
        summary: 'Begin a draft',
        tags,
        security,
        body: z.strictObject({ name, reason, rules: OrganisationRules, basedOn: z.number().int().min(0) }),
        response: { 200: VersionDetail },
      },
    },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.draft']);
      return step(staff, 'draft', async (tx, at) => {
        const row = await createDraft(tx, files, staff, request.body, at);
        return detail(tx, staff, row.number);
      });
    },
  );

  app.post(
    '/v1/rules/versions/:number/edit',
    {
      schema: {
        summary: 'Change a draft',
        tags,
        security,
        params,
        body: z.strictObject({ name, reason, rules: OrganisationRules, hash: z.string() }),
        response: { 200: VersionDetail },
      },
    },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.draft']);
      const { number } = request.params;
      return step(staff, String(number), async (tx, at) => {
        await saveDraft(tx, files, staff, number, request.body, at);
        return detail(tx, staff, number);
      });
    },
  );

  // Shadow acts on nobody, so whoever drafts may start and end it; what decides about people takes a lead.
  const moves = [
    ['shadow', 'Evaluate beside the rules in force, without acting', 'rules.draft'],
    ['discard', 'Lay a draft aside', 'rules.draft'],
    ['withdraw', 'Back to draft', 'rules.publish'],
    ['publish', 'Put in force for every account', 'rules.publish'],
  ] as const;
  for (const [move, summary, permission] of moves) {
    app.post(
      `/v1/rules/versions/:number/${move}`,
      {
        schema: {
          summary,
          tags,
          security,
          params,
          body: z.strictObject({ reason }),
          response: { 200: VersionDetail },
        },
      },
      async (request) => {
        const staff = await staffOf(request, rulePermissions[permission]);
        const { number } = request.params;
        return step(staff, String(number), async (tx, at) => {
          await moveVersion(tx, files, staff, { number, step: move, reason: request.body.reason }, at);
          return detail(tx, staff, number);
        });
      },
    );
  }

  app.post(
    '/v1/rules/versions/:number/roll-out',
    {
      schema: {
        summary: 'Put in force for a share of accounts',
        description:
          'A hash of organisation and account decides: an account stays on its side while the share grows.',
        tags,
        security,
        params,
        body: z.strictObject({ reason, percent }),
        response: { 200: VersionDetail },
      },
    },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.publish']);
      const { number } = request.params;
      return step(staff, String(number), async (tx, at) => {
        await moveVersion(tx, files, staff, { number, step: 'roll-out', ...request.body }, at);
        return detail(tx, staff, number);
      });
    },
  );

  app.post(
    '/v1/rules/rollback',
    {
      schema: {
        summary: 'Put an earlier version (0: the rules of the files) in force again',
        tags,
        security,
        body: z.strictObject({ number: z.number().int().min(0), reason }),
        response: { 200: z.object({ inForce: z.number().int() }) },
      },
    },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.publish']);
      const { number } = request.body;
      return step(staff, String(number), async (tx, at) => {
        await rollBack(tx, files, staff, request.body, at);
        return { inForce: number };
      });
    },
  );

  app.get(
    '/v1/rules/versions/:number/shadow',
    {
      schema: {
        summary: 'What a version in shadow or rollout said beside the one in force',
        tags,
        security,
        params,
        response: { 200: Shadow },
      },
    },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.read']);
      const { organisationId } = staff;
      const { number } = request.params;
      return database.transaction({ organisation: organisationId }, async (tx) => {
        await knownVersion(tx, organisationId, number);
        const differences = await listDifferences(tx, organisationId, number, MOST_DIFFERENCES);
        return {
          counts: await countShadows(tx, organisationId, number),
          rules: await countShadowRules(tx, organisationId, number),
          differences: differences.map((one) => ({
            eventId: one.eventId,
            account: one.account,
            on: one.on,
            level: Level.parse(one.level),
            side: one.side,
            inForce: one.inForce,
            candidate: one.candidate,
            rules: [...new Set([...one.inForceRules, ...one.candidateRules])],
            at: one.at.toISOString(),
          })),
        };
      });
    },
  );

  addBacktestRoutes(app, services, staffOf);
}
