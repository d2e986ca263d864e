import type { EventBody } from '../event.ts';
import type { HarmKind, Playbook, SimulationContent } from './content.ts';
import { createPerson, type People, type Person } from './people.ts';
import { type Cast, perform, place, type Scene } from './pursue.ts';
import type { Random } from './random.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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

/** Something planned: `at` is in milliseconds after the start. */
export interface Act {
  at: number;
  id: string;
  body: EventBody;
}

interface Plot {
  kind: HarmKind;
  book: Playbook;
  scenes: Scene[];
  team: Person[];
  victims: Person[];
}

/** Accounts of its own that the nth plot needs: none for pupils who turn on a pupil. */
export function ownAccounts(book: Playbook, n: number): number {
  if (book.relationship === 'contact') return 0;
  return book.returns ? 2 : teamSize(book, n);
}

function teamSize({ team }: Playbook, n: number): number {
  return team ? team[0] + (n % (team[1] - team[0] + 1)) : 1;
}

/** Plans `count` plots within `span` milliseconds, kinds in turn; adds their accounts to `people.all`. */
export function planHarm(
  count: number,
  span: number,
  start: number,
  people: People,
  content: SimulationContent,
  random: Random,
  names: { account(n: number): string; event(n: number): string },
): { acts: Act[]; labels: Label[] } {
  const plots: Plot[] = [];
  const bullies = new Set<Person>();
  let accounts = people.all.length;
  const outsider = (book: Playbook, own: Random): Person => {
    const person = createPerson(names.account(++accounts), own.pick(book.from), 'grown', own);
    return Object.assign(person, { ageDays: own.int(0, 40) });
  };
  for (let index = 0; index < count; index++) {
    const book = content.playbooks[index % content.playbooks.length];
    if (!book) break;
    const own = random.fork(`harm-${index}`);
    const team =
      book.relationship === 'contact'
        ? classmates(people, bullies, teamSize(book, index), own)
        : Array.from({ length: teamSize(book, index) }, () => outsider(book, own));
    if (book.relationship === 'stranger') people.all.push(...team);
    const cast = castOf(book, team, people, own);
    if (cast && book.returns) {
      const again = outsider(book, own);
      plots.push(...twice(cast, again, span, start, people, content, own));
    } else if (cast) {
      plots.push({ ...cast, kind: book.kind, scenes: place(perform(cast, span, content, own), span, own) });
    }
  }
  return label(plots, names);
}

function castOf(book: Playbook, team: Person[], people: People, random: Random): Cast | undefined {
  const [first] = team;
  if (!first) return undefined;
  const targets = findTargets(people, book, team, random);
  const victims = targets.slice(0, random.int(Math.max(1, book.victims[0]), Math.max(1, book.victims[1])));
  if (victims.length === 0) return undefined;
  const approached = targets.slice(victims.length, victims.length + random.int(...book.approached));
  return { book, team, victims, approached };
}

/** A story and its sequel under a new account: the sequel begins with its registration on the same device. */
function twice(
  cast: Cast,
  again: Person,
  span: number,
  start: number,
  people: People,
  content: SimulationContent,
  random: Random,
): Plot[] {
  const [first] = cast.team;
  if (!first) return [];
  first.device = `dev-${first.id}`;
  again.device = first.device;
  const sequel = castOf(cast.book, [again], people, random) ?? { ...cast, team: [again] };
  const before = perform(cast, span / 2, content, random);
  const gap = (before.at(-1)?.at ?? 0) + random.int(6, 48) * HOUR;
  const after = perform(sequel, span / 2, content, random).map((scene) => ({
    ...scene,
    at: gap + HOUR + scene.at,
  }));
  const placed = place([...before, ...after], span, random);
  const own = placed.slice(before.length);
  const made = (own[0]?.at ?? 0) - 1000;
  const registered: Scene = { at: made, by: again, grave: false, body: registration(again, start + made) };
  return [
    { ...cast, kind: 'grooming', scenes: placed.slice(0, before.length) },
    { ...sequel, kind: cast.book.kind, scenes: [registered, ...own] },
  ];
}

/** The account's registration; `createdAt` (milliseconds) is when the platform says it was made. */
export function registration(person: Person, createdAt: number): EventBody {
  return {
    type: 'account.registered',
    data: {
      account: {
        id: person.id,
        ageBand: person.ageBand,
        assurance: 'declared',
        createdAt: new Date(createdAt).toISOString(),
        ...(person.device === null ? {} : { deviceHash: person.device }),
      },
    },
  };
}

export function madeAt(person: Person, start: number): number {
  return start - person.ageDays * DAY;
}

function label(
  plots: readonly Plot[],
  names: { event(n: number): string },
): { acts: Act[]; labels: Label[] } {
  const order = plots.flatMap((plot) => plot.scenes).sort((a, b) => a.at - b.at);
  const ids = new Map(order.map((scene, n) => [scene, names.event(n)]));
  const idOf = (scene: Scene | undefined) => (scene && ids.get(scene)) ?? null;
  return {
    acts: order.map((scene) => ({ at: scene.at, id: ids.get(scene) ?? '', body: scene.body })),
    labels: plots.flatMap(({ kind, book, team, scenes, victims }) =>
      team.flatMap((person) => {
        const own = scenes.filter(({ by, body }) => by === person && 'from' in body.data);
        return own.length === 0
          ? []
          : [
              {
                account: person.id,
                kind,
                harm: book.harm,
                victims: victims.map((victim) => victim.id),
                firstEvent: idOf(own[0]) ?? '',
                gravestEvent: idOf(own.find((scene) => scene.grave) ?? scenes.find((scene) => scene.grave)),
              },
            ];
      }),
    ),
  };
}

function classmates(people: People, taken: Set<Person>, count: number, random: Random): Person[] {
  const free = (person: Person) => !taken.has(person);
  const [first] = random.sample(
    people.pupils.filter((pupil) => free(pupil) && (pupil.circle?.members.filter(free).length ?? 0) > count),
    1,
  );
  const others = first?.circle?.members.filter((member) => member !== first && free(member)) ?? [];
  const team = first ? [first, ...random.sample(others, count - 1)] : [];
  for (const person of team) taken.add(person);
  return team;
}

function findTargets(people: People, book: Playbook, team: Person[], random: Random): Person[] {
  const most = book.victims[1] + book.approached[1];
  if (book.relationship === 'contact') {
    const members = team[0]?.circle?.members.filter((member) => !team.includes(member)) ?? [];
    return random.sample(members, most);
  }
  return random
    .sample([...people.pupils, ...people.grown], most * 6)
    .filter((other) => book.to.includes(other.ageBand))
    .slice(0, most);
}
