import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { askPlatform, openStage, type StaffClient, signIn, type TestStage } from './stage.ts';

interface Bank {
  id: string;
  contents: Record<string, number>;
  signals: Record<string, number>;
}
interface Detail {
  status: string;
  steps: { step: string; actor: string; reason: string }[];
  signals: { kind: string; value: string }[];
}

let postgres: PostgresServer;
let stage: TestStage;
let lead: StaffClient;
let moderator: StaffClient;

beforeAll(async () => {
  postgres = await startPostgres();
  stage = await openStage({ DATABASE_URL: postgres.url });
  lead = await signIn(stage, 'lead');
  moderator = await signIn(stage, 'moderator');
});
afterAll(async () => {
  await stage?.close();
  await postgres?.stop();
});

const md5 = 'c0ffee00'.repeat(4);
const settings = { source: 'our moderators', reason: 'seen and reported', action: 'block' };

async function screened(): Promise<{ decision: string; media: { status: string }[] }> {
  const response = await askPlatform(stage, 'POST', '/v1/screen', {
    conversation: 'c-1',
    from: { id: 'a-1', ageBand: 'adult' },
    to: [{ id: 'b-1', ageBand: 'adult' }],
    text: 'Chào bạn',
    media: [{ type: 'image', md5 }],
  });
  return (await response.json()) as { decision: string; media: { status: string }[] };
}

describe('hash banks for responders', () => {
  it('hold what one person added, block what a second one confirmed, and forget what was retired', async () => {
    expect((await moderator.post('/v1/banks', { name: 'Ours', ...settings })).status).toBe(403);
    const { body: bank } = await lead.post<Bank>('/v1/banks', { name: 'Ours', ...settings });
    expect((await lead.post('/v1/banks', { name: 'Ours', ...settings })).status).toBe(409);

    const refused = await lead.post<{ pointer: string }>(`/v1/banks/${bank.id}/contents`, {
      contents: [{ signals: [{ kind: 'pdq', value: 'ab'.repeat(32), quality: 20 }] }],
    });
    expect(refused).toMatchObject({ status: 400, body: { pointer: '/contents/0/signals/0/quality' } });

    const contents = { contents: [{ signals: [{ kind: 'md5', value: md5 }], reason: 'two people looked' }] };
    const { body } = await moderator.post<{ ids: number[]; added: number }>(
      `/v1/banks/${bank.id}/contents`,
      contents,
    );
    expect(body.added).toBe(1);
    const again = await moderator.post(`/v1/banks/${bank.id}/contents`, contents);
    expect(again.body).toEqual({ ids: body.ids, added: 0 });
    expect(await screened()).toMatchObject({ decision: 'hold', media: [{ status: 'match' }] });

    const steps = `/v1/banks/contents/${body.ids[0]}/steps`;
    expect((await moderator.post(steps, { step: 'confirm', reason: 'sure' })).status).toBe(403);
    const confirmed = await lead.post<Detail>(steps, { step: 'confirm', reason: 'seen again' });
    expect(confirmed.body).toMatchObject({ status: 'confirmed', signals: [{ kind: 'md5', value: md5 }] });
    expect(await screened()).toMatchObject({ decision: 'block' });
    await moderator.post(steps, { step: 'dispute', reason: 'a family photograph?' });
    expect(await screened()).toMatchObject({ decision: 'hold' });
    await lead.post(steps, { step: 'retire', reason: 'it was one' });
    expect((await lead.post(steps, { step: 'confirm', reason: 'no' })).status).toBe(409);
    expect(await screened()).toMatchObject({ decision: 'allow' });

    const detail = await moderator.get<Detail>(`/v1/banks/contents/${body.ids[0]}`);
    expect(detail.body.steps.map(({ step }) => step)).toEqual(['confirm', 'dispute', 'retire']);
    const { body: list } = await moderator.get<{ banks: Bank[] }>('/v1/banks');
    expect(list.banks).toContainEqual(
      expect.objectContaining({ id: bank.id, contents: { retired: 1 }, signals: {} }),
    );
  });

  it('are not confirmed by who added the content, nor seen by another organisation', async () => {
    const { body: bank } = await lead.post<Bank>('/v1/banks', { name: 'Alone', ...settings });
    const { body } = await lead.post<{ ids: number[] }>(`/v1/banks/${bank.id}/contents`, {
      contents: [{ signals: [{ kind: 'sha1', value: 'ab'.repeat(20) }] }],
    });
    const own = await lead.post<{ code: string }>(`/v1/banks/contents/${body.ids[0]}/steps`, {
      step: 'confirm',
      reason: 'mine',
    });
    expect(own).toMatchObject({ status: 403, body: { code: 'second-person-needed' } });
    const stranger = await signIn(stage, 'counsellor');
    expect((await stranger.get(`/v1/banks/contents/${body.ids[0]}`)).status).toBe(404);
    expect((await stranger.get<{ banks: Bank[] }>('/v1/banks')).body.banks).not.toContainEqual(
      expect.objectContaining({ id: bank.id }),
    );
    const changed = await lead.post<{ threshold: number; name: string }>(`/v1/banks/${bank.id}/settings`, {
      threshold: 20,
    });
    expect(changed.body).toMatchObject({ threshold: 20, name: 'Alone' });
  });
});
