import type { Tx } from '../../base/database.ts';
import { AppError } from '../../base/errors.ts';
import {
  type BankRow,
  bankNamed,
  createBank,
  REMOVAL_BANK,
  removalActor,
  type Signal,
} from '../../detect/index.ts';
import type { RemovalItem } from './request-shape.ts';

/** How long a request stands: its hashes are asked no longer after that, and it goes. Our choice; docs/security.md. */
export const STANDING_DAYS = 730;

/** A match is held for a person, nobody has looked yet, and every look-up asks, as long as a request stands. */
const settings = {
  action: 'hold',
  arrives: 'unconfirmed',
  enabledRatio: 1,
  retentionDays: STANDING_DAYS,
} as const satisfies Partial<BankRow>;

/**
 * The organisation's bank for requests, made when the first comes. A bank of that name with other settings is somebody's
 * own: it is left alone, and a further one is made.
 */
export async function removalBank(tx: Tx, organisationId: string, now: Date): Promise<BankRow> {
  for (let n = 1; ; n++) {
    const bank = await bankCalled(tx, organisationId, n === 1 ? REMOVAL_BANK : `${REMOVAL_BANK} ${n}`, now);
    if (fits(bank)) return bank;
  }
}

function fits({ action, arrives, enabledRatio, retentionDays }: BankRow): boolean {
  return (
    action === settings.action &&
    arrives === settings.arrives &&
    enabledRatio === settings.enabledRatio &&
    retentionDays === settings.retentionDays
  );
}

async function bankCalled(tx: Tx, organisationId: string, name: string, now: Date): Promise<BankRow> {
  const known = await bankNamed(tx, organisationId, name);
  if (known) return known;
  const bank = {
    name,
    source:
      'Người trẻ tự gửi qua trang "Gỡ ảnh của mình" / young people themselves, through "Take my picture down"',
    reason:
      'Có người xin gỡ ảnh hoặc phim này của mình / somebody asked to have this picture or film of them taken down',
    ...settings,
  };
  try {
    return await createBank(tx, organisationId, bank, removalActor, now);
  } catch (cause) {
    // Another first request may have made it while this one waited for the lock.
    const made = cause instanceof AppError ? await bankNamed(tx, organisationId, name) : undefined;
    if (!made) throw cause;
    return made;
  }
}

/**
 * What the items of a request are in a bank: files that look the same to the bit are one content, with the digests of
 * each, so that a look-up finds one and not as many as were sent.
 */
export function contentsOfItems(items: RemovalItem[]): { type: RemovalItem['type']; signals: Signal[] }[] {
  const by = new Map<string, { type: RemovalItem['type']; signals: Map<string, Signal> }>();
  for (const [at, item] of items.entries()) {
    const looks = item.type === 'image' ? item.pdq?.hash : item.frames.map(({ hash }) => hash).join(' ');
    const key = `${item.type} ${looks || at}`;
    const content = by.get(key) ?? { type: item.type, signals: new Map<string, Signal>() };
    by.set(key, content);
    for (const signal of signalsOfItem(item)) {
      const same = `${signal.kind} ${signal.value}`;
      if (!content.signals.has(same)) content.signals.set(same, signal);
    }
  }
  return [...by.values()].map(({ type, signals }) => ({ type, signals: [...signals.values()] }));
}

/** The hashes of an item as a bank takes them: a picture as it is first, then turned and mirrored. */
function signalsOfItem(item: RemovalItem): Signal[] {
  const signals: Signal[] = [];
  if (item.type === 'image' && item.pdq)
    for (const value of [item.pdq.hash, ...item.pdq.turned])
      signals.push({ kind: 'pdq', value, quality: item.pdq.quality });
  if (item.type === 'video')
    for (const { hash, quality, seconds } of item.frames)
      signals.push({ kind: 'vpdq', value: hash, quality, seconds });
  if (item.md5 !== undefined) signals.push({ kind: 'md5', value: item.md5 });
  if (item.sha1 !== undefined) signals.push({ kind: 'sha1', value: item.sha1 });
  if (item.sha256 !== undefined) signals.push({ kind: 'sha256', value: item.sha256 });
  return signals;
}
