import type { EventBody } from '../event.ts';
import { message } from './chat.ts';
import type { HarmKind, Playbook, SimulationContent } from './content.ts';
import { disguise, roughen } from './noise.ts';
import { createPerson, type People, type Person, partyOf } from './people.ts';
import type { Random } from './random.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The truth about one harmful account: what it does, to whom, and the id of the event it begins with. */
export interface Label {
  account: string;
  kind: HarmKind;
  harm: Playbook['harm'];
  victims: string[];
  firstEvent: string;
  /** First event of a stage where harm is close; null when it never came so far. */
  gravestEvent: string | null;
}

/** A harmful act: `at` is in milliseconds after the start. */
export interface Act {
  at: number;
  id: string;
  body: EventBody;
}

interface Scene {
  at: number;
  grave: boolean;
  body: EventBody;
}

/** Plans what `count` harmful accounts do within `span` milliseconds, kinds in turn; adds their accounts to `people.all`. */
export function planHarm(
  count: number,
  span: number,
  people: People,
  content: SimulationContent,
  random: Random,
  names: { account(n: number): string; event(n: number): string },
): { acts: Act[]; labels: Label[] } {
  const planned: { person: Person; book: Playbook; scenes: Scene[]; victims: Person[] }[] = [];
  const bullies = new Set<Person>();
  for (let index = 0; index < count; index++) {
    const book = content.playbooks[index % content.playbooks.length];
    if (!book) break;
    const own = random.fork(`harm-${index}`);
    const person =
      book.relationship === 'contact'
        ? classmate(people, bullies, own)
        : outsider(people, book, names.account(people.all.length + 1), own);
    if (!person) continue;
    const targets = findTargets(people, book, person, own);
    const victims = targets.slice(0, own.int(Math.max(1, book.victims[0]), Math.max(1, book.victims[1])));
    if (victims.length === 0) continue;
    const approached = targets.slice(victims.length, victims.length + own.int(...book.approached));
    planned.push({
      person,
      book,
      victims,
      scenes: stage(book, person, victims, approached, span, content, own),
    });
  }
  const order = planned
    .flatMap((plan) => plan.scenes.map((scene) => ({ plan, scene })))
    .sort((a, b) => a.scene.at - b.scene.at);
  const ids = new Map(order.map(({ scene }, n) => [scene, names.event(n)]));
  const idOfScene = (scene: Scene | undefined) => (scene && ids.get(scene)) ?? null;
  return {
    acts: order.map(({ scene }) => ({ at: scene.at, id: ids.get(scene) ?? '', body: scene.body })),
    labels: planned.map(({ person, book, scenes, victims }) => ({
      account: person.id,
      kind: book.kind,
      harm: book.harm,
      victims: victims.map((victim) => victim.id),
      firstEvent: idOfScene(scenes[0]) ?? '',
      gravestEvent: idOfScene(scenes.find((scene) => scene.grave)),
    })),
  };
}

function outsider(people: People, book: Playbook, id: string, random: Random): Person {
  const person = { ...createPerson(id, random.pick(book.from), 'grown', random), ageDays: random.int(0, 40) };
  people.all.push(person);
  return person;
}

function classmate(people: People, taken: Set<Person>, random: Random): Person | undefined {
  const [person] = random.sample(
    people.pupils.filter((pupil) => !taken.has(pupil) && (pupil.circle?.members.length ?? 0) > 1),
    1,
  );
  if (person) taken.add(person);
  return person;
}

function findTargets(people: People, book: Playbook, person: Person, random: Random): Person[] {
  const most = book.victims[1] + book.approached[1];
  if (book.relationship === 'contact') {
    return random.sample(person.circle?.members.filter((member) => member !== person) ?? [], most);
  }
  return random
    .sample([...people.pupils, ...people.grown], most * 6)
    .filter((other) => book.to.includes(other.ageBand))
    .slice(0, most);
}

function stage(
  book: Playbook,
  person: Person,
  victims: Person[],
  approached: Person[],
  span: number,
  content: SimulationContent,
  random: Random,
): Scene[] {
  const say = voice(book, person, content, random);
  const scenes: Scene[] = [];
  const hours = book.stages.reduce((sum, item) => sum + item.gapHours * item.lines[1], 0) * HOUR;
  const lead = Math.min(span * 0.35, victims.length * 4 * HOUR);
  for (const victim of victims) {
    scenes.push(...pursue(book, person, victim, random.next() * lead, say, content, random));
  }
  for (const other of approached) {
    const at = random.next() * Math.max(lead, hours);
    scenes.push({
      at,
      grave: false,
      body: { type: 'contact.requested', data: { from: partyOf(person), to: partyOf(other) } },
    });
    if (random.chance(0.5)) {
      scenes.push({ at: at + MINUTE, grave: false, body: message(person, other, 'stranger', say(0)) });
    }
  }
  scenes.sort((a, b) => a.at - b.at);
  // The whole story is moved (and, when it is too long, pressed) into the span.
  const length = scenes.at(-1)?.at ?? 0;
  const scale = length > span * 0.9 ? (span * 0.9) / length : 1;
  const shift = random.next() * (span - length * scale) * 0.95;
  return scenes.map((scene) => ({ ...scene, at: Math.floor(shift + scene.at * scale) }));
}

function pursue(
  book: Playbook,
  person: Person,
  victim: Person,
  start: number,
  say: (stage: number) => Line,
  content: SimulationContent,
  random: Random,
): Scene[] {
  const scenes: Scene[] = [];
  const pair = { from: partyOf(person), to: partyOf(victim) };
  let at = start;
  const add = (body: EventBody, grave: boolean) => scenes.push({ at, grave, body });
  let relationship = book.relationship;
  if (relationship === 'stranger') {
    add({ type: 'contact.requested', data: pair }, false);
    at += random.int(1, 30) * MINUTE;
    if (random.chance(0.5)) {
      add({ type: 'contact.accepted', data: pair }, false);
      relationship = 'contact';
      at += MINUTE;
    }
  }
  for (const [index, part] of book.stages.entries()) {
    for (let left = random.int(...part.lines); left > 0; left--) {
      const link = part.link ? [`https://su-kien-${random.int(10, 99)}.example/nhan-qua`] : undefined;
      add(message(person, victim, relationship, say(index), link), part.grave);
      if (part.gift) {
        add(
          { type: 'gift.sent', data: { ...pair, amount: random.int(2, 20) * 10_000, currency: 'VND' } },
          false,
        );
      }
      if (part.payment && random.chance(0.5)) {
        const amount = random.int(2, 80) * 50_000;
        add({ type: 'payment.requested', data: { ...pair, amount, currency: 'VND' } }, part.grave);
      }
      at += random.int(10, 120) * 1000;
      if (random.chance(book.answers)) {
        const reply = content.fill(random.pick(book.replies[victim.lang]), victim.lang, random);
        const text = roughen(reply, victim.lang, victim.style, random);
        add(message(victim, person, relationship, { text, lang: victim.lang }), false);
      }
      at += part.gapHours * HOUR * (0.3 + 1.4 * random.next());
    }
  }
  if (random.chance(book.reports)) {
    const data = { by: partyOf(victim), target: partyOf(person) };
    add(
      random.chance(0.5)
        ? { type: 'user.blocked', data }
        : { type: 'user.reported', data: { ...data, harm: book.harm } },
      false,
    );
  }
  return scenes;
}

interface Line {
  text: string;
  lang: 'vi' | 'en';
}

/** One account's way of saying its lines: it often pastes what it sent before, and now and then hides a word. */
function voice(book: Playbook, person: Person, content: SimulationContent, random: Random) {
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
