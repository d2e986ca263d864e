import { settingsAway } from './away.ts';
import { backOff, type Clock } from './clock.ts';
import type { AgeBand } from './event-data.ts';
import { accepted, type Exchange, type Send } from './http.ts';
import type { Memory } from './memory.ts';
import type { Answer, ChosenSetting, Settings } from './shapes.ts';
import type { Snapshot } from './snapshot.ts';

export interface WatchOptions {
  /** Milliseconds between two looks at what changed (default 5000). */
  every?: number;
}

interface Watcher {
  account: string;
  ageBand: AgeBand | undefined;
  callback: (settings: Settings) => void;
  /** What the watcher knows: last told, or last read by this process when the watch began. */
  known: string | undefined;
  /** False until the first reading of the watch. */
  isRead: boolean;
}

const fromYoung: AgeBand[] = ['under-13', '13-15', '16-17', '18-24', 'adult'];
const youngest = (bands: readonly AgeBand[]) => fromYoung.find((band) => bands.includes(band));

const PAGE = 1000;
const LONGEST = 60_000;
const changesAfter = (after: string | number) => `/v1/settings/changes?after=${after}&limit=${PAGE}`;
type Changes = Answer<'/v1/settings/changes', 'get', 200>;

/** What a watcher compares: the settings as such, not whether they were fresh. */
const print = ({ ageBand, settings }: Settings) =>
  JSON.stringify([
    ageBand,
    Object.entries(settings).map(([name, { value, lockedBy, from }]) => [name, value, lockedBy, from]),
  ]);

/** Settings of accounts: asked, chosen, and followed as they change. */
export class SettingsDesk {
  readonly #send: Send;
  /** The exchange, or undefined when the server is away. */
  readonly #ask: (method: 'GET', path: string) => Promise<Exchange | undefined>;
  readonly #memory: Memory;
  readonly #clock: Clock;
  readonly #snapshot: () => Promise<Snapshot | undefined>;
  readonly #every: number;
  readonly #watchers = new Set<Watcher>();
  #cursor: number | undefined;
  #turn = 0;
  #failures = 0;
  /** Set while the loop waits or looks: there is one, however many watch. */
  #loop: { cancel: () => void } | undefined;

  constructor(parts: {
    send: Send;
    ask: (method: 'GET', path: string) => Promise<Exchange | undefined>;
    memory: Memory;
    clock: Clock;
    snapshot: () => Promise<Snapshot | undefined>;
    every: number;
  }) {
    this.#send = parts.send;
    this.#ask = parts.ask;
    this.#memory = parts.memory;
    this.#clock = parts.clock;
    this.#snapshot = parts.snapshot;
    this.#every = parts.every;
  }

  /** Settings that protect an account; the last known ones when the server is away. */
  async get(account: string, known: { ageBand?: AgeBand } = {}): Promise<Settings> {
    const fresh = await this.#fresh(account, known.ageBand);
    if (fresh) return fresh;
    const remembered = await this.#memory.settingsOf(account);
    if (remembered) return { ...remembered, unavailable: true };
    const band = known.ageBand ?? youngest(this.#memory.bandsOf(account)) ?? 'unknown';
    return settingsAway(account, band, await this.#snapshot());
  }

  /** The account's own choice; null takes it back. `reminded` says that the young person saw the reminder. Throws a KebenError. */
  async choose(
    account: string,
    setting: string,
    value: boolean | number | string | null,
    more: { reminded?: boolean } = {},
  ): Promise<ChosenSetting> {
    const path = `/v1/accounts/${encodeURIComponent(account)}/settings/${encodeURIComponent(setting)}`;
    const chosen = accepted(await this.#send('PUT', path, { value, ...more })) as ChosenSetting;
    const { outcome: _, ...settings } = chosen;
    this.#memory.learnSettings({ ...settings, unavailable: false });
    return chosen;
  }

  /**
   * Calls back with fresh settings whenever those of the account have changed, until `signal` is aborted or the returned
   * function is called. One loop follows the changes of all that are watched; while the server is away it looks less often.
   */
  watch(
    account: string,
    callback: (settings: Settings) => void,
    more: { signal?: AbortSignal; ageBand?: AgeBand } = {},
  ): () => void {
    const last = this.#memory.lastSettings(account);
    const known = last && print(last);
    const watcher: Watcher = { account, ageBand: more.ageBand, callback, known, isRead: false };
    const stop = () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#rest();
    };
    if (more.signal?.aborted) return stop;
    more.signal?.addEventListener('abort', stop, { once: true });
    this.#watchers.add(watcher);
    this.#lookIn(0);
    return stop;
  }

  /** Nobody watches any more. */
  close(): void {
    this.#watchers.clear();
    this.#rest();
  }

  async #fresh(account: string, ageBand: AgeBand | undefined): Promise<Settings | undefined> {
    const query = ageBand === undefined ? '' : `?ageBand=${ageBand}`;
    const exchange = await this.#ask('GET', `/v1/accounts/${encodeURIComponent(account)}/settings${query}`);
    if (!exchange || !(exchange.body as { settings?: unknown }).settings) return undefined;
    const settings = {
      ...(exchange.body as Answer<'/v1/accounts/{id}/settings', 'get', 200>),
      unavailable: false,
    };
    this.#memory.learnSettings(settings);
    return settings;
  }

  #rest(): void {
    this.#loop?.cancel();
    this.#loop = undefined;
    this.#cursor = undefined;
    this.#failures = 0;
  }

  #lookIn(milliseconds: number): void {
    if (this.#loop) return;
    const loop: { cancel: () => void } = { cancel: () => undefined };
    this.#loop = loop;
    loop.cancel = this.#clock.after(milliseconds, async () => {
      const isSeen = await this.#look().catch(() => false);
      // Stopped, and perhaps started anew, meanwhile.
      if (this.#loop !== loop) return;
      this.#loop = undefined;
      this.#failures = isSeen ? 0 : this.#failures + 1;
      this.#lookIn(
        isSeen
          ? this.#every
          : backOff(
              this.#failures,
              { first: this.#every, longest: Math.max(LONGEST, this.#every) },
              this.#clock,
            ),
      );
    });
  }

  /** One look; false when the server did not answer. */
  async #look(): Promise<boolean> {
    // The place in the list of changes is taken before the first reading, so that no change falls between.
    if (this.#cursor === undefined) {
      const start = await this.#ask('GET', changesAfter('now'));
      if (!start) return false;
      this.#cursor = (start.body as Changes).next;
    }
    const changed = new Set<string>();
    let cursor = this.#cursor;
    for (let isMore = true; isMore; ) {
      const answer = await this.#ask('GET', changesAfter(cursor));
      if (!answer) return false;
      const { accounts, next } = answer.body as Changes;
      for (const account of accounts) changed.add(account);
      isMore = accounts.length === PAGE;
      cursor = next;
    }
    const watchers = [...this.#watchers];
    // Birthdays and ages told move settings without a choice: one account at each look is read all the same.
    const inTurn = watchers[this.#turn++ % watchers.length];
    const due = watchers.filter((one) => one === inTurn || !one.isRead || changed.has(one.account));
    for (const watcher of due) {
      const settings = await this.#fresh(watcher.account, watcher.ageBand);
      // The cursor stays: what changed is looked at again.
      if (!settings) return false;
      this.#tell(watcher, settings);
    }
    this.#cursor = cursor;
    return true;
  }

  #tell(watcher: Watcher, settings: Settings): void {
    const now = print(settings);
    const before = watcher.known;
    watcher.known = now;
    watcher.isRead = true;
    if (before === undefined || before === now || !this.#watchers.has(watcher)) return;
    try {
      watcher.callback(settings);
    } catch (cause) {
      // A callback that throws must not stop the others; it is reported as any uncaught error is.
      queueMicrotask(() => {
        throw cause;
      });
    }
  }
}
