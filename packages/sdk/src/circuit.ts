import { backOff, type Clock } from './clock.ts';

export interface CircuitOptions {
  /** Failures in a row after which the server counts as away (default 3). */
  failures?: number;
  /** Milliseconds until the first look whether it is back (default 1000); doubles up to `longest`. */
  pause?: number;
  /** Default 30,000. */
  longest?: number;
}

/**
 * Knows whether the server is away. While it is, nobody waits for it: one probe in the background looks, with growing
 * pauses, and the first success of any call ends it.
 */
export class Circuit {
  readonly #probe: () => Promise<boolean>;
  readonly #clock: Clock;
  readonly #options: Required<CircuitOptions>;
  #failures = 0;
  #probes = 0;
  #away = false;
  #closed = false;
  #cancel: () => void = () => undefined;

  /** `probe` resolves to true when the server answered; it never rejects. */
  constructor(probe: () => Promise<boolean>, clock: Clock, options: CircuitOptions = {}) {
    this.#probe = probe;
    this.#clock = clock;
    this.#options = { failures: 3, pause: 1000, longest: 30_000, ...options };
  }

  /** True while questions are answered without asking the server. */
  get away(): boolean {
    return this.#away;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#probes = 0;
    this.#away = false;
    this.#cancel();
  }

  /** `retryAfter`: milliseconds that the server asked for. */
  failed(retryAfter = 0): void {
    if (this.#away || ++this.#failures < this.#options.failures) return;
    this.#away = true;
    this.#lookLater(retryAfter);
  }

  /** Stops looking. */
  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #lookLater(atLeast: number): void {
    if (this.#closed) return;
    const { pause, longest } = this.#options;
    const wait = Math.max(atLeast, backOff(++this.#probes, { first: pause, longest }, this.#clock));
    this.#cancel = this.#clock.after(wait, () => void this.#look());
  }

  async #look(): Promise<void> {
    if (await this.#probe()) this.succeeded();
    else if (this.#away) this.#lookLater(0);
  }
}
