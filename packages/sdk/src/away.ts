import type { Clock } from './clock.ts';
import type { AgeBand } from './event-data.ts';
import type { Memory } from './memory.ts';
import type { Decision, Fallback, Question, Settings } from './shapes.ts';
import { type AccountAway, judgeAway, type Snapshot, stricter } from './snapshot.ts';

type Verdict = Omit<Decision, 'unavailable'>;

const notAnswered = {
  vi: 'Kề Bên chưa trả lời nên chọn cách an toàn nhất.',
  en: 'Kề Bên did not answer, so the safest way is taken.',
};

export function mayBeMinor(band: AgeBand | undefined): boolean {
  return band !== '18-24' && band !== 'adult';
}

/** True when the fallback closes for at least one of these people. */
export function closedFor(
  bands: (AgeBand | undefined)[],
  { minors = 'closed', others = 'open' }: Fallback,
): boolean {
  return (bands.some(mayBeMinor) ? minors : others) === 'closed';
}

/** The other account of a question: the one acted upon, or the host of a stream. */
function otherIn({ resource, context }: Question): { id: string; ageBand: AgeBand | undefined } | undefined {
  if (resource.type === 'account') return { id: resource.id, ageBand: resource.ageBand };
  const { host, hostAgeBand } = { ...resource.properties, ...context };
  return typeof host === 'string' ? { id: host, ageBand: hostAgeBand as AgeBand | undefined } : undefined;
}

/**
 * Answers a question without the server: from the policies it told last, where all ages are known; else closed or open
 * as the fallback says. An age that the platform and the server saw differently is judged both ways, the stricter counts.
 */
export async function decideAway(
  question: Question,
  parts: { snapshot: Snapshot | undefined; memory: Memory; fallback: Fallback; clock: Clock },
): Promise<Decision> {
  const { snapshot, memory, fallback, clock } = parts;
  const { subject, resource, context, action } = question;
  const other = otherIn(question);
  const isSelf = other?.id === subject.id;
  const actors = await readings(memory, subject.id, subject.ageBand ?? (isSelf ? other?.ageBand : undefined));
  const others = other && !isSelf ? await readings(memory, other.id, other.ageBand) : undefined;
  const bands = [...actors, ...(others ?? [])].map(({ band }) => band);
  const closed = closedFor(bands, fallback);
  if (!snapshot || (closed && bands.includes('unknown'))) return plain(closed);
  let verdict: Verdict | undefined;
  for (const actor of actors) {
    for (const target of others ?? [isSelf ? ('self' as const) : undefined]) {
      const one = judgeAway(snapshot, {
        action,
        resourceType: resource.type,
        actor,
        other: target,
        blocked: other !== undefined && memory.isBlocked(subject.id, other.id),
        connectedSince: other && memory.connectedSince(subject.id, other.id),
        given: { ...resource.properties, ...context },
        now: clock.now(),
      });
      if (!one) return plain(closed);
      verdict = verdict ? stricter(verdict, one) : one;
    }
  }
  return verdict ? { ...verdict, unavailable: true } : plain(closed);
}

/** What an account may be: as the question says, and as the server or the platform's own events last said. */
async function readings(memory: Memory, account: string, told: AgeBand | undefined): Promise<AccountAway[]> {
  const settings = await memory.settingsOf(account);
  const risk = memory.isRisky(account) ? 4 : 0;
  const bands = [told, settings?.ageBand, ...memory.bandsOf(account)].filter(
    (band): band is AgeBand => band !== undefined && band !== 'unknown',
  );
  const distinct = [...new Set<AgeBand>(bands.length > 0 ? bands : ['unknown'])];
  const values =
    settings &&
    Object.fromEntries(Object.entries(settings.settings).map(([name, { value }]) => [name, value]));
  return distinct.map((band) => ({
    band,
    risk,
    settings: settings?.ageBand === band ? values : undefined,
  }));
}

function plain(closed: boolean): Decision {
  return {
    decision: closed ? 'deny' : 'allow',
    policies: [],
    reasons: closed ? [{ policy: 'server-away', text: notAnswered }] : [],
    obligations: [],
    unavailable: true,
  };
}

/** Settings of an account that nobody remembers: the defaults of its age, else the safest of all; none for grown people. */
export function settingsAway(account: string, ageBand: AgeBand, snapshot: Snapshot | undefined): Settings {
  const values = mayBeMinor(ageBand) ? (snapshot?.bands[ageBand]?.settings ?? safest) : {};
  return {
    account,
    ageBand,
    settings: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        {
          value,
          lockedBy: 'nobody' as const,
          from: 'default' as const,
          name: { vi: 'Cài đặt an toàn', en: 'Safe setting' },
          reason: notAnswered,
        },
      ]),
    ),
    unavailable: true,
  };
}

const safest = {
  privateAccount: true,
  messagesFrom: 'contacts',
  callsFrom: 'contacts',
  location: 'off',
  sensitiveContent: 'covered',
};
