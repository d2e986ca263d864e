import { createRuleLanguage } from '@keben/cues/rules';
import { describe, expect, it } from 'vitest';
import {
  differenceOf,
  faultsOf,
  layOver,
  type OrganisationRule,
  OrganisationRules,
  type RuleDefinition,
} from './rule-set.ts';

const reason = { vi: 'Vì sao', en: 'Why' };
const language = createRuleLanguage(['repeated-text']);
const files: RuleDefinition[] = [
  { id: 'one', on: 'message', when: 'severity >= 3', decision: 'warn', reason },
  { id: 'two', on: 'assessment', when: 'level >= 3', actions: ['open-case'], reason },
];
const own: OrganisationRule[] = [
  { id: 'three', on: 'message', when: 'severity >= 4', decision: 'hold', reason },
  { id: 'one', on: 'message', when: 'severity >= 2', decision: 'warn', reason },
  { id: 'two', on: 'off' },
];

describe('an organisation’s rules over those of the files', () => {
  it('change, switch off and add', () => {
    expect(layOver(files, own).map(({ id, when }) => [id, when])).toEqual([
      ['one', 'severity >= 2'],
      ['three', 'severity >= 4'],
    ]);
    expect(layOver(files, [])).toEqual(files);
  });

  it('a rule that a release adds comes to everybody', () => {
    const fresh: RuleDefinition = { id: 'new', on: 'message', when: 'level >= 4', decision: 'block', reason };
    expect(layOver([...files, fresh], own).map(({ id }) => id)).toEqual(['one', 'new', 'three']);
  });

  it('differ by what they say, not by how it is laid out', () => {
    expect(differenceOf(files, layOver(files, own)).map(({ id, change }) => [id, change])).toEqual([
      ['one', 'changed'],
      ['two', 'removed'],
      ['three', 'added'],
    ]);
    const [first] = files;
    const same = {
      reason: { en: 'Why', vi: 'Vì sao' },
      decision: 'warn',
      when: ' severity >= 3 ',
      on: 'message',
      id: 'one',
    };
    expect(differenceOf(first ? [first] : [], [same as RuleDefinition])).toEqual([]);
  });

  it('tell every fault with its place', () => {
    const wrong: OrganisationRule[] = [
      { id: 'a', on: 'message', when: 'severity >= ', decision: 'warn', reason },
      { id: 'a', on: 'off' },
      { id: 'b', on: 'off' },
    ];
    expect(faultsOf(language, files, wrong).map(({ pointer }) => pointer)).toEqual([
      '/0/when',
      '/1/id',
      '/2/id',
    ]);
    expect(faultsOf(language, files, own)).toEqual([]);
  });

  it('may ask for nothing but a case', () => {
    const suspend = [{ id: 'x', on: 'assessment', when: 'level >= 4', actions: ['suspend'], reason }];
    expect(OrganisationRules.safeParse(suspend).success).toBe(false);
    expect(OrganisationRules.safeParse(own).success).toBe(true);
  });
});
