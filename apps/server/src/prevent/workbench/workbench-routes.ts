import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Staff } from '../../base/auth.ts';
import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import type { App } from '../../base/http.ts';
import type { Services } from '../../base/services.ts';
import type { Role } from '../../base/vocabulary.ts';
import { protections } from './floor.ts';
import { differenceOf, OwnPolicies, type OwnPolicy } from './own-policies.ts';
import { safeguardPermissions } from './permissions.ts';
import { KEPT_DAYS, lastSamples, MOST_FACTS } from './sample-store.ts';
import { lawTold, tellPolicies } from './tell-policy.ts';
import {
  backToFiles,
  createDraft,
  knownVersion,
  moveVersion,
  refuseBelowFloor,
  refuseFaults,
  sameContent,
  saveDraft,
} from './version-steps.ts';
import { listEvents, listVersions, publishedVersion } from './version-store.ts';
import { vocabulary } from './vocabulary.ts';
import type { Workbench } from './workbench.ts';
import {
  Difference,
  Examined,
  examinedTold,
  Overview,
  samplesTold,
  stepTold,
  summaryOf,
  VersionDetail,
} from './workbench-shapes.ts';

const security = [{ session: [] }];
const tags = ['safeguards'];
const params = z.object({ number: z.coerce.number().int().min(1) });
const name = z.string().trim().min(1).max(120);
const reason = z.string().trim().min(1).max(2000);
const hash = z.string().max(64);

/** An organisation's policies in words: drafts, what they would change, approval by a second person, history. */
export function addWorkbenchRoutes(app: App, services: Services, workbench: Workbench): void {
  const { database, guards, live, now } = services;
  const { files, examiner, book } = workbench;

  async function staffOf(request: FastifyRequest, roles: readonly Role[]): Promise<Staff> {
    const staff = await guards.staff(request, ...roles);
    if (staff.organisationKind !== 'platform')
      throw new AppError(
        'not-allowed',
        'Policies belong to platforms: your organisation asks for no decisions.',
      );
    return staff;
  }

  const read = <T>({ organisationId }: Staff, work: (tx: Tx) => Promise<T>) =>
    database.transaction({ organisation: organisationId }, work);

  /** Runs one step and tells open consoles after the commit. */
  async function step<T>(staff: Staff, id: string, work: (tx: Tx, at: Date) => Promise<T>): Promise<T> {
    const at = now();
    const done = await read(staff, (tx) => work(tx, at));
    live.announce({ organisationId: staff.organisationId, topic: 'safeguards', id });
    return done;
  }

  const detail = async (tx: Tx, staff: Staff, number: number) => {
    const row = await knownVersion(tx, staff.organisationId, number);
    const inForce = await publishedVersion(tx, staff.organisationId);
    return {
      ...summaryOf(row),
      policies: row.policies,
      effective: tellPolicies(files.list, row.policies),
      changes: differenceOf(files.list, inForce?.policies ?? [], row.policies),
      history: (await listEvents(tx, staff.organisationId, number)).map(stepTold),
    };
  };

  /** Outside of a transaction: it takes a while. */
  async function examined(staff: Staff, policies: readonly OwnPolicy[]) {
    const inForce = await read(staff, (tx) => publishedVersion(tx, staff.organisationId));
    return examiner.examine(policies, countedOf(staff, inForce));
  }

  /** What the published version really says now: nothing, when the files took over. */
  function countedOf(staff: Staff, inForce: Awaited<ReturnType<typeof publishedVersion>>): OwnPolicy[] {
    if (!inForce || book.faultOf(staff.organisationId, inForce.number, inForce.hash) !== undefined) return [];
    return inForce.policies;
  }

  app.get(
    '/v1/safeguards',
    {
      schema: {
        summary: 'The policies in force, in words, and every version',
        tags,
        security,
        response: { 200: Overview },
      },
    },
    async (request) => {
      const staff = await staffOf(request, safeguardPermissions['safeguards.read']);
      const { organisationId } = staff;
      return read(staff, async (tx) => {
        const versions = await listVersions(tx, organisationId);
        // Asking the book makes it look at a version that no question was judged by yet.
        await book(tx, organisationId);
        const published = await publishedVersion(tx, organisationId);
        const fault = published && book.faultOf(organisationId, published.number, published.hash);
        const own = countedOf(staff, published);
        const may = (roles: readonly Role[]) => roles.includes(staff.role);
        return {
          files: { version: files.version, policies: tellPolicies(files.list, []) },
          inForce: published?.number ?? 0,
          fault: fault ?? null,
          policies: tellPolicies(files.list, own),
          off: own.flatMap((one) => ('off' in one ? [one.id] : [])),
          versions: versions.map(summaryOf),
          history: (await listEvents(tx, organisationId)).map(stepTold),
          vocabulary,
          floor: protections.map(({ id, name: words, law }) => ({ id, name: words, law: lawTold(law) })),
          you: staff.userId,
          mayDraft: may(safeguardPermissions['safeguards.draft']),
          mayApprove: may(safeguardPermissions['safeguards.approve']),
        };
      });
    },
  );

  app.post(
    '/v1/safeguards/check',
    {
      schema: {
        summary: 'What is wrong with a draft, and what it would change',
        tags,
        security,
        body: z.strictObject({ policies: OwnPolicies }),
        response: { 200: Examined },
      },
    },
    async (request) => {
      const staff = await staffOf(request, safeguardPermissions['safeguards.draft']);
      const { policies } = request.body;
      return examinedTold(await examined(staff, policies), files.list, policies);
    },
  );

  app.get(
    '/v1/safeguards/versions/:number',
    { schema: { summary: 'One version', tags, security, params, response: { 200: VersionDetail } } },
    async (request) => {
      const staff = await staffOf(request, safeguardPermissions['safeguards.read']);
      return read(staff, (tx) => detail(tx, staff, request.params.number));
    },
  );

  app.get(
    '/v1/safeguards/versions/:number/difference',
    {
      schema: {
        summary: 'What a version would change in the built-in situations and in the last real requests',
        tags,
        security,
        params,
        querystring: z.object({ requests: z.coerce.number().int().min(1).max(100_000_000).default(100_000) }),
        response: { 200: Difference },
      },
    },
    async (request) => {
      const staff = await staffOf(request, safeguardPermissions['safeguards.read']);
      const { organisationId } = staff;
      const since = new Date(now().getTime() - KEPT_DAYS * 86_400_000);
      await workbench.sampler.flush();
      const { row, inForce, last } = await read(staff, async (tx) => ({
        row: await knownVersion(tx, organisationId, request.params.number),
        inForce: await publishedVersion(tx, organisationId),
        last: await lastSamples(tx, organisationId, {
          requests: request.query.requests,
          limit: MOST_FACTS,
          since,
        }),
      }));
      const against = countedOf(staff, inForce);
      const found = await examiner.examine(row.policies, against);
      const compared = await examiner.compare(
        found.faults.length > 0 ? against : row.policies,
        against,
        last.samples,
      );
      return {
        ...examinedTold(found, files.list, row.policies),
        against: inForce?.number ?? 0,
        samples: samplesTold(compared, last),
      };
    },
  );

  app.post(
    '/v1/safeguards/versions',
    {
      schema: {
        summary: 'Begin a draft',
        tags,
        security,
        body: z.strictObject({ name, reason, policies: OwnPolicies, basedOn: z.number().int().min(0) }),
        response: { 200: VersionDetail },
      },
    },
    async (request) => {
      const staff = await staffOf(request, safeguardPermissions['safeguards.draft']);
      refuseFaults(await examiner.faults(request.body.policies));
      return step(staff, 'draft', async (tx, at) => {
        const row = await createDraft(tx, files, staff, request.body, at);
        return detail(tx, staff, row.number);
      });
    },
  );

  app.post(
    '/v1/safeguards/versions/:number/edit',
    {
      schema: {
        summary: 'Change a draft',
        tags,
        security,
        params,
        body: z.strictObject({ name, reason, policies: OwnPolicies, hash }),
        response: { 200: VersionDetail },
      },
    },
    async (request) => {
      const staff = await staffOf(request, safeguardPermissions['safeguards.draft']);
      const { number } = request.params;
      refuseFaults(await examiner.faults(request.body.policies));
      return step(staff, String(number), async (tx, at) => {
        await saveDraft(tx, files, staff, number, request.body, at);
        return detail(tx, staff, number);
      });
    },
  );

  const moves = [
    ['propose', 'Ask a second person to publish it', 'safeguards.draft'],
    ['withdraw', 'Take a proposal back', 'safeguards.draft'],
    ['discard', 'Lay a draft aside', 'safeguards.draft'],
    ['refuse', 'Refuse a proposal', 'safeguards.approve'],
    ['publish', 'Approve a proposal of somebody else and put it in force', 'safeguards.approve'],
  ] as const;
  for (const [move, summary, permission] of moves) {
    app.post(
      `/v1/safeguards/versions/:number/${move}`,
      {
        schema: {
          summary,
          tags,
          security,
          params,
          body: z.strictObject({ reason, hash, against: z.number().int().min(0).optional() }),
          response: { 200: VersionDetail },
        },
      },
      async (request) => {
        const staff = await staffOf(request, safeguardPermissions[permission]);
        const { number } = request.params;
        if (move === 'propose' || move === 'publish') {
          const row = await read(staff, (tx) => knownVersion(tx, staff.organisationId, number));
          // What is examined now is what the step will find, or the step is refused.
          sameContent(row, request.body.hash);
          const found = await examined(staff, row.policies);
          refuseFaults(found.faults);
          if ('floor' in found) refuseBelowFloor(found.floor);
        }
        return step(staff, String(number), async (tx, at) => {
          await moveVersion(tx, files, staff, { number, step: move, ...request.body }, at);
          return detail(tx, staff, number);
        });
      },
    );
  }

  app.post(
    '/v1/safeguards/back-to-files',
    {
      schema: {
        summary: 'In an emergency: the policies of the files alone, at once',
        description:
          'Needs no second person, since the files are never below the floor. To bring a version back, propose it again.',
        tags,
        security,
        body: z.strictObject({ reason }),
        response: { 200: z.object({ inForce: z.literal(0) }) },
      },
    },
    async (request) => {
      const staff = await staffOf(request, safeguardPermissions['safeguards.approve']);
      return step(staff, '0', async (tx, at) => {
        await backToFiles(tx, files, staff, request.body.reason, at);
        return { inForce: 0 as const };
      });
    },
  );
}
