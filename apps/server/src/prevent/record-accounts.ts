import type { Tx } from '../base/database.ts';
import type { Entry } from '../base/event-log.ts';
import type { AgeBand } from '../base/vocabulary.ts';
import { type Assurance, type KnownAge, settleAge, type ToldAge, usualConfidence } from './age.ts';
import {
  addBlock,
  connect,
  deleteAccounts,
  disconnect,
  lockAges,
  type NewClaim,
  openClaims,
  type Pair,
  saveAges,
  settleClaims,
} from './store.ts';
import { forgetSupervisions } from './supervision/index.ts';

interface AccountData {
  account: {
    id: string;
    ageBand?: AgeBand;
    assurance?: Assurance;
    confidence?: number;
    leavesBandOn?: string;
  };
}
interface PairData {
  from: { id: string };
  to: { id: string };
}

/** Step of the log worker: keeps who is how old, who is connected and who blocked whom, from the platform's own events. */
export async function recordAccounts(tx: Tx, entries: Entry[], now: Date): Promise<void> {
  const told: Entry[] = [];
  let pairs: Pair[] = [];
  // In order, since an account may be registered, updated and deleted within one batch.
  const flush = async () => {
    await recordAges(tx, told.splice(0), now);
    await connect(tx, pairs);
    pairs = [];
  };
  for (const entry of entries) {
    const { organisationId, type, data, time, role } = entry;
    if (role === 'mirror') continue;
    switch (type) {
      case 'account.registered':
      case 'account.updated':
        told.push(entry);
        break;
      case 'account.deleted':
        await flush();
        await deleteAccounts(tx, [{ organisationId, id: (data as AccountData).account.id }]);
        await forgetSupervisions(tx, organisationId, (data as AccountData).account.id);
        break;
      case 'contact.accepted': {
        const { from, to } = data as PairData;
        pairs.push({ organisationId, one: from.id, other: to.id, at: time });
        break;
      }
      case 'contact.removed': {
        await flush();
        const { from, to } = data as PairData;
        await disconnect(tx, { organisationId, one: from.id, other: to.id });
        break;
      }
      case 'user.blocked': {
        await flush();
        const { by, target } = data as { by: { id: string }; target: { id: string } };
        await disconnect(tx, { organisationId, one: by.id, other: target.id });
        await addBlock(tx, { organisationId, one: by.id, other: target.id, at: time });
        break;
      }
      default:
    }
  }
  await flush();
}

async function recordAges(tx: Tx, entries: Entry[], now: Date): Promise<void> {
  if (entries.length === 0) return;
  const today = now.toISOString().slice(0, 10);
  const ids = entries.map(({ organisationId, data }) => ({
    organisationId,
    id: (data as AccountData).account.id,
  }));
  const known = await lockAges(tx, ids);
  const changed = new Map<string, { organisationId: string; id: string; age: KnownAge; at: Date }>();
  const claims: NewClaim[] = [];
  for (const { organisationId, data, time } of entries) {
    const { account } = data as AccountData;
    const key = `${organisationId} ${account.id}`;
    const before = changed.get(key) ?? known.get(key);
    if (before && before.at > time) continue;
    const assurance = account.assurance ?? 'declared';
    const told: ToldAge = {
      band: account.ageBand ?? 'unknown',
      assurance,
      confidence: account.confidence ?? usualConfidence[assurance],
      leavesBandOn: account.leavesBandOn,
    };
    const { age, signal } = settleAge(before?.age, told, today);
    changed.set(key, { organisationId, id: account.id, age, at: time });
    if (signal && before)
      claims.push({
        organisationId,
        account: account.id,
        kind: signal,
        from: before.age.band,
        told,
        at: time,
      });
  }
  await saveAges(tx, [...changed.values()]);
  await settleClaims(
    tx,
    [...changed.values()].filter(({ age }) => age.elder === undefined),
    now,
  );
  await openClaims(tx, claims);
}
