import type { AgeBand, Party } from '../../base/vocabulary.ts';
import { isMinor } from '../../base/vocabulary.ts';
import { type Lang, type Style, styleFor } from './noise.ts';
import type { Random } from './random.ts';

export type Role = 'pupil' | 'grown' | 'teacher' | 'coach' | 'sender';

/** One account of the simulated platform and the person behind it. */
export interface Person {
  id: string;
  /** What the platform knows: now and then `unknown`. */
  ageBand: AgeBand;
  minor: boolean;
  role: Role;
  lang: Lang;
  style: Style;
  /** Days before the start at which the account was made. */
  ageDays: number;
  /** What the platform knows of the device the account was made on; families now and then share one. */
  device: string | null;
  friends: Person[];
  family: Person[];
  circle: Circle | null;
}

/** A class, a club or a ring of friends: they share a group conversation; a teacher or coach may lead it. */
interface Circle {
  id: string;
  members: Person[];
  leader: Person | null;
}

export interface People {
  all: Person[];
  circles: Circle[];
  pupils: Person[];
  grown: Person[];
  /** Accounts that send notices: banks, shops, offices. */
  senders: Person[];
}

const bands: readonly (readonly [AgeBand, number])[] = [
  ['under-13', 14],
  ['13-15', 22],
  ['16-17', 18],
  ['18-24', 20],
  ['adult', 26],
];

/** Builds `count` accounts with classes, friendships and families; `idOf` names the nth account (from 1). */
export function createPeople(count: number, idOf: (n: number) => string, random: Random): People {
  const all: Person[] = [];
  const people: People = { all, circles: [], pupils: [], grown: [], senders: [] };
  for (let index = 0; index < count; index++) {
    const sender = index > 0 && index % 150 === 0;
    const person = createPerson(
      idOf(index + 1),
      sender ? 'adult' : random.weighted(bands),
      sender ? 'sender' : undefined,
      random,
    );
    all.push(person);
    (sender ? people.senders : person.minor ? people.pupils : people.grown).push(person);
  }
  addCircles(people, random);
  addFamilies(people, random);
  return people;
}

/** An account that belongs to nobody's circle. */
export function createPerson(id: string, band: AgeBand, role: Role | undefined, random: Random): Person {
  const minor = isMinor(band);
  const young = minor || band === '18-24';
  return {
    id,
    ageBand: random.chance(0.03) ? 'unknown' : band,
    minor,
    role: role ?? (minor ? 'pupil' : 'grown'),
    lang: random.chance(0.78) ? 'vi' : 'en',
    style:
      role === 'sender'
        ? { teencode: 0, bareVowels: 0.5, typos: 0, emoji: 0, switching: 0, lower: 0, stretch: 0 }
        : styleFor(random, young),
    ageDays: random.int(20, 900),
    device: random.chance(0.8) ? `dev-${id}` : null,
    friends: [],
    family: [],
    circle: null,
  };
}

export function partyOf(person: Person): Party {
  return { id: person.id, ageBand: person.ageBand };
}

function addCircles(people: People, random: Random): void {
  const leaders = people.grown.filter(() => random.chance(0.15));
  const leading = new Set(leaders);
  const byBand = new Map<string, Person[]>();
  for (const person of [...people.pupils, ...people.grown]) {
    if (leading.has(person)) continue;
    const band = `${person.minor}/${person.ageBand}`;
    const list = byBand.get(band);
    if (list) list.push(person);
    else byBand.set(band, [person]);
  }
  for (const members of byBand.values()) {
    for (let at = 0; at < members.length; ) {
      const size = random.int(8, 16);
      const group = members.slice(at, at + size);
      at += size;
      const leader = group[0]?.minor && leaders.length > 0 ? random.pick(leaders) : null;
      const circle: Circle = { id: `g-${group[0]?.id}`, members: group, leader };
      if (leader && leader.role === 'grown') leader.role = random.chance(0.7) ? 'teacher' : 'coach';
      people.circles.push(circle);
      for (const person of group) person.circle = circle;
      for (const person of group) {
        for (const friend of random.sample(group, random.int(2, 5))) befriend(person, friend);
        if (random.chance(0.2)) befriend(person, random.pick(members));
      }
    }
  }
}

function addFamilies(people: People, random: Random): void {
  if (people.grown.length === 0) return;
  for (const child of people.pupils) {
    if (random.chance(0.3)) continue;
    const parent = random.pick(people.grown);
    child.family.push(parent);
    parent.family.push(child);
    if (random.chance(0.1)) child.device = parent.device;
    if (random.chance(0.3)) {
      const other = random.pick(people.grown);
      if (other !== parent) {
        parent.family.push(other);
        other.family.push(parent);
      }
    }
  }
}

function befriend(one: Person, two: Person): void {
  if (one === two || one.friends.includes(two)) return;
  one.friends.push(two);
  two.friends.push(one);
}
