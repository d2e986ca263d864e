import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { rows, type Tx } from './database.ts';

/** One line of the record: who did what to which thing. `data` holds ids and codes, never content. */
export interface AuditEntry {
  organisationId: string;
  actor: string;
  action: string;
  target: string;
  data?: Record<string, unknown>;
  at: Date;
}

interface ChainRow {
  sequence: string;
  at: string;
  actor: string;
  action: string;
  target: string;
  data: string;
  previous: Uint8Array;
  hash: Uint8Array;
}

/** Appends to the organisation's chain: each hash covers the line and the hash before it. */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(7231003, hashtext(${entry.organisationId}))`);
  const [last] = await rows<{ sequence: string; hash: Uint8Array }>(
    tx,
    sql`select sequence::text, hash from audit where organisation_id = ${entry.organisationId} order by audit.sequence desc limit 1`,
  );
  const sequence = Number(last?.sequence ?? 0) + 1;
  const previous = last ? Buffer.from(last.hash) : Buffer.alloc(32);
  const data = JSON.stringify(entry.data ?? {});
  const at = entry.at.toISOString();
  const hash = chainHash(previous, sequence, at, entry.actor, entry.action, entry.target, data);
  await tx.execute(
    sql`insert into audit (organisation_id, sequence, at, actor, action, target, data, previous, hash)
      values (${entry.organisationId}, ${sequence}, ${at}, ${entry.actor}, ${entry.action}, ${entry.target}, to_jsonb(${data}::text), ${previous}, ${hash})`,
  );
}

export type AuditVerdict =
  | { intact: true; lines: number }
  | { intact: false; lines: number; brokenAt: number };

/** Recomputes one organisation's chain from the start. */
export async function verifyAudit(tx: Tx, organisationId: string): Promise<AuditVerdict> {
  const chain = await rows<ChainRow>(
    tx,
    sql`select sequence::text, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, actor, action, target,
      data #>> '{}' as data, previous, hash from audit where organisation_id = ${organisationId} order by audit.sequence`,
  );
  let previous: Uint8Array = Buffer.alloc(32);
  for (const [index, row] of chain.entries()) {
    const expected = chainHash(previous, index + 1, row.at, row.actor, row.action, row.target, row.data);
    const good =
      Number(row.sequence) === index + 1 &&
      Buffer.compare(row.previous, previous) === 0 &&
      Buffer.compare(row.hash, expected) === 0;
    if (!good) return { intact: false, lines: chain.length, brokenAt: index + 1 };
    previous = row.hash;
  }
  return { intact: true, lines: chain.length };
}

function chainHash(
  previous: Uint8Array,
  sequence: number,
  at: string,
  actor: string,
  action: string,
  target: string,
  data: string,
): Buffer {
  return createHash('sha256')
    .update(previous)
    .update(JSON.stringify([sequence, at, actor, action, target, data]))
    .digest();
}
