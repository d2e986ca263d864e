import type { EventBody, Relationship } from '../event.ts';
import type { SimulationContent, Topic } from './content.ts';
import { roughen } from './noise.ts';
import { type People, type Person, partyOf } from './people.ts';
import type { Random } from './random.ts';

interface Talk {
  from: Person;
  to: Person;
  relationship: Relationship;
}

/** How many conversations stay warm: the next message is often an answer in one of them. */
const WARM = 60;

type Occasion =
  | 'friend'
  | 'family'
  | 'class'
  | 'coach'
  | 'group'
  | 'notice'
  | 'work'
  | 'stranger'
  | 'public'
  | 'contact'
  | 'media'
  | 'stream'
  | 'gift'
  | 'payment'
  | 'update'
  | 'quarrel';

const occasions: readonly (readonly [Occasion, number])[] = [
  ['friend', 54],
  ['family', 12],
  ['class', 5],
  ['coach', 1.5],
  ['group', 6],
  ['notice', 3],
  ['work', 2],
  ['stranger', 5],
  ['public', 3.5],
  ['contact', 3],
  ['media', 2.5],
  ['stream', 0.5],
  ['gift', 0.6],
  ['payment', 0.5],
  ['update', 0.4],
  ['quarrel', 0.15],
];

/** What happens on an ordinary day, without end; an occasion that finds nobody is passed over. */
export function* everydayEvents(
  people: People,
  content: SimulationContent,
  random: Random,
): Generator<EventBody> {
  const say = speech(content, random);
  const warm: Talk[] = [];
  const leading = people.circles.filter((circle) => circle.leader !== null);
  const remember = (talk: Talk): Talk => {
    if (warm.length < WARM) warm.push(talk);
    else warm[random.int(0, WARM - 1)] = talk;
    return talk;
  };
  for (;;) {
    const occasion = random.weighted(occasions);
    switch (occasion) {
      case 'friend': {
        const earlier = warm.length > 0 && random.chance(0.5) ? random.pick(warm) : undefined;
        const from = earlier?.to ?? random.pick(people.all);
        const to = earlier?.from ?? (from.friends.length > 0 ? random.pick(from.friends) : undefined);
        if (!to) break;
        const { relationship } = remember({ from, to, relationship: earlier?.relationship ?? 'friend' });
        yield message(from, to, relationship, say(from, to, relationship, earlier !== undefined));
        break;
      }
      case 'family': {
        const from = random.pick(people.all);
        if (from.family.length === 0) break;
        const to = random.pick(from.family);
        remember({ from, to, relationship: 'family' });
        yield message(from, to, 'family', say(from, to, 'family'));
        break;
      }
      case 'class':
      case 'coach': {
        const circle = leading.length > 0 ? random.pick(leading) : undefined;
        const leader = circle?.leader;
        if (!circle || !leader) break;
        const relationship = leader.role === 'coach' ? 'contact' : 'teacher';
        if ((occasion === 'coach') !== (leader.role === 'coach')) break;
        const pupil = random.pick(circle.members);
        if (random.chance(0.4)) yield message(pupil, leader, 'teacher', say(pupil, leader, 'teacher'));
        else if (random.chance(0.5)) {
          yield groupMessage(
            circle.id,
            leader,
            circle.members,
            relationship,
            say(leader, pupil, relationship),
          );
        } else yield message(leader, pupil, relationship, say(leader, pupil, relationship));
        break;
      }
      case 'group': {
        const from = random.pick(people.all);
        const others = from.circle?.members.filter((member) => member !== from) ?? [];
        const [first] = others;
        if (!from.circle || !first) break;
        const line = say(from, first, 'friend', random.chance(0.3));
        yield groupMessage(from.circle.id, from, others, 'friend', line);
        break;
      }
      case 'notice': {
        if (people.senders.length === 0 || people.grown.length === 0) break;
        const from = random.pick(people.senders);
        const to = random.pick(people.grown);
        yield message(from, to, 'contact', say(from, to, 'contact', false, 'notice'));
        break;
      }
      case 'work': {
        if (people.grown.length === 0) break;
        const [from, to] = random.sample(people.grown, 2);
        if (from && to) yield message(from, to, 'contact', say(from, to, 'contact', false, 'work'));
        break;
      }
      case 'stranger': {
        const [from, to] = random.sample(people.all, 2);
        if (!from || !to || (from.minor !== to.minor && random.chance(0.7))) break;
        remember({ from, to, relationship: 'stranger' });
        yield message(from, to, 'stranger', say(from, to, 'stranger'));
        break;
      }
      case 'contact': {
        const from = random.pick(people.all);
        const near = from.circle ? random.pick(from.circle.members) : random.pick(people.all);
        const to = random.chance(0.8) ? near : random.pick(people.all);
        if (from === to || from.friends.includes(to)) break;
        const pair = { from: partyOf(from), to: partyOf(to) };
        yield { type: 'contact.requested', data: pair };
        if (random.chance(0.75)) {
          yield { type: 'contact.accepted', data: pair };
          if (from.minor === to.minor) {
            from.friends.push(to);
            to.friends.push(from);
          }
        }
        break;
      }
      case 'public':
      case 'media':
      case 'stream':
      case 'gift':
      case 'payment':
      case 'update':
      case 'quarrel': {
        const from = random.pick(people.all);
        const body = smallThing(occasion, from, random, say);
        if (body) yield body;
        break;
      }
    }
  }
}

type Say = (
  from: Person,
  to: Person,
  relationship: Topic['relationship'],
  answer?: boolean,
  topic?: string,
) => Line;
export interface Line {
  text: string;
  lang: 'vi' | 'en';
}

/** Finds words that fit the two people. */
export function speech(content: SimulationContent, random: Random): Say {
  const found = new Map<string, Topic[]>();
  return (from, to, relationship, answer = false, only) => {
    const key = [from.lang, relationship, from.minor, to.minor, answer, only].join('/');
    let topics = found.get(key);
    if (!topics) {
      const fits = (who: Topic['from'], minor: boolean) => who === 'any' || (who === 'minor') === minor;
      topics = content.topics.filter(
        (topic) =>
          topic.lang === from.lang &&
          (only ? topic.id === only : topic.relationship === relationship) &&
          (only !== undefined || (fits(topic.from, from.minor) && fits(topic.to, to.minor))),
      );
      const answers = content.topics.filter((topic) => topic.lang === from.lang && topic.id === 'replies');
      if (answer || topics.length === 0) topics = [...answers, ...answers, ...topics];
      found.set(key, topics);
    }
    // Each template is as likely as any other, so that long topics are heard more often.
    const topic = random.weighted(topics.map((item) => [item, item.lines.length] as const));
    const text = content.fill(random.pick(topic.lines), from.lang, random);
    return { text: roughen(text, from.lang, from.style, random), lang: from.lang };
  };
}

function smallThing(
  occasion: 'public' | 'media' | 'stream' | 'gift' | 'payment' | 'update' | 'quarrel',
  from: Person,
  random: Random,
  say: Say,
): EventBody | null {
  const party = partyOf(from);
  if (occasion === 'public') {
    const { text } = say(from, from, 'public');
    return {
      type: 'content.published',
      data: { from: party, audience: random.pick(['public', 'followers']), text },
    };
  }
  if (occasion === 'stream') return { type: 'stream.started', data: { from: party, audience: 'followers' } };
  if (occasion === 'update') {
    return {
      type: 'account.updated',
      data: {
        account: { id: from.id, ageBand: from.ageBand, assurance: from.minor ? 'parent' : 'declared' },
      },
    };
  }
  if (occasion === 'payment') {
    const relative = from.family.length > 0 ? random.pick(from.family) : undefined;
    if (!relative) return null;
    const data = { from: party, to: partyOf(relative), amount: random.int(1, 40) * 5000, currency: 'VND' };
    return { type: 'payment.requested', data };
  }
  const friend = from.friends.length > 0 ? random.pick(from.friends) : undefined;
  if (!friend) return null;
  switch (occasion) {
    case 'media':
      return {
        type: 'media.shared',
        data: {
          conversation: conversationOf(from, friend),
          from: party,
          to: [partyOf(friend)],
          media: [{ type: 'image', sha256: hex(64, random) }],
          relationship: 'friend',
        },
      };
    case 'gift':
      return {
        type: 'gift.sent',
        data: { from: party, to: partyOf(friend), amount: random.int(1, 10) * 1000, currency: 'VND' },
      };
    case 'quarrel':
      return { type: 'user.blocked', data: { by: party, target: partyOf(friend) } };
  }
}

/** One message from one person to another. */
export function message(
  from: Person,
  to: Person,
  relationship: Relationship,
  line: Line,
  links?: string[],
): EventBody {
  return {
    type: 'message.sent',
    data: {
      conversation: conversationOf(from, to),
      from: partyOf(from),
      to: [partyOf(to)],
      text: line.text,
      lang: line.lang,
      relationship,
      ...(links ? { links } : {}),
    },
  };
}

/** One message to a group; `mentions` names members it is about. */
export function groupMessage(
  conversation: string,
  from: Person,
  to: Person[],
  relationship: Relationship,
  line: Line,
  mentions?: string[],
): EventBody {
  return {
    type: 'message.sent',
    data: {
      conversation,
      from: partyOf(from),
      ...(mentions ? { mentions } : {}),
      to: to.map(partyOf),
      text: line.text,
      lang: line.lang,
      relationship,
    },
  };
}

function conversationOf(one: Person, two: Person): string {
  return one.id < two.id ? `${one.id}+${two.id}` : `${two.id}+${one.id}`;
}

function hex(digits: number, random: Random): string {
  return Array.from({ length: digits }, () => random.int(0, 15).toString(16)).join('');
}
