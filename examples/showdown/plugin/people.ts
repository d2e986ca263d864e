import { type AgeBand, createKeben, type Keben, type Party } from '@keben/sdk';
import { showdown, type User } from './showdown.ts';

export type LocalText = { vi: string; en: string };

const bands: readonly string[] = ['under-13', '13-15', '16-17', '18-24', 'adult'];
const known = new Map<string, AgeBand>();
let connection: Keben | undefined;

/** The connection to Kề Bên, made when it is first needed. */
export function keben(): Keben {
  const { Config, Monitor } = showdown();
  connection ??= createKeben({
    ...Config.keben,
    events: {
      onRejected: ({ type, code, pointer }) => Monitor.warn(`keben refused ${type}: ${code} ${pointer}`),
      onError: ({ message }) => Monitor.warn(`keben: ${message}`),
    },
  });
  return connection;
}

/** Reports what happened. A full buffer is told to the operator and does not stop the chat. */
export const report: (...event: Parameters<Keben['events']['send']>) => void = (...event) => {
  try {
    keben().events.send(...event);
  } catch (cause) {
    showdown().Monitor.warn(`an event for keben was lost: ${String(cause)}`);
  }
};

/** Learns the age band that the login server signed, and tells Kề Bên of the account. */
export function signedIn(user: User, band: string | undefined): void {
  const before = known.get(user.id);
  if (!user.registered || band === undefined || band === before || !bands.includes(band)) return;
  known.set(user.id, band as AgeBand);
  const account = { ...person(user.id), assurance: 'declared' as const };
  report(before === undefined ? 'account.registered' : 'account.updated', { account });
}

/** Who somebody is to Kề Bên; an age that nobody signed is `unknown`, and caution follows. */
export const person = (id: string): Party => ({ id, ageBand: known.get(id) ?? 'unknown' });

/** Showdown learns of friends when somebody signs in and when a request is accepted. */
export function relationship(one: User, other: User): 'contact' | 'stranger' {
  return one.friends?.has(other.id) || other.friends?.has(one.id) ? 'contact' : 'stranger';
}

/** The sentence in the language that the reader chose; Vietnamese when none was chosen. */
export function inLanguageOf(reader: User, text: LocalText): string {
  return reader.language === null ? text.vi : text.en;
}

export const away: LocalText = {
  vi: 'Kề Bên chưa trả lời, nên việc này tạm dừng để giữ an toàn. Bạn thử lại sau nhé.',
  en: 'Kề Bên does not answer, so this waits, to be on the safe side. Please try again later.',
};
