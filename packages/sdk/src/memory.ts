import type { Clock } from './clock.ts';
import type { AgeBand, EventData } from './event-data.ts';
import type { Decision, Question, Settings, Storage } from './shapes.ts';
import { readers, type Snapshot } from './snapshot.ts';

/** Most accounts or pairs of each kind that are remembered; the longest unseen go first. */
const MOST = 10_000;
const RISK_LASTS = 24 * 60 * 60 * 1000;

class Recent<T> {
  readonly #kept = new Map<string, T>();

  get(key: string): T | undefined {
    return this.#kept.get(key);
  }

  set(key: string, value: T): void {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }
}

const pair = (one: string, other: string) => JSON.stringify(one < other ? [one, other] : [other, one]);

/** What this process learned of accounts while the server answered; bounded, and gone with the process. */
export class Memory {
  readonly #clock: Clock;
  readonly #storage: Storage | undefined;
  readonly #settings = new Recent<Settings>();
  readonly #bands = new Recent<readonly AgeBand[]>();
  readonly #contacts = new Recent<number>();
  readonly #blocked = new Recent<true>();
  readonly #risks = new Recent<{ at: number; question: string }>();

  constructor(clock: Clock, storage: Storage | undefined) {
    this.#clock = clock;
    this.#storage = storage;
  }

  learnSettings(settings: Settings): void {
    this.#settings.set(settings.account, settings);
    void write(this.#storage, `settings:${settings.account}`, settings);
  }

  /** Settings of an account that this process read last. */
  lastSettings(account: string): Settings | undefined {
    return this.#settings.get(account);
  }

  /** Last known settings of an account, from storage if this process never read them. */
  async settingsOf(account: string): Promise<Settings | undefined> {
    return (
      this.#settings.get(account) ??
      ((await read(this.#storage, `settings:${account}`)) as Settings | undefined)
    );
  }

  /** The bands that this platform's own account events gave, the newest last: one, unless a change is not proven. */
  bandsOf(account: string): readonly AgeBand[] {
    return this.#bands.get(account) ?? [];
  }

  /** When two accounts accepted each other, if their acceptance passed through here (milliseconds since 1970). */
  connectedSince(one: string, other: string): number | undefined {
    return this.#contacts.get(pair(one, other));
  }

  isBlocked(one: string, other: string): boolean {
    return this.#blocked.get(pair(one, other)) ?? false;
  }

  isRisky(account: string): boolean {
    const risk = this.#risks.get(account);
    return risk !== undefined && this.#clock.now() - risk.at < RISK_LASTS;
  }

  /** Events that pass through on their way to the server say who is who. */
  learnEvent<T extends keyof EventData>(type: T, data: EventData[T], at: number): void {
    if (type === 'account.registered' || type === 'account.updated') {
      const { id, ageBand, assurance } = (data as EventData['account.updated']).account;
      // "Unknown" teaches nothing, and a claim to be older (or younger) is a signal, not a switch: both are judged.
      if (ageBand === undefined || ageBand === 'unknown') return;
      const before = assurance === 'verified' ? [] : this.bandsOf(id).filter((band) => band !== ageBand);
      this.#bands.set(id, [...before, ageBand]);
    } else if (type === 'account.deleted') {
      const { account } = data as EventData['account.deleted'];
      this.#bands.delete(account.id);
      this.#settings.delete(account.id);
    } else if (type === 'user.blocked') {
      const { by, target } = data as EventData['user.blocked'];
      this.#blocked.set(pair(by.id, target.id), true);
      this.#contacts.delete(pair(by.id, target.id));
    } else if (type === 'contact.accepted') {
      const { from, to } = data as EventData['contact.accepted'];
      this.#contacts.set(pair(from.id, to.id), at);
      this.#blocked.delete(pair(from.id, to.id));
    } else if (type === 'contact.removed') {
      const { from, to } = data as EventData['contact.removed'];
      this.#contacts.delete(pair(from.id, to.id));
    }
  }

  /** A decision shows what only the server sees: that two accounts are blocked, that an account is at risk. */
  learnDecision(question: Question, decision: Decision, snapshot: Snapshot | undefined): void {
    if (!snapshot) return;
    const { subject, resource, action } = question;
    const between = pair(subject.id, resource.id);
    const fired = (ids: Set<string>) => decision.policies.some((id) => ids.has(id));
    if (fired(readers(snapshot, 'context.blocked'))) this.#blocked.set(between, true);
    else if (decision.decision !== 'deny') this.#blocked.delete(between);
    const asked = JSON.stringify([action, subject.id, resource.id]);
    for (const [account, fact] of [
      [subject.id, 'principal.risk'],
      [resource.id, 'resource.risk'],
    ] as const) {
      if (fired(readers(snapshot, fact)))
        this.#risks.set(account, { at: this.#clock.now(), question: asked });
      else if (this.#risks.get(account)?.question === asked) this.#risks.delete(account);
    }
  }
}

/** Reads a JSON value; a storage that fails or holds nonsense is as good as an empty one. */
export async function read(storage: Storage | undefined, key: string): Promise<unknown> {
  try {
    const text = await storage?.get(`keben:${key}`);
    return typeof text === 'string' ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    // Nothing is lost: the server is asked, or the fallback answers.
    return undefined;
  }
}

export async function write(storage: Storage | undefined, key: string, value: unknown): Promise<void> {
  try {
    await storage?.set(`keben:${key}`, JSON.stringify(value));
  } catch {
    // The memory of this process holds it as well; only a restart would miss it.
  }
}
