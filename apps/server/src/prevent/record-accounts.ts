import type { Tx } from '../base/database.ts';
import type { Entry } from '../base/event-log.ts';
import type { AgeBand } from '../base/vocabulary.ts';
import { type Assurance, usualConfidence } from './age.ts';
import { goneSince, keyOf, type Whose } from './age-store.ts';
import { recordAges, type TellingOfAge } from './ages/record-ages.ts';
import { addBlock, connect, deleteAccounts, disconnect, type Pair, removeBlock } from './store.ts';
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
interface BlockData {
  by: { id: string };
  target: { id: string };
}

/** Step of the log worker: keeps who is how old, who is connected and who blocked whom, from the platform's own events. */
export async function recordAccounts(tx: Tx, entries: Entry[], now: Date): Promise<void> {
  const heard = entries.filter(({ role, type }) => role !== 'mirror' && type in accountsOf);
  if (heard.length === 0) return;
  const gone = await goneSince(tx, heard.flatMap(whoseOf));
  let told: TellingOfAge[] = [];
  let pairs: Pair[] = [];
  // In order, since an account may be registered, updated and deleted within one batch.
  const flush = async () => {
    await recordAges(tx, told, now);
    told = [];
    await connect(tx, pairs);
    pairs = [];
  };
  for (const entry of heard) {
    const { organisationId, type, data } = entry;
    // A clock that is ahead would keep out everything that is told after it.
    const at = entry.time > now ? now : entry.time;
    if (type === 'account.deleted') {
      await flush();
      const whose = { organisationId, id: (data as AccountData).account.id };
      await deleteAccounts(tx, [{ ...whose, at }]);
      await forgetSupervisions(tx, organisationId, whose.id);
      gone.set(keyOf(whose), at);
      continue;
    }
    // What comes late about an account that was deleted does not bring it back.
    if (whoseOf(entry).some((one) => (gone.get(keyOf(one))?.getTime() ?? -1) >= at.getTime())) continue;
    switch (type) {
      case 'account.registered':
      case 'account.updated': {
        const { account } = data as AccountData;
        const assurance = account.assurance ?? 'declared';
        told.push({
          organisationId,
          id: account.id,
          at,
          told: {
            band: account.ageBand ?? 'unknown',
            assurance,
            confidence: account.confidence ?? usualConfidence[assurance],
            leavesBandOn: account.leavesBandOn,
          },
        });
        break;
      }
      case 'contact.accepted': {
        const { from, to } = data as PairData;
        pairs.push({ organisationId, one: from.id, other: to.id, at });
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
        const { by, target } = data as BlockData;
        await disconnect(tx, { organisationId, one: by.id, other: target.id });
        await addBlock(tx, { organisationId, one: by.id, other: target.id, at });
        break;
      }
      case 'user.unblocked': {
        const { by, target } = data as BlockData;
        await removeBlock(tx, { organisationId, one: by.id, other: target.id, at });
        break;
      }
      default:
    }
  }
  await flush();
}

const account = (data: unknown) => [(data as AccountData).account.id];
const pair = (data: unknown) => [(data as PairData).from.id, (data as PairData).to.id];

const blocked = (data: unknown) => [(data as BlockData).by.id, (data as BlockData).target.id];

/** The accounts that an event of each type that is heard here is about. */
const accountsOf: Record<string, (data: unknown) => string[]> = {
  'account.registered': account,
  'account.updated': account,
  'account.deleted': account,
  'contact.accepted': pair,
  'contact.removed': pair,
  'user.blocked': blocked,
  'user.unblocked': blocked,
};

function whoseOf({ organisationId, type, data }: Entry): Whose[] {
  return (accountsOf[type]?.(data) ?? []).map((id) => ({ organisationId, id }));
}
