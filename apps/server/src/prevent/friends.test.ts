import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSafeguardsStage } from './safeguards-stage.ts';

let stage: Awaited<ReturnType<typeof openSafeguardsStage>>;
beforeAll(async () => {
  stage = await openSafeguardsStage();
  for (const [id, ageBand] of [
    ['child', 'under-13'],
    ['adult', 'adult'],
    ['classmate', 'under-13'],
  ])
    await stage.tell(['account.registered', { account: { id, ageBand, assurance: 'verified' } }]);
});
afterAll(() => stage?.close());

describe('the platform’s word that two are friends', () => {
  it('opens no way between a child and an adult, whichever of them asks', async () => {
    const word = { relationship: 'friend' };
    const [accepts, writes, told] = await stage.ask(
      ['child', 'contact.accept', 'adult', word],
      ['child', 'message.send', 'adult', word],
      ['adult', 'message.send', 'child', word],
    );
    expect(accepts).toMatchObject({ decision: 'limit' });
    expect(accepts?.obligations.map(({ id }) => id)).toContain('ask-parent');
    expect(writes?.obligations.map(({ id }) => id)).toContain('warn-of-stranger');
    expect(told?.decision).toBe('deny');
  });

  it('counts among children', async () => {
    const [verdict] = await stage.ask(['classmate', 'message.send', 'child', { relationship: 'friend' }]);
    expect(verdict).toMatchObject({ decision: 'allow', obligations: [] });
  });
});
