import type { Level } from '../../apps/server/src/base/vocabulary.ts';
import { createFacts, type Facts } from './facts.ts';
import { seeded, type World } from './world.ts';

/** A question and every fact that a policy may want for it. */
export interface Question {
  subject: string;
  action: string;
  resource: { type: string; id: string; properties?: Record<string, string | boolean> };
  /** What only the platform knows of the occasion. */
  context?: Record<string, string | boolean>;
  facts: { principal: Facts; resource: Facts; context: Facts };
}

/** What is asked, in hundredths. */
const mix: [string, number][] = [
  ['message.send', 35],
  ['contact.request', 15],
  ['profile.view', 15],
  ['search.appear', 10],
  ['call.start', 5],
  ['content.view', 15],
  ['stream.start', 5],
];

/** Questions about accounts at random: half between contacts, a tenth by accounts that harm, the rest between strangers. */
export function makeQuestions(
  world: World,
  risk: ReadonlyMap<string, Level>,
  count: number,
  seed: number,
  now: Date,
): Question[] {
  const random = seeded(seed);
  const facts = createFacts(world, risk, now);
  const contacts = [...world.contacts.keys()];
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const anybody = () => pick(world.accounts).id;
  const harmful = () => world.accounts[pick(world.harmful)]?.id ?? anybody();
  const pair = (): [string, string] => {
    const place = random();
    if (place < 0.5) {
      const [one = '', other = ''] = pick(contacts).split(' ');
      return random() < 0.5 ? [one, other] : [other, one];
    }
    const from = place < 0.6 ? harmful() : anybody();
    let to = anybody();
    while (to === from) to = anybody();
    return [from, to];
  };
  return Array.from({ length: count }, (_, n): Question => {
    const action = byShare(random() * 100);
    if (action === 'content.view') {
      const sensitive = random() < 0.4;
      const subject = anybody();
      return {
        subject,
        action,
        resource: { type: 'content', id: `post-${n}`, properties: { sensitive } },
        facts: {
          principal: facts.account(subject),
          resource: { sensitive },
          context: { connected: false, sensitive, nudity: false, insult: false },
        },
      };
    }
    if (action === 'stream.start') {
      const audience = random() < 0.5 ? 'public' : 'followers';
      const subject = anybody();
      return {
        subject,
        action,
        resource: { type: 'stream', id: `live-${n}`, properties: { audience } },
        facts: {
          principal: facts.account(subject),
          resource: { audience },
          context: { connected: false, audience },
        },
      };
    }
    const [subject, other] = pair();
    const media = action === 'message.send' && random() < 0.2;
    return {
      subject,
      action,
      resource: { type: 'account', id: other },
      context: { localTime: '12:00', ...(media ? { media } : {}) },
      facts: {
        principal: facts.account(subject),
        resource: facts.account(other),
        context: { ...facts.between(subject, other), media },
      },
    };
  });
}

/** The question in AuthZEN 1.0, as a platform asks Kề Bên: ids, and of the thing itself what only the platform knows. */
export function asAsked({ subject, action, resource, context }: Question) {
  return { subject: { type: 'account', id: subject }, action: { name: action }, resource, context };
}

function byShare(place: number): string {
  let rest = place;
  for (const [action, share] of mix) {
    rest -= share;
    if (rest < 0) return action;
  }
  return 'message.send';
}
