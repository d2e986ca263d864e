import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import { catalogue, isLooser, type SettingValue } from '../catalogue.ts';
import { effectiveSettings, loosenerOf, needsBoth } from '../settings.ts';
import { answerWish, decidePublishing, decideSetting } from './decide-as-parent.ts';
import { openWishes, publishingTogether, strictestTogether } from './parent-decisions.ts';
import { numberOf } from './secrets.ts';
import { supervisionsOf } from './store.ts';
import { openSupervisionStage, platform, start } from './supervision-stage.ts';

const { close, tenant, account, invite, accept, young, supervised, stored, choose, suspend, lift } =
  await openSupervisionStage();
afterAll(close);

describe('in any order of what people do', () => {
  type Step =
    | { do: 'invite' | 'suspend-all' | 'lift' }
    | { do: 'accept' | 'agree' | 'decline' | 'end' | 'suspend-one'; at: number }
    | { do: 'choose'; id: string; value: SettingValue | null }
    | { do: 'decide'; at: number; id: string; value: SettingValue | null }
    | { do: 'wish'; at: number; approve: boolean }
    | { do: 'publish'; at: number; given: boolean };
  const at = fc.integer({ min: 0, max: 3 });
  const chosen = fc
    .constantFrom('messagesFrom', 'callsFrom', 'privateAccount', 'location', 'quietHours', 'followersShownTo')
    .chain((id) => {
      const { values: all } = catalogue.get(id) ?? {};
      const value = all ? fc.constantFrom(...all) : fc.constantFrom('off', '21:00-07:00', '23:00-06:00');
      return fc.record({ id: fc.constant(id), value: fc.option(value as fc.Arbitrary<SettingValue>) });
    });
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.constantFrom<Step>({ do: 'invite' }, { do: 'suspend-all' }, { do: 'lift' }),
    fc.record({ do: fc.constantFrom('accept', 'agree', 'decline', 'end', 'suspend-one'), at }),
    fc.record({ do: fc.constantFrom('accept', 'agree'), at }),
    chosen.map((one) => ({ do: 'choose' as const, ...one })),
    fc.tuple(at, chosen).map(([n, one]) => ({ do: 'decide' as const, at: n, ...one })),
    fc.record({ do: fc.constant('wish' as const), at, approve: fc.boolean() }),
    fc.record({ do: fc.constant('publish' as const), at, given: fc.boolean() }),
  );

  it('nothing is loosened without the right person, and nothing of a parent’s outlasts the supervision', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<AgeBand>('under-13', '13-15', '16-17'),
        fc.array(step, { minLength: 8, maxLength: 24 }),
        async (band, steps) => {
          const of = await account(band);
          // Begin with somebody active, so that most steps mean something.
          const people = [await supervised(of)];
          const codes = new Map<string, string>();
          const suspensions: string[] = [];
          // The model: what each supervision that is active now has decided, by what was done and not refused.
          const decided = new Map<string, Record<string, SettingValue>>([[people[0]?.id ?? '', {}]]);
          const publishes = new Map<string, boolean>();
          const stop = (id: string) => {
            decided.delete(id);
            publishes.delete(id);
          };
          for (const one of steps) {
            const person = 'at' in one ? people[one.at % people.length] : people[0];
            if (!person) throw new Error('nobody');
            const { id, of: mine, family } = person;
            try {
              switch (one.do) {
                case 'invite': {
                  const made = await invite(of);
                  codes.set(made.id, made.code);
                  people.push({
                    id: made.id,
                    of: { organisationId: platform, id: made.id },
                    family: randomBytes(32),
                  });
                  break;
                }
                case 'accept':
                  await accept(codes.get(id) ?? '', family);
                  break;
                case 'agree':
                  await young(of, id, 'agreed');
                  decided.set(id, {});
                  break;
                case 'decline':
                  await young(of, id, 'declined');
                  break;
                case 'end':
                  await young(of, id, 'ended');
                  stop(id);
                  break;
                case 'suspend-one': {
                  suspensions.push((await suspend(of, numberOf(id))).id);
                  // A number that fits nobody who has accepted suspends all.
                  for (const row of await tenant((tx) => supervisionsOf(tx, platform, of)))
                    if (row.state === 'paused') stop(row.id);
                  expect(decided.has(id)).toBe(false);
                  break;
                }
                case 'suspend-all':
                  suspensions.push((await suspend(of)).id);
                  decided.clear();
                  publishes.clear();
                  break;
                case 'lift': {
                  const last = suspensions.pop();
                  if (last !== undefined) await lift(last);
                  break;
                }
                case 'choose':
                  await choose(of, one.id, one.value);
                  break;
                case 'decide': {
                  await tenant((tx) => decideSetting(tx, mine, { setting: one.id, value: one.value }, start));
                  const own = decided.get(id);
                  if (!own) throw new Error('decided while not active');
                  if (one.value === null) delete own[one.id];
                  else own[one.id] = one.value;
                  break;
                }
                case 'wish': {
                  const [wish] = openWishes(band, await stored(of));
                  if (!wish) break;
                  await tenant((tx) =>
                    answerWish(
                      tx,
                      mine,
                      { setting: wish.setting, value: String(wish.wish), approve: one.approve },
                      start,
                    ),
                  );
                  const own = decided.get(id);
                  if (!own) throw new Error('answered while not active');
                  if (one.approve) own[wish.setting] = wish.wish;
                  break;
                }
                case 'publish':
                  await tenant((tx) => decidePublishing(tx, mine, one.given, start));
                  if (!decided.has(id)) throw new Error('consented while not active');
                  publishes.set(id, one.given);
                  break;
              }
            } catch (cause) {
              // A refusal is an answer; it must change nothing, which the checks below see.
              if (!(cause instanceof AppError)) throw cause;
            }
            const now = await stored(of);
            expect(now.parent).toEqual(strictestTogether([...decided.values()]));
            expect(now.parentPublishes).toBe(publishingTogether([...publishes.values()]));
            const held = effectiveSettings(band, now).values;
            for (const definition of catalogue.values()) {
              const base = effectiveSettings(band, { parent: {}, self: {} }).values[
                definition.id
              ] as SettingValue;
              const value = held[definition.id] as SettingValue;
              if (!isLooser(definition, value, base)) continue;
              const own = now.self[definition.id];
              const bySelf = own !== undefined && isLooser(definition, own, base);
              const byParent = [...decided.values()].some(
                ({ [definition.id]: it }) => it !== undefined && isLooser(definition, it, base),
              );
              const loosener = loosenerOf(definition, band);
              expect(loosener).not.toBe('nobody');
              if (loosener === 'parent') expect(byParent).toBe(true);
              if (loosener === 'self' || needsBoth(definition, band)) expect(bySelf).toBe(true);
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  }, 120_000);
});
