import { recordAudit } from '../../../base/audit.ts';
import type { Tx } from '../../../base/database.ts';
import type { Actor } from './bank.ts';

/** One line of the audit log about a bank or a content. */
export async function recordBank(
  tx: Tx,
  { organisationId, id }: { organisationId: string; id: string | number },
  by: Actor,
  action: string,
  data: object,
  now: Date,
): Promise<void> {
  await recordAudit(tx, {
    organisationId,
    actor: by.id,
    action,
    target: String(id),
    data: { ...data },
    at: now,
  });
}
