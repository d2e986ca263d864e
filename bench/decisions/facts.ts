import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { parse } from 'yaml';
import { type AgeBand, type Level, rank } from '../../apps/server/src/base/vocabulary.ts';
import { type Choices, pairOf, type World } from './world.ts';

const policyFolder = join(import.meta.dirname, '../../policy');
export const safeguardsFolder = join(policyFolder, 'safeguards');

export type Facts = Record<string, unknown>;

/** What the policies speak of: the kind of thing that an action acts upon, and the names of the facts. */
export interface Shapes {
  kindOf: Map<string, string>;
  account: string[];
  target(action: string): string[];
  context(action: string): string[];
}

interface Shape {
  type: string;
  /** Of a type that has a name of its own (`EntityOrCommon`). */
  name?: string;
  attributes?: Facts;
}

/** Reads the Cedar schema beside the policies. */
export function readShapes(): Shapes {
  const schema = schemaToJson(readFileSync(join(safeguardsFolder, 'schema.cedarschema'), 'utf8'));
  const whole = schema.type === 'success' ? Object.values(schema.json)[0] : undefined;
  if (!whole) throw new Error('schema.cedarschema cannot be read.');
  const { entityTypes, actions, commonTypes } = whole as unknown as {
    entityTypes: Record<string, { shape?: Shape }>;
    actions: Record<string, { appliesTo: { resourceTypes: string[]; context: Shape } }>;
    commonTypes?: Record<string, Shape>;
  };
  const keys = (shape: Shape | undefined): string[] => {
    if (shape?.attributes) return Object.keys(shape.attributes);
    const common = commonTypes?.[shape?.name ?? shape?.type ?? ''];
    return Object.keys(common?.attributes ?? {});
  };
  const entityOf = (action: string) => actions[action]?.appliesTo.resourceTypes[0] ?? '';
  return {
    kindOf: new Map(Object.keys(actions).map((action) => [action, entityOf(action).toLowerCase()])),
    account: keys(entityTypes.Account?.shape),
    target: (action) => keys(entityTypes[entityOf(action)]?.shape),
    context: (action) => keys(actions[action]?.appliesTo.context),
  };
}

/** Days for which a contact is new (policy/safeguards/schema.cedarschema). */
const NEW_DAYS = 7;
const order: AgeBand[] = ['under-13', '13-15', '16-17', '18-24', 'adult'];
const isUnder18 = (band: AgeBand) => order.indexOf(band) >= 0 && order.indexOf(band) < 3;

/**
 * The facts of accounts as this bench knows them: worked out from the world, the catalogue of settings and the risk that
 * detection found, and not by the code that answers the questions, so that an error there shows as a difference.
 */
export function createFacts(world: World, risk: ReadonlyMap<string, Level>, now: Date) {
  const defaults = readDefaults();
  const bands = new Map(world.accounts.map(({ id, band }) => [id, band]));
  const bandOf = (id: string) => bands.get(id) ?? 'unknown';
  return {
    bandOf,
    account(id: string): Facts {
      const band = bandOf(id);
      const under18 = isUnder18(band);
      return {
        band,
        minor: under18 || band === 'unknown',
        under16: order.indexOf(band) < 2,
        grown: !under18,
        ageInDoubt: false,
        risk: rank(risk.get(id) ?? 'none'),
        settings: { ...defaults(band), ...(world.choices.get(id) satisfies Choices | undefined) },
      };
    },
    between(one: string, other: string): Facts {
      const [a, b] = [bandOf(one), bandOf(other)];
      const since = world.contacts.get(pairOf(one, other));
      return {
        connected: since !== undefined,
        newContact: since !== undefined && now.getTime() - since.getTime() < NEW_DAYS * 86_400_000,
        relationship: 'none',
        peers: isUnder18(a) && isUnder18(b) && Math.abs(order.indexOf(a) - order.indexOf(b)) <= 1,
        blocked: world.blocks.has(pairOf(one, other)),
        self: false,
        // Asked at noon.
        quiet: false,
        nudity: false,
        insult: false,
        media: false,
        link: false,
        unknownAdults: true,
      };
    },
  };
}

/** Settings by age as `policy/settings.yaml` has them: what counts for an account that nobody chose anything for. */
function readDefaults(): (band: AgeBand) => Facts {
  const { settings } = parse(readFileSync(join(policyFolder, 'settings.yaml'), 'utf8')) as {
    settings: { id: string; default: Record<string, unknown> }[];
  };
  return (band) => {
    const column = band === '18-24' || band === 'adult' ? 'grown' : band;
    return Object.fromEntries(settings.map((setting) => [setting.id, setting.default[column]]));
  };
}
