import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSafeguardsStage } from './safeguards-stage.ts';

let stage: Awaited<ReturnType<typeof openSafeguardsStage>>;
beforeAll(async () => {
  stage = await openSafeguardsStage();
});
afterAll(() => stage?.close());

const pair = (from: string, to: string) => ({ from: { id: from }, to: { id: to } });
const by = (one: string, other: string) => ({ by: { id: one }, target: { id: other } });

it('what comes late from before a block does not undo it', async () => {
  await stage.tell(
    ['account.registered', { account: { id: 'chi', ageBand: '13-15' } }],
    ['account.registered', { account: { id: 'dung', ageBand: 'adult' } }],
    ['user.blocked', by('chi', 'dung'), 2],
    ['contact.accepted', pair('dung', 'chi'), 3],
    ['user.unblocked', by('chi', 'dung'), 4],
  );
  const [message] = await stage.ask(['dung', 'message.send', 'chi']);
  expect(message?.policies).toContain('blocked-stays-blocked');
  expect(message?.policies).toContain('no-private-message-from-unconnected-adult');
  // Blocked again later, an acceptance from between the two comes too late as well.
  await stage.tell(['user.blocked', by('chi', 'dung'), 1], ['contact.accepted', pair('dung', 'chi'), 1.5]);
  const [still] = await stage.ask(['dung', 'message.send', 'chi']);
  expect(still?.policies).toContain('blocked-stays-blocked');
});

it('a block ends contact and holds in both directions until the one who blocked takes it back', async () => {
  await stage.tell(
    ['account.registered', { account: { id: 'an', ageBand: '16-17' } }],
    ['account.registered', { account: { id: 'binh', ageBand: '16-17' } }],
    ['contact.accepted', pair('an', 'binh')],
  );
  const asks = () => stage.ask(['an', 'message.send', 'binh'], ['binh', 'contact.request', 'an']);
  const decisions = async () => (await asks()).map(({ decision }) => decision);
  expect(await decisions()).toEqual(['allow', 'allow']);
  await stage.tell(['user.blocked', by('an', 'binh')], ['user.blocked', by('binh', 'an')]);
  expect(await decisions()).toEqual(['deny', 'deny']);
  // The other side's own block stays.
  await stage.tell(['user.unblocked', by('an', 'binh')]);
  expect((await asks())[0]?.policies).toContain('blocked-stays-blocked');
  await stage.tell(['user.unblocked', by('binh', 'an')]);
  const [message, request] = await asks();
  expect(message?.decision).toBe('deny');
  expect(message?.policies).not.toContain('blocked-stays-blocked');
  expect(request?.decision).toBe('allow');
});
