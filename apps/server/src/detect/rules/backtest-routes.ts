import { z } from 'zod';
import { recordAudit } from '../../base/audit.ts';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import {
  backtestById,
  backtestUnderWay,
  insertBacktest,
  listBacktests,
  updateBacktest,
} from './backtest-store.ts';
import { rulePermissions } from './permissions.ts';
import { knownVersion } from './record-rules.ts';
import { BacktestTold, backtestTold } from './rule-shapes.ts';
import type { RuleStaff } from './rule-staff.ts';
import { lockRules, versionInState } from './rule-store.ts';
import { prepareBacktests, queueBacktest } from './run-backtest.ts';

const security = [{ session: [] }];
const tags = ['rules'];

export function addBacktestRoutes(
  app: App,
  { database, jobs, live, now }: Services,
  staffOf: RuleStaff,
): void {
  const ofVersion = z.object({ number: z.coerce.number().int().min(1) });
  const ofRun = z.object({ id: z.uuid() });

  app.post(
    '/v1/rules/versions/:number/backtests',
    {
      schema: {
        summary: 'Try a version on the events of the last days',
        tags,
        security,
        params: ofVersion,
        body: z.strictObject({ days: z.number().int().min(1).max(90) }),
        response: { 202: BacktestTold },
      },
    },
    async (request, reply) => {
      const staff = await staffOf(request, rulePermissions['rules.draft']);
      const { organisationId } = staff;
      const at = now();
      await prepareBacktests(jobs);
      // As the system: the queue belongs to no organisation, and run and job are stored together or not at all.
      const row = await database.transaction('system', async (tx) => {
        await lockRules(tx, organisationId);
        const version = await knownVersion(tx, organisationId, request.params.number);
        if (await backtestUnderWay(tx, organisationId))
          throw new AppError('state-conflict', 'A backtest is under way: wait for it or cancel it.');
        const inForce = await versionInState(tx, organisationId, 'published');
        const made = await insertBacktest(tx, {
          id: crypto.randomUUID(),
          organisationId,
          version: version.number,
          hash: version.hash,
          against: inForce?.number ?? 0,
          days: request.body.days,
          authorId: staff.userId,
          authorName: staff.name,
          createdAt: at,
        });
        await recordAudit(tx, {
          organisationId,
          actor: staff.userId,
          action: 'rules.backtest',
          target: `rules/${version.number}`,
          data: { backtest: made.id, days: made.days, hash: made.hash },
          at,
        });
        await queueBacktest(tx, jobs, organisationId, made.id);
        return made;
      });
      return reply.status(202).send(backtestTold(row));
    },
  );

  app.get(
    '/v1/rules/versions/:number/backtests',
    {
      schema: {
        summary: 'The last backtests of a version',
        tags,
        security,
        params: ofVersion,
        response: { 200: z.object({ backtests: z.array(BacktestTold) }) },
      },
    },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.read']);
      return database.transaction({ organisation: staff.organisationId }, async (tx) => ({
        backtests: (await listBacktests(tx, staff.organisationId, request.params.number)).map(backtestTold),
      }));
    },
  );

  app.get(
    '/v1/rules/backtests/:id',
    {
      schema: {
        summary: 'How far a backtest is',
        tags,
        security,
        params: ofRun,
        response: { 200: BacktestTold },
      },
    },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.read']);
      const row = await database.transaction({ organisation: staff.organisationId }, (tx) =>
        backtestById(tx, staff.organisationId, request.params.id),
      );
      if (!row) throw new AppError('not-found', 'Your organisation has no such backtest.');
      return backtestTold(row);
    },
  );

  app.post(
    '/v1/rules/backtests/:id/cancel',
    {
      schema: { summary: 'Stop a backtest', tags, security, params: ofRun, response: { 200: BacktestTold } },
    },
    async (request) => {
      const staff = await staffOf(request, rulePermissions['rules.draft']);
      const at = now();
      const row = await database.transaction({ organisation: staff.organisationId }, async (tx) => {
        const found = await backtestById(tx, staff.organisationId, request.params.id);
        if (!found) throw new AppError('not-found', 'Your organisation has no such backtest.');
        const stopped = await updateBacktest(tx, found.id, { state: 'cancelled', updatedAt: at });
        if (!stopped) throw new AppError('state-conflict', `The backtest is over: ${found.state}.`);
        await recordAudit(tx, {
          organisationId: staff.organisationId,
          actor: staff.userId,
          action: 'rules.backtest-cancelled',
          target: `rules/${found.version}`,
          data: { backtest: found.id },
          at,
        });
        return stopped;
      });
      live.announce({ organisationId: staff.organisationId, topic: 'rules', id: row.id });
      return backtestTold(row);
    },
  );
}
