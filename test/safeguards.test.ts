import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type StaffClient, signIn, type TestStage } from './stage.ts';

let stage: TestStage;
let lead: StaffClient;
let admin: StaffClient;
let analyst: StaffClient;

beforeAll(async () => {
  stage = await openStage();
  [lead, admin, analyst] = await Promise.all([
    signIn(stage, 'lead'),
    signIn(stage, 'admin'),
    signIn(stage, 'analyst'),
  ]);
});
afterAll(() => stage?.close());

interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}
interface Version {
  number: number;
  hash: string;
  state: string;
  changes: { id: string; change: string }[];
}
interface Difference {
  faults: unknown[];
  floor: unknown[];
  matrix: { id: string }[];
  samples: {
    total: number;
    requests: number;
    changed: number;
    stricter: number;
    groups: { requests: number; examples: { en: string }[] }[];
  };
}

/** May an adult comment on something of another adult? */
async function comments(): Promise<string> {
  const answer = await fetch(`${stage.url}/v1/decisions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.demo.platform.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      subject: { id: 'u-1', ageBand: 'adult' },
      action: 'comment',
      resource: { type: 'account', id: 'u-2', ageBand: 'adult' },
    }),
  });
  const { decision } = (await answer.json()) as { decision: string };
  return decision;
}

const policy = (condition = '') => ({
  id: 'no-comments-at-all',
  file: 'contact.cedar',
  text: `@id("no-comments-at-all")
@reason_vi("Không ai bình luận.")
@reason_en("Nobody comments.")
forbid (principal, action == Action::"comment", resource)${condition};`,
});

describe('changing policies over HTTP', () => {
  it('goes from a wrong draft to a decision that changes, and back', async () => {
    expect(await comments()).toBe('allow');
    const draft = (policies: unknown[]) =>
      lead.post<Version & Problem>('/v1/safeguards/versions', {
        name: 'Yên lặng',
        reason: 'Thử',
        policies,
        basedOn: 0,
      });
    const wrong = await draft([policy('\nwhen { context.conected }')]);
    expect(wrong.status).toBe(400);
    expect(wrong.body).toMatchObject({
      code: 'invalid-policy',
      errors: [
        {
          pointer: '/policies/0',
          detail: expect.stringMatching(/^contact\.cedar, policy no-comments-at-all, line 5: .*conected/),
        },
      ],
    });

    const { body: made } = await draft([policy()]);
    expect(made).toMatchObject({
      number: 1,
      state: 'draft',
      changes: [{ id: 'no-comments-at-all', change: 'added' }],
    });
    const path = '/v1/safeguards/versions/1';
    const { body: difference } = await lead.get<Difference>(`${path}/difference`);
    expect(difference.matrix.length).toBeGreaterThan(0);
    expect(difference.samples).toMatchObject({ total: 1, requests: 1, changed: 1, stricter: 1 });
    expect(difference.samples.groups[0]?.examples[0]?.en).toMatch(/^Commenting: adult of 25 or over → adult/);

    const step = (who: StaffClient, name: string, more = {}) =>
      who.post<Version & Problem>(`${path}/${name}`, { reason: 'Vì sao', hash: made.hash, ...more });
    expect((await step(lead, 'propose')).body.state).toBe('proposed');
    expect(await step(lead, 'publish')).toMatchObject({
      status: 403,
      body: { code: 'second-person-needed' },
    });
    expect(await step(analyst, 'publish')).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect((await step(admin, 'publish', { against: 0 })).body.state).toBe('published');
    expect(await comments()).toBe('deny');

    expect((await lead.post('/v1/safeguards/back-to-files', { reason: 'Khẩn cấp' })).status).toBe(200);
    expect(await comments()).toBe('allow');
    const { body: overview } = await lead.get<{
      inForce: number;
      policies: { id: string }[];
      history: { step: string }[];
    }>('/v1/safeguards');
    expect(overview.inForce).toBe(0);
    expect(overview.history.map((one) => one.step)).toEqual(['back-to-files', 'publish', 'propose', 'draft']);
  });

  it('refuses what is below the floor when it is proposed, with situations and law', async () => {
    const { body: made } = await analyst.post<Version>('/v1/safeguards/versions', {
      name: 'Nới',
      reason: 'Thử',
      policies: [{ id: 'sixty-minutes-a-game', off: true }],
      basedOn: 0,
    });
    const answer = await analyst.post<Problem>(`/v1/safeguards/versions/${made.number}/propose`, {
      reason: 'Vì sao',
      hash: made.hash,
    });
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('below-floor');
    expect(answer.body.errors?.[0]).toMatchObject({
      pointer: '/floor/game-time',
      detail: expect.stringMatching(
        /Playing a game: child under 13.*60 minutes.*Decree 147\/2024\/NĐ-CP, Art 39\(1\)/,
      ),
    });
  });
});
