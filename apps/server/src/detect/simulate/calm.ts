import { groupMessage, message } from './chat.ts';
import type { CalmRole, SimulationContent } from './content.ts';
import type { Act } from './harm.ts';
import { roughen } from './noise.ts';
import { type People, type Person, partyOf } from './people.ts';
import type { Random } from './random.ts';

const HOUR = 3_600_000;

/** An innocent account whose doings look like harm from afar. */
export interface LookAlike {
  account: string;
  role: string;
}

/** Plans what `count` look-alikes do within `span` milliseconds, roles in turn; they are people who are there already. */
export function planCalm(
  count: number,
  span: number,
  people: People,
  content: SimulationContent,
  random: Random,
  eventId: (n: number) => string,
): { acts: Act[]; lookAlikes: LookAlike[] } {
  const lookAlikes: LookAlike[] = [];
  const acts: Omit<Act, 'id'>[] = [];
  const taken = new Set<Person>();
  for (let index = 0; index < count; index++) {
    const role = content.calm[index % content.calm.length];
    if (!role) break;
    const own = random.fork(`calm-${index}`);
    const fits = (person: Person) =>
      role.from.includes(person.ageBand) && !taken.has(person) && person.role !== 'sender';
    const [person] = own.sample(
      people.all.filter((one) => fits(one) && (!role.group || one.circle)),
      1,
    );
    if (!person) continue;
    taken.add(person);
    lookAlikes.push({ account: person.id, role: role.id });
    acts.push(
      ...(role.group
        ? inGroup(role, person, span, content, own)
        : oneByOne(role, person, people, span, content, own)),
    );
  }
  acts.sort((a, b) => a.at - b.at);
  return { acts: acts.map(({ at, body }, n) => ({ at, id: eventId(n), body })), lookAlikes };
}

function oneByOne(
  role: CalmRole,
  person: Person,
  people: People,
  span: number,
  content: SimulationContent,
  random: Random,
): Omit<Act, 'id'>[] {
  const acts: Omit<Act, 'id'>[] = [];
  const others = random
    .sample(people.all, role.people[1] * 8)
    .filter((other) => other !== person && role.to.includes(other.ageBand))
    .slice(0, random.int(...role.people));
  for (const other of others) {
    let at = random.next() * span * 0.8;
    if (role.relationship === 'stranger' && random.chance(0.5)) {
      acts.push({
        at,
        body: { type: 'contact.requested', data: { from: partyOf(person), to: partyOf(other) } },
      });
      at += HOUR * random.next();
    }
    for (let left = random.int(...role.lines); left > 0 && at < span * 0.97; left--) {
      acts.push({
        at,
        body: message(person, other, role.relationship, said(role[person.lang], person, content, random)),
      });
      at += random.int(1, 30) * 60_000;
      if (random.chance(role.answers))
        acts.push({
          at,
          body: message(
            other,
            person,
            role.relationship,
            said(role.replies[other.lang], other, content, random),
          ),
        });
      at += span * 0.1 * random.next();
    }
  }
  return acts.filter(({ at }) => at < span * 0.98).map(({ at, body }) => ({ at: Math.floor(at), body }));
}

function inGroup(
  role: CalmRole,
  person: Person,
  span: number,
  content: SimulationContent,
  random: Random,
): Omit<Act, 'id'>[] {
  const circle = person.circle;
  if (!circle) return [];
  const speakers = [
    person,
    ...random.sample(
      circle.members.filter((member) => member !== person),
      random.int(...role.people) - 1,
    ),
  ];
  return speakers.flatMap((speaker) =>
    Array.from({ length: random.int(...role.lines) }, () => {
      const others = circle.members.filter((member) => member !== speaker);
      const line = said(role[speaker.lang], speaker, content, random);
      return {
        at: Math.floor(random.next() * span * 0.95),
        body: groupMessage(circle.id, speaker, others, role.relationship, line),
      };
    }),
  );
}

function said(lines: readonly string[], person: Person, content: SimulationContent, random: Random) {
  const text = roughen(
    content.fill(random.pick(lines), person.lang, random),
    person.lang,
    person.style,
    random,
  );
  return { text, lang: person.lang };
}
