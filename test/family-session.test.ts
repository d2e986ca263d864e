import { afterAll, beforeAll, expect, it } from 'vitest';
import { askPlatform, drained, openStage, type TestStage } from './stage.ts';

let stage: TestStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

async function platform<T>(path: string, body: unknown): Promise<T> {
  const response = await askPlatform(stage, 'POST', path, body);
  return (await response.json()) as T;
}

/** Registers a young person and makes a code. */
async function codeOf(id: string): Promise<string> {
  const account = { id, ageBand: '13-15', assurance: 'parent' };
  const event = { specversion: '1.0', id: `registered-${id}`, source: '/family-session' };
  await platform('/v1/events', [
    { ...event, type: 'account.registered', time: new Date().toISOString(), data: { account } },
  ]);
  await drained(stage);
  const path = `/v1/accounts/${id}/supervision/invitations`;
  return (await platform<{ code: string }>(path, { label: 'Mẹ', young: 'Mây' })).code;
}

const accept = (fields: Record<string, string>, cookie?: string) =>
  fetch(`${stage.url}/v1/family/accept`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(cookie === undefined ? {} : { cookie }),
    },
    body: new URLSearchParams({ lang: 'en', ...fields }),
  });

it('a cookie whose session is over is no session: the family key begins a new one', async () => {
  const first = await accept({ code: await codeOf('first-kid') });
  const key = /id="family-key">([\d ]{19})/.exec(await first.text())?.[1] ?? '';
  const left = `keben_family=${'A'.repeat(43)}`;
  const second = await accept({ code: await codeOf('second-kid'), key }, left);
  expect(second.status).toBe(303);
  const [begun = ''] = second.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
  expect(begun).toMatch(/^keben_family=[\w-]{43}$/);
  expect(begun).not.toBe(left);
  const home = await fetch(`${stage.url}/v1/family/?lang=en`, { headers: { cookie: begun } });
  expect((await home.text()).match(/data-state="accepted"/g)).toHaveLength(2);
});
