import type { SignalKind } from '../banks/index.ts';
import { HmaError } from './hma-error.ts';
import type { HmaParts } from './hma-parts.ts';
import { countSignals, lastChange } from './hma-store.ts';
import { isSignalType, kindOfType, type SignalTypeName, signalTypeNames } from './signal-types.ts';

type Parts = Pick<HmaParts, 'database' | 'live' | 'now'>;

function chosen(name: string | undefined): readonly SignalTypeName[] {
  if (name === undefined) return signalTypeNames;
  if (!isSignalType(name)) throw new HmaError(400, `No such signal type '${name}'`);
  return [name];
}

const isNear = (kind: SignalKind) => kind === 'pdq' || kind === 'vpdq';
const seconds = (moment: Date) => Math.floor(moment.getTime() / 1000);

/** `/m/index/status`: what look-ups of this process know. Exact hashes are asked of the database itself. */
export async function indexStatus({ database, live, now }: Parts, organisationId: string, name?: string) {
  const types = chosen(name);
  const exact = types.map((type) => kindOfType[type]).filter((kind) => !isNear(kind));
  const counts =
    exact.length === 0
      ? new Map<SignalKind, number>()
      : await database.transaction({ organisation: organisationId }, (tx) =>
          countSignals(tx, organisationId, exact),
        );
  const states = live.state(organisationId);
  return Object.fromEntries(
    types.map((type) => {
      const kind = kindOfType[type];
      if (!isNear(kind)) {
        return [type, { present: true, built_to: seconds(now()), size: counts.get(kind) ?? 0 }];
      }
      const state = states.find((one) => one.kind === kind);
      return [
        type,
        state?.asOf
          ? { present: true, built_to: seconds(state.asOf), size: state.size }
          : { present: false, built_to: -1, size: 0 },
      ];
    }),
  );
}

/** `/c/signal_type/index`: how far the indexes are behind the database. */
export async function indexDistance({ database, live }: Parts, organisationId: string, name?: string) {
  const types = chosen(name);
  const { counts, last } = await database.transaction({ organisation: organisationId }, async (tx) => ({
    counts: await countSignals(
      tx,
      organisationId,
      types.map((type) => kindOfType[type]),
    ),
    last: (await lastChange(tx, organisationId)) ?? { version: 0, at: -1 },
  }));
  const states = live.state(organisationId);
  return Object.fromEntries(
    types.map((type) => {
      const kind = kindOfType[type];
      const size = counts.get(kind) ?? 0;
      const state = states.find((one) => one.kind === kind);
      const behind = isNear(kind) && (!state?.asOf || state.version < last.version);
      return [
        type,
        {
          db_size: size,
          index_size: isNear(kind) ? (state?.size ?? 0) : size,
          index_out_of_date: behind,
          newest_db_item: last.at,
          index_built_to: isNear(kind) ? (state?.asOf ? seconds(state.asOf) : -1) : last.at,
        },
      ];
    }),
  );
}
