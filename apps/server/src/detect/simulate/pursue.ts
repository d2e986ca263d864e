import type { EventBody } from '../event.ts';
import { groupMessage, type Line, message, speech } from './chat.ts';
import type { Playbook, SimulationContent } from './content.ts';
import { disguise, roughen } from './noise.ts';
import { type Person, partyOf } from './people.ts';
import type { Random } from './random.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Something that happens in a plot: `at` in milliseconds, `by` the account that does it. */
export interface Scene {
  at: number;
  by: Person;
  grave: boolean;
  body: EventBody;
}

/** Who does what to whom in one plot; the playbook says how. */
export interface Cast {
  book: Playbook;
  team: Person[];
  victims: Person[];
  /** People who only get a request and the first line. */
  approached: Person[];
}

/** One plot as it would go with all the time in the world, in order of time from 0. */
export function perform(cast: Cast, span: number, content: SimulationContent, random: Random): Scene[] {
  const { book, team, victims, approached } = cast;
  const voices = new Map(team.map((person) => [person, voice(book, person, content, random)]));
  const scenes: Scene[] = [];
  const lead = Math.min(span * 0.35, victims.length * 4 * HOUR);
  for (const victim of victims) {
    scenes.push(...pursue(cast, victim, random.next() * lead, voices, content, random));
  }
  const hours = book.stages.reduce((sum, item) => sum + item.gapHours * item.lines[1], 0) * HOUR;
  const [first] = team;
  for (const other of first ? approached : []) {
    const at = random.next() * Math.max(lead, hours);
    const by = random.pick(team);
    const data = { from: partyOf(by), to: partyOf(other) };
    scenes.push({ at, by, grave: false, body: { type: 'contact.requested', data } });
    const line = voices.get(by)?.(0);
    if (line && random.chance(0.5))
      scenes.push({ at: at + MINUTE, by, grave: false, body: message(by, other, 'stranger', line) });
  }
  return scenes.sort((a, b) => a.at - b.at);
}

/** Moves a plot (and, when it is too long, presses it) into `span`. */
export function place(scenes: readonly Scene[], span: number, random: Random): Scene[] {
  const length = scenes.at(-1)?.at ?? 0;
  const scale = length > span * 0.9 ? (span * 0.9) / length : 1;
  const shift = random.next() * (span - length * scale) * 0.95;
  return scenes.map(({ at, by, grave, body }) => ({ at: Math.floor(shift + at * scale), by, grave, body }));
}

type Voice = (stage: number) => Line;

function pursue(
  { book, team }: Cast,
  victim: Person,
  start: number,
  voices: Map<Person, Voice>,
  content: SimulationContent,
  random: Random,
): Scene[] {
  const scenes: Scene[] = [];
  const chat = speech(content, random);
  const met = new Map<Person, 'stranger' | 'contact'>();
  let at = start;
  let turn = 0;
  const add = (by: Person, body: EventBody, grave: boolean) => scenes.push({ at, by, grave, body });
  const meet = (person: Person): 'stranger' | 'contact' => {
    const known = met.get(person);
    if (known || book.relationship === 'contact') return known ?? 'contact';
    add(person, { type: 'contact.requested', data: { from: partyOf(person), to: partyOf(victim) } }, false);
    at += random.int(1, 30) * MINUTE;
    const accepted = random.chance(0.5);
    if (accepted) {
      add(person, { type: 'contact.accepted', data: { from: partyOf(person), to: partyOf(victim) } }, false);
      at += MINUTE;
    }
    met.set(person, accepted ? 'contact' : 'stranger');
    return accepted ? 'contact' : 'stranger';
  };
  for (const [index, part] of book.stages.entries()) {
    for (let left = random.int(...part.lines); left > 0; left--) {
      // In a group everybody has a turn; otherwise each member of a team plays its own stages.
      const by = team[(book.group ? turn++ : index) % team.length];
      const line = by && voices.get(by)?.(index);
      if (!by || !line) continue;
      const relationship = meet(by);
      if (book.group) add(by, toGroup(by, victim, line, random), part.grave);
      else {
        const link = part.link ? [`https://su-kien-${random.int(10, 99)}.example/nhan-qua`] : undefined;
        add(by, message(by, victim, relationship, line, link), part.grave);
      }
      const pair = { from: partyOf(by), to: partyOf(victim) };
      if (part.gift)
        add(
          by,
          { type: 'gift.sent', data: { ...pair, amount: random.int(2, 20) * 10_000, currency: 'VND' } },
          false,
        );
      if (part.payment && random.chance(0.5)) {
        const amount = random.int(2, 80) * 50_000;
        add(by, { type: 'payment.requested', data: { ...pair, amount, currency: 'VND' } }, part.grave);
      }
      at += random.int(10, 120) * 1000;
      if (!book.group && random.chance(book.answers)) {
        const reply = content.fill(random.pick(book.replies[victim.lang]), victim.lang, random);
        const text = roughen(reply, victim.lang, victim.style, random);
        add(victim, message(victim, by, relationship, { text, lang: victim.lang }), false);
      }
      for (let talk = part.chat ? random.int(...part.chat) : 0; talk > 0; talk--) {
        at += part.gapHours * HOUR * 0.1 * random.next();
        const [one, two] = random.chance(0.5) ? [by, victim] : [victim, by];
        add(one, message(one, two, relationship, chat(one, two, 'friend', true)), false);
      }
      at += part.gapHours * HOUR * (0.3 + 1.4 * random.next());
    }
  }
  for (const person of team) {
    if (!random.chance(book.reports)) continue;
    const data = { by: partyOf(victim), target: partyOf(person) };
    const report = { ...data, harm: book.harm };
    add(
      victim,
      random.chance(0.5) ? { type: 'user.blocked', data } : { type: 'user.reported', data: report },
      false,
    );
  }
  return scenes;
}

function toGroup(by: Person, victim: Person, line: Line, random: Random): EventBody {
  const circle = victim.circle;
  const others = circle?.members.filter((member) => member !== by) ?? [victim];
  const mentions = random.chance(0.7) ? [victim.id] : undefined;
  return groupMessage(
    circle?.id ?? `g-${victim.id}`,
    by,
    others,
    random.chance(0.5) ? 'friend' : 'contact',
    line,
    mentions,
  );
}

/** One account's way of saying its lines: it often pastes what it sent before, and now and then hides a word. */
function voice(book: Playbook, person: Person, content: SimulationContent, random: Random): Voice {
  const sent = new Map<number, string[]>();
  return (index: number): Line => {
    const { lang } = person;
    const before = sent.get(index) ?? [];
    if (before.length > 0 && random.chance(0.3)) return { text: random.pick(before), lang };
    const lines = book.stages[index]?.[lang] ?? [];
    const plain = content.fill(random.pick(lines), lang, random);
    const rough = roughen(plain, lang, person.style, random);
    const text = random.chance(0.06) ? disguise(rough, random) : rough;
    sent.set(index, [...before, text]);
    return { text, lang };
  };
}
