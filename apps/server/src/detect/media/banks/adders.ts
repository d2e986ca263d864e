import type { Tx } from '../../../base/database.ts';
import { staffNames } from '../../../base/organisation-store.ts';
import { removalActor } from './removals.ts';

/** `staff`: a person; `key`: a platform over the interface; `removal`: a young person's request; `operator`: a command. */
export const adderKinds = ['staff', 'key', 'removal', 'operator'] as const;
export type AdderKind = (typeof adderKinds)[number];

/** Who put a content into a bank; `name` is null for parts of the system and for people who have left. */
export interface Adder {
  by: AdderKind;
  name: string | null;
}

/** Ids of actors that are no people, as they stand in `created_by`. */
const parts = new Map<string, AdderKind>([
  ['api', 'key'],
  [removalActor.id, 'removal'],
  ['operator', 'operator'],
]);

/** Who is behind each `created_by`. */
export async function addersOf(
  tx: Tx,
  organisationId: string,
  contents: { createdBy: string }[],
): Promise<Map<string, Adder>> {
  const ids = [...new Set(contents.map(({ createdBy }) => createdBy))];
  const names = await staffNames(
    tx,
    organisationId,
    ids.filter((id) => !parts.has(id)),
  );
  return new Map(
    ids.map((id) => {
      const part = parts.get(id);
      return [id, part ? { by: part, name: null } : { by: 'staff', name: names.get(id) ?? null }];
    }),
  );
}
