import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { sql } from 'drizzle-orm';
import { fromDrizzle, type PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { Webhook } from 'standardwebhooks';
import type { Database, Tx } from '../base/database.ts';
import type { Keys } from '../base/keys.ts';
import { organisationById } from '../base/organisation-store.ts';
import { type ActionRow, actionById, markAction } from './case-store.ts';

const QUEUE = 'action-webhook';
const ATTEMPTS = 8;

/** The event that a platform receives; the same by webhook and by GET /v1/actions. */
export function actionEvent(row: ActionRow) {
  return {
    id: row.id,
    action: row.action,
    account: row.account,
    ...(row.counterpart === null ? {} : { counterpart: row.counterpart }),
    case: row.caseId,
    statement: {
      id: row.statementId,
      ground: row.ground,
      text: { vi: row.statementVi, en: row.statementEn },
    },
    reason: row.ground,
    at: row.at.toISOString(),
  };
}

/** Queues a delivery in the transaction that decided the action, so neither is without the other. */
export async function queueWebhook(tx: Tx, jobs: PgBoss, actionId: string): Promise<void> {
  await jobs.send(
    QUEUE,
    { actionId },
    // pg-boss knows other versions of these types than ours; it only calls `execute` and writes SQL.
    { db: fromDrizzle(tx as never, sql as never), retryLimit: ATTEMPTS, retryDelay: 2, retryBackoff: true },
  );
}

export interface WebhookOptions {
  database: Database;
  keys: Keys;
  jobs: PgBoss;
  log: Logger;
  allowPrivate: boolean;
  now: () => Date;
}

/** Delivers queued webhooks (Standard Webhooks 1.0 signatures) with growing pauses between attempts. */
export async function startWebhooks(options: WebhookOptions): Promise<void> {
  await options.jobs.createQueue(QUEUE);
  await options.jobs.work<{ actionId: string }>(QUEUE, { pollingIntervalSeconds: 0.5 }, async (batch) => {
    for (const job of batch) await deliver(options, job.data.actionId);
  });
}

async function deliver(options: WebhookOptions, actionId: string): Promise<void> {
  const { database, keys, log, now } = options;
  const found = await database.transaction('system', async (tx) => {
    const row = await actionById(tx, actionId);
    if (!row) return undefined;
    const target = await organisationById(tx, row.organisationId);
    if (!target?.webhookUrl || !target.webhookSecretSealed) return undefined;
    const sealer = await keys.sealerOf(tx, target.id, now());
    return { row, url: target.webhookUrl, secret: sealer.open(target.webhookSecretSealed) };
  });
  // Without a webhook the platform pulls GET /v1/actions; the action stays `requested` until it asks.
  if (!found) return;
  const { row, url, secret } = found;
  try {
    if (!options.allowPrivate) await refusePrivate(new URL(url).hostname);
    const at = now();
    const body = JSON.stringify({
      type: 'action.requested',
      timestamp: at.toISOString(),
      data: actionEvent(row),
    });
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
      headers: {
        'content-type': 'application/json',
        'webhook-id': row.id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(row.id, at, body),
      },
      body,
    });
    if (!response.ok) throw new Error(`the platform answered ${response.status}`);
    await database.transaction('system', (tx) => markAction(tx, actionId, 'delivered'));
  } catch (cause) {
    log.warn({ err: cause, actionId }, 'webhook not delivered; it will be tried again');
    await database.transaction('system', (tx) => markAction(tx, actionId, 'failed'));
    throw cause;
  }
}

const privateRanges = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateRanges.addSubnet(net, bits, 'ipv4');
}
privateRanges.addAddress('::1', 'ipv6');
privateRanges.addSubnet('fc00::', 7, 'ipv6');
privateRanges.addSubnet('fe80::', 10, 'ipv6');

/** Refuses hosts inside our own network (server-side request forgery). */
async function refusePrivate(host: string): Promise<void> {
  const bare = host.replace(/^\[|\]$/g, '');
  const addresses = isIP(bare) ? [{ address: bare, family: isIP(bare) }] : await lookup(bare, { all: true });
  for (const { address, family } of addresses) {
    if (privateRanges.check(address, family === 6 ? 'ipv6' : 'ipv4')) {
      throw new Error(
        `the webhook host ${host} is a private address; set ALLOW_PRIVATE_WEBHOOKS=true to allow it`,
      );
    }
  }
}
