import { sql } from 'drizzle-orm';
import { fromDrizzle, type PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { Webhook } from 'standardwebhooks';
import type { Database, Tx } from '../base/database.ts';
import type { Keys } from '../base/keys.ts';
import { organisationById } from '../base/organisation-store.ts';
import { anyAddress, OutboundRefused, requestOutside } from '../base/outbound.ts';
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
    const at = now();
    const body = JSON.stringify({
      type: 'action.requested',
      timestamp: at.toISOString(),
      data: actionEvent(row),
    });
    const response = await requestOutside(new URL(url), {
      method: 'POST',
      ...(options.allowPrivate && { allows: anyAddress }),
      signal: AbortSignal.timeout(10_000),
      headers: {
        'content-type': 'application/json',
        'webhook-id': row.id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(row.id, at, body),
      },
      body,
    });
    response.destroy();
    const { statusCode = 0 } = response;
    if (statusCode < 200 || statusCode > 299) throw new Error(`the platform answered ${statusCode}`);
    await database.transaction('system', (tx) => markAction(tx, actionId, 'delivered'));
  } catch (cause) {
    const mend =
      cause instanceof OutboundRefused ? ' (ALLOW_PRIVATE_WEBHOOKS=true allows private addresses)' : '';
    log.warn({ err: cause, actionId }, `webhook not delivered; it will be tried again${mend}`);
    await database.transaction('system', (tx) => markAction(tx, actionId, 'failed'));
    throw cause;
  }
}
