import { z } from 'zod';
import type { App } from '../base/http.ts';
import type { Services } from '../base/services.ts';
import { AgeBand, LocalText } from '../base/vocabulary.ts';
import { decideAccess } from './decide-access.ts';
import type { Safeguards } from './safeguards.ts';
import { teenSettings } from './settings.ts';
import { bandsOf } from './store.ts';

const security = [{ apiKey: [] }];
const id = z.string().min(1).max(128);
const ResourceType = z.enum(['account', 'content', 'stream']);
const attributes = z.record(z.string(), z.unknown());

const Verdict = z
  .object({
    decision: z.enum(['allow', 'deny', 'limit']),
    policies: z.array(z.string()),
    reasons: z.array(
      z.object({
        policy: z.string(),
        cue: z.string().optional(),
        law: z.string().optional(),
        text: LocalText,
      }),
    ),
    obligations: z.array(z.object({ id: z.string(), policy: z.string() })),
  })
  .meta({ id: 'AccessDecision' });

const Settings = z.record(
  z.string(),
  z.object({
    value: z.union([z.boolean(), z.number(), z.string()]),
    lockedBy: z.enum(['nobody', 'parent', 'self']),
    reason: LocalText,
  }),
);

export function addPreventRoutes(app: App, services: Services, safeguards: Safeguards): void {
  const { database, guards, now, config } = services;

  app.post(
    '/v1/decisions',
    {
      schema: {
        summary: 'May this happen?',
        tags: ['prevent'],
        security,
        body: z.strictObject({
          subject: z.strictObject({ id, ageBand: AgeBand.optional() }),
          action: z.string().min(1).max(64),
          resource: z.strictObject({
            type: ResourceType,
            id,
            ageBand: AgeBand.optional(),
            properties: attributes.optional(),
          }),
          context: attributes.optional(),
        }),
        response: { 200: Verdict },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      return database.transaction(
        { organisation: organisationId },
        (tx) => decideAccess(tx, safeguards, organisationId, request.body, now()),
        { urgent: true },
      );
    },
  );

  // OpenID AuthZEN Authorization API 1.0, section 6 (Access Evaluation API).
  app.post(
    '/access/v1/evaluation',
    {
      schema: {
        summary: 'May this happen? (OpenID AuthZEN 1.0)',
        tags: ['prevent'],
        security,
        body: z.object({
          subject: z.object({ type: z.literal('account'), id, properties: attributes.optional() }),
          action: z.object({ name: z.string().min(1).max(64), properties: attributes.optional() }),
          resource: z.object({ type: ResourceType, id, properties: attributes.optional() }),
          context: attributes.optional(),
        }),
        response: {
          200: z.object({
            decision: z.boolean(),
            context: z.object({
              outcome: z.enum(['allow', 'deny', 'limit']),
              reasons: Verdict.shape.reasons,
              obligations: Verdict.shape.obligations,
            }),
          }),
        },
      },
    },
    async (request, reply) => {
      const organisationId = await guards.platform(request);
      const { subject, action, resource, context } = request.body;
      const requestId = request.headers['x-request-id'];
      if (typeof requestId === 'string') reply.header('x-request-id', requestId);
      const verdict = await database.transaction(
        { organisation: organisationId },
        (tx) =>
          decideAccess(
            tx,
            safeguards,
            organisationId,
            {
              subject: { id: subject.id, ageBand: bandIn(subject.properties) },
              action: action.name,
              resource: {
                type: resource.type,
                id: resource.id,
                ageBand: bandIn(resource.properties),
                properties: resource.properties,
              },
              context,
            },
            now(),
          ),
        { urgent: true },
      );
      // A limit is not a yes: a platform that ignores obligations must not let it pass.
      return {
        decision: verdict.decision === 'allow',
        context: { outcome: verdict.decision, reasons: verdict.reasons, obligations: verdict.obligations },
      };
    },
  );

  app.get(
    '/.well-known/authzen-configuration',
    {
      schema: {
        summary: 'Where the AuthZEN endpoints are',
        tags: ['prevent'],
        response: {
          200: z.object({ policy_decision_point: z.string(), access_evaluation_endpoint: z.string() }),
        },
      },
    },
    () => ({
      policy_decision_point: config.publicUrl,
      access_evaluation_endpoint: `${config.publicUrl}/access/v1/evaluation`,
    }),
  );

  app.get(
    '/v1/accounts/:id/settings',
    {
      schema: {
        summary: 'Settings that protect this account',
        tags: ['prevent'],
        security,
        params: z.object({ id }),
        querystring: z.object({ ageBand: AgeBand.optional() }),
        response: { 200: z.object({ account: z.string(), ageBand: AgeBand, settings: Settings }) },
      },
    },
    async (request) => {
      const organisationId = await guards.platform(request);
      const account = request.params.id;
      const bands = await database.transaction({ organisation: organisationId }, (tx) =>
        bandsOf(tx, organisationId, [account]),
      );
      const ageBand = bands.get(account) ?? request.query.ageBand ?? 'unknown';
      return { account, ageBand, settings: { ...teenSettings(ageBand) } };
    },
  );
}

function bandIn(properties: Record<string, unknown> | undefined): AgeBand | undefined {
  const given = AgeBand.safeParse(properties?.ageBand);
  return given.success ? given.data : undefined;
}
