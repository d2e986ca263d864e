import { randomUUID } from 'node:crypto';
import { parseHash } from '@keben/pdq';
import type { Database } from '../../../base/database.ts';
import { listBanks } from '../banks/index.ts';
import type { HashMatch } from '../hash-match.ts';
import type { Lookup } from '../look-up-media.ts';
import { banksByHmaName, fitsHma } from './bank-names.ts';
import { unanswered } from './hma-error.ts';
import type { HmaParts } from './hma-parts.ts';
import { distanceText, type ParsedSignal } from './signal-types.ts';

/** One match as HMA writes it; `content_id` was its name until 2024. */
export interface HmaMatch {
  content_id: number;
  bank_content_id: number;
  distance: string;
}

export function hmaMatch(content: number, distance: string): HmaMatch {
  return { content_id: content, bank_content_id: content, distance };
}

type Parts = Pick<HmaParts, 'desk' | 'database' | 'nearPicture'>;

/** Signals looked up, each alone: matches by the names of banks that HMA's clients see. */
export async function lookUpSignals(
  { desk, database, nearPicture }: Parts,
  organisationId: string,
  signals: ParsedSignal[],
  {
    banks,
    ...options
  }: { banks: Set<string> | undefined; seed?: string | undefined; everyBank?: boolean | undefined },
): Promise<Record<string, HmaMatch[]>[]> {
  // The same banks take part for a picture however it is turned.
  const asked = { ...options, seed: options.seed ?? randomUUID() };
  const matches = await Promise.all(
    signals.map(async ({ lookedUp }) => {
      const { pdq, dihedral = [] } = lookedUp;
      const hashes = [
        ...new Set([...(pdq === undefined ? [] : [pdq]), ...dihedral.map((turned) => turned.pdq)]),
      ]
        .map((one) => parseHash(one))
        .filter((hash) => hash !== undefined);
      if (hashes.length > 0) {
        return nearestOf(
          (await Promise.all(hashes.map((hash) => nearPicture.matches(organisationId, hash, asked)))).flat(),
        );
      }
      const { items } = await desk.ask(organisationId, [{ ...lookedUp, ...options }]);
      return items.flatMap(foundOf);
    }),
  );
  const hidden = matches.flat().some(({ bank }) => !fitsHma(bank));
  const names = hidden ? await hmaNames(database, organisationId) : new Map<string, string>();
  return matches.map((mine) => {
    const by: Record<string, HmaMatch[]> = Object.create(null);
    for (const match of mine) {
      const { bank, content } = match;
      const name = names.get(bank) ?? bank;
      if (content === null || (banks && !banks.has(name) && !banks.has(bank))) continue;
      by[name] ??= [];
      by[name].push(hmaMatch(content, distanceText(match)));
    }
    return by;
  });
}

/** Each content once, as near as it came. */
function nearestOf(matches: HashMatch[]): HashMatch[] {
  const by = new Map<number | null, HashMatch>();
  for (const match of matches.toSorted((a, b) => a.distance - b.distance)) {
    if (!by.has(match.content)) by.set(match.content, match);
  }
  return [...by.values()];
}

/** The names that HMA's clients see, by our own. */
export async function hmaNames(database: Database, organisationId: string): Promise<Map<string, string>> {
  const banks = await database.transaction(
    { organisation: organisationId },
    (tx) => listBanks(tx, organisationId),
    { urgent: true },
  );
  return new Map([...banksByHmaName(banks)].map(([name, bank]) => [bank.name, name]));
}

/** The matches, none where no bank holds anything of that kind; an error where it is not known. */
function foundOf(lookup: Lookup): HashMatch[] {
  if (lookup.status === 'match') return lookup.matches;
  if (lookup.status === 'unavailable' && lookup.why !== 'not-comparable') throw unanswered(lookup.why);
  return [];
}
