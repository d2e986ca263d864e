import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors.ts';
import {
  answerSound,
  evaluationsIn,
  faultAsDecision,
  readEvaluation,
  upToSettled,
  withDefaults,
} from './evaluations.ts';
import { type Decision, EvaluationsRequest, type Semantic, semantics } from './messages.ts';

const id = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' });
const properties = fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue(), { noNullPrototype: true });
const maybe = { requiredKeys: [] };
const entity = fc.record({ type: id, id, properties }, maybe);
const action = fc.record({ name: id, properties }, maybe);
const tuple = fc.record({ subject: entity, action, resource: entity, context: properties }, maybe);

describe('defaults of a batch', () => {
  it('are what a plain reading of the standard gives', () => {
    // Reference: the item's own key, else the default's; then a missing type, id or name from the default.
    const naive = (item: Record<string, unknown>, defaults: Record<string, unknown>) => {
      const merged: Record<string, unknown> = { ...defaults, ...item };
      for (const [key, needs] of [
        ['subject', 'type'],
        ['subject', 'id'],
        ['action', 'name'],
        ['resource', 'type'],
        ['resource', 'id'],
      ] as const) {
        const [own, given] = [merged[key], defaults[key]] as (Record<string, unknown> | undefined)[];
        if (own && given && !(needs in own) && needs in given)
          merged[key] = { ...own, [needs]: given[needs] };
      }
      return merged;
    };
    fc.assert(
      fc.property(tuple, tuple, (item, defaults) => {
        expect(withDefaults(item, defaults)).toEqual(naive(item, defaults));
      }),
    );
  });

  it('never reach into properties or context: what an evaluation says of a thing stands alone', () => {
    fc.assert(
      fc.property(tuple, tuple, (item, defaults) => {
        const merged = withDefaults(item, defaults);
        if (item.subject)
          expect((merged.subject as typeof item.subject).properties).toEqual(item.subject.properties);
        if (item.context) expect(merged.context).toBe(item.context);
      }),
    );
  });

  it('leave a complete evaluation as it is, and a batch of complete ones means the same without them', () => {
    const whole = fc.record({ type: id, id });
    const complete = fc.record({
      subject: whole,
      action: fc.record({ name: id }),
      resource: whole,
      context: properties,
    });
    fc.assert(
      fc.property(fc.array(complete, { minLength: 1, maxLength: 5 }), tuple, (evaluations, defaults) => {
        expect(evaluationsIn({ ...defaults, evaluations })).toEqual(evaluationsIn({ evaluations }));
      }),
    );
  });

  it('no evaluations is no batch', () => {
    expect(evaluationsIn({})).toBeUndefined();
    expect(evaluationsIn({ evaluations: [] })).toBeUndefined();
  });
});

describe('one evaluation', () => {
  it('whatever JSON it is, is read or refused with a pointer, and others are not touched', () => {
    const sound = {
      subject: { type: 'a', id: '1' },
      action: { name: 'x' },
      resource: { type: 'b', id: '2' },
    };
    fc.assert(
      fc.property(fc.jsonValue(), (item) => {
        const [first, second, third] = evaluationsIn({ evaluations: [sound, item, sound] }) ?? [];
        expect(first).toEqual(sound);
        expect(third).toEqual(sound);
        expect(second).toBeInstanceOf(AppError);
        expect((second as AppError).extras.pointer).toMatch(/^$|^\/(subject|action|resource|context)/);
      }),
    );
  });

  it('tells every wrong field', () => {
    const fault = readEvaluation({ subject: { type: 'a' }, action: 'x', resource: { type: 'b', id: 'a\0' } });
    expect(fault).toBeInstanceOf(AppError);
    const pointers = (fault as AppError).extras.errors?.map(({ pointer }) => pointer);
    expect(pointers).toEqual(['/subject/id', '/action', '/resource/id']);
  });

  it('a fault becomes a closed decision that says where in the batch', () => {
    const fault = new AppError('invalid-request', 'no such action', { pointer: '/action/name' });
    expect(faultAsDecision(fault, 7)).toMatchObject({
      decision: false,
      context: { error: { status: 400, pointer: '/evaluations/7/action/name', message: 'no such action' } },
    });
  });
});

describe('semantics', () => {
  /** The standard's words: like `&&` and `||` in a programming language, evaluated one after the other. */
  const oneByOne = (decisions: boolean[], semantic: Semantic): boolean[] => {
    const out: boolean[] = [];
    for (const decision of decisions) {
      out.push(decision);
      if (semantic === 'deny_on_first_deny' && !decision) break;
      if (semantic === 'permit_on_first_permit' && decision) break;
    }
    return out;
  };

  it('stop with the answer that settles it, and keep the order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.constantFrom(...semantics), (decisions, semantic) => {
        const answers: Decision[] = decisions.map((decision, index) => ({ decision, context: { index } }));
        const out = upToSettled(answers, semantic);
        expect(out.map(({ decision }) => decision)).toEqual(oneByOne(decisions, semantic));
        expect(out).toEqual(answers.slice(0, out.length));
      }),
    );
  });

  it('the last answer tells what && and || would', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1 }), (decisions) => {
        const answers = decisions.map((decision) => ({ decision }));
        expect(upToSettled(answers, 'deny_on_first_deny').at(-1)?.decision).toBe(decisions.every(Boolean));
        expect(upToSettled(answers, 'permit_on_first_permit').at(-1)?.decision).toBe(decisions.some(Boolean));
      }),
    );
  });

  it('another word is refused', () => {
    const read = EvaluationsRequest.safeParse({ options: { evaluations_semantic: 'first_wins' } });
    expect(read.error?.issues[0]?.path).toEqual(['options', 'evaluations_semantic']);
  });
});

describe('answering what is sound', () => {
  it('puts answers and faults where their questions were, and asks once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean()), async (sound) => {
        const items = sound.map((ok, n) => (ok ? { n } : new AppError('invalid-request', String(n))));
        let asked = 0;
        const answers = await answerSound(items, async (questions: { n: number }[]) => {
          asked++;
          return questions.map(({ n }) => ({ answerTo: n }));
        });
        expect(answers).toEqual(items.map((item, n) => (item instanceof AppError ? item : { answerTo: n })));
        expect(asked).toBe(sound.includes(true) ? 1 : 0);
      }),
    );
  });

  it('does not pass over a question without an answer', async () => {
    await expect(answerSound([{ n: 1 }, { n: 2 }], async () => [{ only: 'one' }])).rejects.toThrow(
      /without an answer/,
    );
  });
});
