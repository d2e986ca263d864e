import { randomBytes } from 'node:crypto';
import type { Decision, Keben, RequestedAction, Screening, Settings } from '@keben/sdk';
import type { LocalText, Script, Step } from './scripts.ts';

type Side = 'young' | 'other';

export interface Message {
  id: string;
  from: Side;
  text: string;
  at: string;
  /** What the receiver gets: the text, the text with a warning, or only the news that something was held. */
  delivery: 'delivered' | 'warned' | 'held' | 'refused';
  level: string;
  cues: { cue: string; start: number; end: number }[];
  advice: Screening['advice'];
  /** True when Kề Bên could not be asked and the SDK's fallback decided. */
  unavailable: boolean;
}

/** All that the two phones show. Lives in memory only, as long as the demo runs. */
export interface StageState {
  id: string;
  /** Grows with every change: answers and the stream arrive on different connections, in any order. */
  revision: number;
  script: string;
  lang: 'vi' | 'en';
  step: number;
  steps: number;
  young: { id: string; ageBand: string };
  other: { id: string; ageBand: string };
  settings: Settings['settings'];
  request: { state: 'none' | 'waiting' | 'accepted'; decision?: Decision };
  messages: Message[];
  level: string;
  blocked: boolean;
  reportCase: string | null;
  restriction: { action: RequestedAction['action']; statement: LocalText } | null;
}

const PATIENCE_MS = 2000;
const levels = ['none', 'watch', 'elevated', 'high', 'critical'];

/** One play: two accounts of Sân Chơi, their chat, and what Kề Bên says of it. */
export class Stage {
  readonly state: StageState;
  /** Milliseconds since 1970. */
  readonly openedAt = Date.now();
  readonly #keben: Keben;
  readonly #script: Script;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(keben: Keben, script: Script, lang: 'vi' | 'en') {
    const id = randomBytes(4).toString('hex');
    this.#keben = keben;
    this.#script = script;
    this.state = {
      id,
      revision: 0,
      script: script.id,
      lang,
      step: 0,
      steps: script.steps.length,
      young: { id: `sc-${id}-young`, ageBand: script.young.ageBand },
      other: { id: `sc-${id}-other`, ageBand: script.other.ageBand },
      settings: {},
      request: { state: 'none' },
      messages: [],
      level: 'none',
      blocked: false,
      reportCase: null,
      restriction: null,
    };
  }

  /** Registers both accounts and reads the settings that protect the young one. */
  open(): Promise<void> {
    return this.#inTurn(async () => {
      for (const person of [this.#young, this.#other]) {
        this.#keben.events.send('account.registered', { account: { ...person, assurance: 'declared' } });
      }
      await this.#settle();
      const { id, ageBand } = this.#young;
      this.state.settings = (await this.#keben.settings.get(id, { ageBand })).settings;
    });
  }

  /** Plays the next step of the script. */
  next(): Promise<void> {
    return this.#inTurn(async () => {
      const step = this.#script.steps[this.state.step];
      if (!step) return;
      this.state.step++;
      await this.#play(step);
    });
  }

  /** Somebody types a message of their own. */
  say(from: Side, text: string): Promise<void> {
    return this.#inTurn(() => this.#say(from, text));
  }

  block(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.state.blocked) return;
      this.#keben.events.send('user.blocked', { by: this.#young, target: this.#other });
      this.state.blocked = true;
      await this.#settle();
    });
  }

  report(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.state.reportCase !== null) return;
      const made = await this.#keben.reports.create({
        by: this.#young,
        target: this.#other,
        conversation: this.state.id,
        evidence: this.state.messages
          .filter(({ from }) => from === 'other')
          .map(({ id }) => ({ eventId: id })),
      });
      this.state.reportCase = made.case;
    });
  }

  /** What the moderators of Sân Chơi decided in Kề Bên. */
  obey(action: RequestedAction): void {
    this.state.restriction =
      action.action === 'lift' ? null : { action: action.action, statement: action.statement.text };
    this.state.revision++;
  }

  owns(account: string): boolean {
    return account === this.state.other.id || account === this.state.young.id;
  }

  /** The young person, as their own phone knows them. */
  get young() {
    return { ...this.#young, name: this.#script.young.name[this.state.lang] };
  }

  get #young() {
    return { id: this.state.young.id, ageBand: this.#script.young.ageBand };
  }
  get #other() {
    return { id: this.state.other.id, ageBand: this.#script.other.ageBand };
  }
  get #relationship(): 'contact' | 'stranger' {
    return this.state.request.state === 'accepted' ? 'contact' : 'stranger';
  }

  async #play(step: Step): Promise<void> {
    switch (step.do) {
      case 'request': {
        const decision = await this.#keben.may({
          subject: this.#other,
          action: 'contact.request',
          resource: { type: 'account', ...this.#young },
        });
        if (decision.decision === 'deny') return;
        this.state.request = { state: 'waiting', decision };
        this.#keben.events.send('contact.requested', { from: this.#other, to: this.#young });
        return;
      }
      case 'accept':
        if (this.state.request.state !== 'waiting') return;
        this.state.request = { ...this.state.request, state: 'accepted' };
        this.#keben.events.send('contact.accepted', { from: this.#other, to: this.#young });
        await this.#settle();
        return;
      case 'say':
        await this.#say(step.from, step.text[this.state.lang]);
    }
  }

  async #say(from: Side, text: string): Promise<void> {
    const sender = from === 'young' ? this.#young : this.#other;
    const receiver = from === 'young' ? this.#other : this.#young;
    const stopped =
      this.state.blocked || (this.state.restriction !== null && this.state.restriction.action !== 'warn');
    const strangers = this.state.request.state !== 'accepted';
    if (strangers || (from === 'other' && stopped)) {
      this.#add({ from, text, delivery: 'refused', level: this.state.level });
      return;
    }
    const screened = await this.#keben.screen({
      conversation: this.state.id,
      from: sender,
      to: [receiver],
      text,
      lang: this.state.lang,
      relationship: this.#relationship,
    });
    const held = screened.decision === 'hold' || screened.decision === 'block';
    const delivery = held ? 'held' : screened.decision === 'warn' ? 'warned' : 'delivered';
    const message = this.#add({
      from,
      text,
      delivery,
      level: screened.level,
      cues: screened.cues,
      advice: screened.advice,
      unavailable: screened.unavailable,
    });
    this.#keben.events.send(
      'message.sent',
      {
        conversation: this.state.id,
        from: sender,
        to: [receiver],
        text,
        lang: this.state.lang,
        relationship: this.#relationship,
        delivery,
      },
      { id: message.id },
    );
    if (from === 'other' && levels.indexOf(screened.level) > levels.indexOf(this.state.level)) {
      this.state.level = screened.level;
    }
    await this.#settle();
  }

  /** Waits until Kề Bên has the events, but not for ever: the chat goes on when it is away. */
  async #settle(): Promise<void> {
    await Promise.race([
      this.#keben.events.flush().catch(() => undefined),
      new Promise((done) => setTimeout(done, PATIENCE_MS).unref()),
    ]);
  }

  #add(message: Pick<Message, 'from' | 'text' | 'delivery' | 'level'> & Partial<Message>): Message {
    const whole: Message = {
      id: `${this.state.id}-${this.state.messages.length + 1}`,
      at: new Date().toISOString(),
      cues: [],
      advice: [],
      unavailable: false,
      ...message,
    };
    this.state.messages.push(whole);
    return whole;
  }

  // Steps of one stage never overlap: a second tap waits for the first.
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work).finally(() => this.state.revision++);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
