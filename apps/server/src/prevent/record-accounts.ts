import type { Tx } from '../base/database.ts';
import type { Entry } from '../base/event-log.ts';
import type { AgeBand } from '../base/vocabulary.ts';
import { connect, deleteAccounts, disconnect, type Pair, saveAccounts } from './store.ts';

interface AccountData {
  account: { id: string; ageBand?: AgeBand; assurance?: string };
}
interface PairData {
  from: { id: string };
  to: { id: string };
}

/** Step of the log worker: keeps who is how old and who is connected, from the platform's own events. */
export async function recordAccounts(tx: Tx, entries: Entry[]): Promise<void> {
  // In order, since an account may be registered, updated and deleted within one batch.
  let accounts = new Map<string, Parameters<typeof saveAccounts>[1][number]>();
  let pairs: Pair[] = [];
  const flush = async () => {
    await saveAccounts(tx, [...accounts.values()]);
    await connect(tx, pairs);
    accounts = new Map();
    pairs = [];
  };
  for (const { organisationId, type, data, time, role } of entries) {
    if (role === 'mirror') continue;
    switch (type) {
      case 'account.registered':
      case 'account.updated': {
        const { account } = data as AccountData;
        accounts.set(`${organisationId} ${account.id}`, {
          organisationId,
          id: account.id,
          ageBand: account.ageBand ?? 'unknown',
          assurance: account.assurance ?? 'declared',
          at: time,
        });
        break;
      }
      case 'account.deleted':
        await flush();
        await deleteAccounts(tx, [{ organisationId, id: (data as AccountData).account.id }]);
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
        break;
      }
      default:
    }
  }
  await flush();
}
