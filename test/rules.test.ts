import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../apps/server/src/base/audit.ts';
import { rows } from '../apps/server/src/base/database.ts';
import {
  assessmentsOf,
  type Backtest,
  earlier,
  finished,
  message,
  messagesMade,
  type Problem,
  screen,
  secret,
  send,
  threat,
  type Version,
} from './rules-calls.ts';
import { openStage, type StaffClient, signIn, type TestStage } from './stage.ts';

describe('rules of an organisation, on the embedded database', () => {
  let stage: TestStage;
  let analyst: StaffClient;
  let lead: StaffClient;

  beforeAll(async () => {
    stage = await openStage();
    analyst = await signIn(stage, 'analyst');
    lead = await signIn(stage, 'lead');
  });
  afterAll(() => stage?.close());

  it('refuses a draft with errors, with line and column and what to mend, and keeps what is in force', async () => {
    const { status, body } = await analyst.post<Problem>('/v1/rules/versions', {
      name: 'Sớm hơn',
      reason: 'Thử',
      basedOn: 0,
      rules: [
        { ...earlier[0], when: 'level >= 2 &&\n  recipientMinr' },
        { ...earlier[1], when: '"asks-secrcy" in cues' },
        { id: 'no-such-rule', on: 'off' },
      ],
    });
    expect(status).toBe(400);
    expect(body.code).toBe('invalid-rules');
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual([
      '/rules/0/when',
      '/rules/1/when',
      '/rules/2/id',
    ]);
    expect(body.errors?.[0]?.detail).toMatch(/line 2, column 3: .*Did you mean “recipientMinor”/);
    expect(body.errors?.[1]?.detail).toMatch(/line 1, column 1: .*Did you mean “asks-secrecy”/);
    const { body: rules } = await analyst.get<{ inForce: number; versions: unknown[] }>('/v1/rules');
    expect(rules).toMatchObject({ inForce: 0, versions: [] });
  });

  it('goes draft → shadow → rollout → published, each step by whom it is allowed to', async () => {
    const made = await analyst.post<Version>('/v1/rules/versions', {
      name: 'Sớm hơn',
      reason: 'Báo cáo tuần trước',
      basedOn: 0,
      rules: earlier,
    });
    expect(made.body).toMatchObject({ number: 1, state: 'draft' });
    const path = '/v1/rules/versions/1';
    expect((await lead.post<Problem>(`${path}/publish`, { reason: 'x' })).body.code).toBe('state-conflict');
    // Somebody else saved meanwhile: the second writer is told, not obeyed.
    const edit = { name: 'Sớm hơn', reason: 'Sửa', rules: earlier };
    expect((await analyst.post<Problem>(`${path}/edit`, { ...edit, hash: 'old' })).status).toBe(409);
    expect((await analyst.post(`${path}/edit`, { ...edit, hash: made.body.hash })).status).toBe(200);

    expect((await analyst.post<Version>(`${path}/shadow`, { reason: 'Xem thử' })).body.state).toBe('shadow');
    expect((await analyst.post<Problem>(`${path}/edit`, { ...edit, hash: made.body.hash })).status).toBe(409);
    expect((await analyst.post<Problem>(`${path}/roll-out`, { reason: 'x', percent: 20 })).body.code).toBe(
      'not-allowed',
    );
    await send(stage, [message('shadowed', secret)]);
    expect((await screen(stage, 'shadowed-2', secret)).rules).not.toContain('hold-secrecy');
    const cases = await lead.get<{ cases: { subject: { id: string } }[] }>('/v1/cases?state=all');
    expect(cases.body.cases.map(({ subject }) => subject.id)).not.toContain('shadowed');
    const { body: shadow } = await analyst.get<{
      counts: { on: string; inForce: string; candidate: string; count: number }[];
      differences: { eventId: string; account: string; side: string }[];
    }>(`${path}/shadow`);
    expect(shadow.counts).toContainEqual({
      on: 'assessment',
      inForce: 'none',
      candidate: 'open-case',
      count: 1,
    });
    expect(shadow.counts).toContainEqual({ on: 'message', inForce: 'warn', candidate: 'hold', count: 1 });
    expect(shadow.differences[0]).toMatchObject({ account: 'shadowed', side: 'in-force' });

    expect(
      (await lead.post<Version>(`${path}/roll-out`, { reason: 'Từng bước', percent: 50 })).body,
    ).toMatchObject({
      state: 'rollout',
      percent: 50,
    });
    const accounts = Array.from({ length: 40 }, (_, n) => `rolled-${n}`);
    await send(
      stage,
      accounts.map((account) => message(account, secret)),
    );
    const first = await assessmentsOf(stage);
    const side = new Map(
      first
        .filter(({ account }) => accounts.includes(account))
        .map(({ account, version }) => [account, version.includes('+r1.')]),
    );
    expect(side.size).toBe(40);
    const taken = [...side.values()].filter(Boolean).length;
    expect(taken).toBeGreaterThan(8);
    expect(taken).toBeLessThan(32);
    for (const { account, version, actions } of first.filter(({ account: id }) => accounts.includes(id))) {
      expect(actions, account).toEqual(version.includes('+r1.') ? ['open-case'] : []);
    }
    // Screening is on the same side as the worker; a larger share only adds accounts.
    await lead.post(`${path}/roll-out`, { reason: 'Thêm', percent: 75 });
    for (const [account, candidate] of side) {
      if (!candidate) continue;
      expect((await screen(stage, account, secret)).decision, account).toBe('hold');
    }

    expect((await lead.post<Version>(`${path}/publish`, { reason: 'Tốt' })).body.state).toBe('published');
    await send(stage, [message('published', secret)]);
    const last = (await assessmentsOf(stage)).find(({ account }) => account === 'published');
    expect(last).toMatchObject({ actions: ['open-case'], rules: ['open-case-at-high-risk'] });
    expect(last?.version).toMatch(/^risk-.*\+r1\.[0-9a-f]{10}$/);
    expect(await screen(stage, 'anyone', secret)).toMatchObject({ decision: 'hold' });
  });

  it('tries a draft on past events: progress, results by rule and by what people decided, examples', async () => {
    const cases = await lead.get<{ cases: { id: string; subject: { id: string } }[] }>('/v1/cases');
    const dismissed = cases.body.cases.find(({ subject }) => subject.id === 'published');
    await lead.post(`/v1/cases/${dismissed?.id}/take`);
    const closed = await lead.post<Problem>(`/v1/cases/${dismissed?.id}/close`, {
      outcome: 'dismissed',
      reason: 'innocent-context',
      note: 'Anh em họ',
    });
    expect(closed.status, JSON.stringify(closed.body)).toBe(200);
    // Compared with version 1, this draft gives up the earlier case.
    const made = await analyst.post<Version>('/v1/rules/versions', {
      name: 'Muộn lại',
      reason: 'Quá nhiều hồ sơ',
      basedOn: 1,
      rules: [earlier[1]],
    });
    const begun = await analyst.post<Backtest>(`/v1/rules/versions/${made.body.number}/backtests`, {
      days: 7,
    });
    expect(begun.status).toBe(202);
    const over = await finished(analyst, begun.body.id);
    expect(over).toMatchObject({ state: 'done', percent: 100 });
    const { result } = over;
    expect(result?.events).toBe(messagesMade());
    expect(result?.cases.inForce).toBe(42);
    expect(result?.cases.draft).toBe(0);
    expect(result?.lost).toContainEqual(
      expect.objectContaining({ account: 'published', outcome: 'dismissed', caseId: dismissed?.id }),
    );
    expect(result?.outcomes).toContainEqual({ outcome: 'dismissed', inForce: 1, draft: 0 });
    expect(result?.rules).toContainEqual(
      expect.objectContaining({ id: 'hold-secrecy', on: 'message', inForce: 42, draft: 42 }),
    );
    // Ids only: no text of anybody's message is kept with the result.
    expect(JSON.stringify(over)).not.toContain('bố mẹ');
  });

  it('a backtest is cancelled, and one runs at a time', async () => {
    const begun = await analyst.post<Backtest>('/v1/rules/versions/2/backtests', { days: 90 });
    expect((await analyst.post<Problem>('/v1/rules/versions/2/backtests', { days: 1 })).status).toBe(409);
    const stopped = await analyst.post<Backtest>(`/v1/rules/backtests/${begun.body.id}/cancel`);
    expect(stopped.body.state).toBe('cancelled');
    expect((await analyst.post<Problem>(`/v1/rules/backtests/${begun.body.id}/cancel`)).status).toBe(409);
    const next = await analyst.post<Backtest>('/v1/rules/versions/2/backtests', { days: 1 });
    expect((await finished(analyst, next.body.id)).state).toBe('done');
    expect((await analyst.get<Backtest>(`/v1/rules/backtests/${begun.body.id}`)).body.state).toBe(
      'cancelled',
    );
  });

  it('rolls back to an earlier version and to the files, and every step is told and chained', async () => {
    await analyst.post('/v1/rules/versions/2/shadow', { reason: 'Thử' });
    await lead.post('/v1/rules/versions/2/publish', { reason: 'Muộn lại' });
    await send(stage, [message('late', secret)]);
    expect((await assessmentsOf(stage)).find(({ account }) => account === 'late')?.actions).toEqual([]);
    expect((await analyst.post<Problem>('/v1/rules/rollback', { number: 1, reason: 'x' })).body.code).toBe(
      'not-allowed',
    );
    expect((await lead.post('/v1/rules/rollback', { number: 1, reason: 'Bỏ sót' })).body).toEqual({
      inForce: 1,
    });
    await send(stage, [message('early', secret)]);
    expect((await assessmentsOf(stage)).find(({ account }) => account === 'early')).toMatchObject({
      actions: ['open-case'],
      version: expect.stringContaining('+r1.'),
    });
    expect((await lead.post('/v1/rules/rollback', { number: 0, reason: 'Về mặc định' })).body).toEqual({
      inForce: 0,
    });
    await send(stage, [message('plain', threat)]);
    expect((await assessmentsOf(stage)).find(({ account }) => account === 'plain')?.version).not.toContain(
      '+r',
    );

    const { body } = await analyst.get<{ history: Version['history'] }>('/v1/rules');
    expect(body.history.map(({ step }) => step)).toEqual([
      'roll-back',
      'roll-back',
      'publish',
      'shadow',
      'draft',
      'publish',
      'roll-out',
      'roll-out',
      'shadow',
      'edit',
      'draft',
    ]);
    expect(body.history[0]).toMatchObject({ reason: 'Về mặc định', by: { name: 'Phạm Thu Hà' } });
    expect(body.history[0]?.changes).toEqual([
      expect.objectContaining({ id: 'open-case-at-high-risk', change: 'changed' }),
      expect.objectContaining({ id: 'hold-secrecy', change: 'removed' }),
    ]);
    const verdict = await stage.running.services.database.transaction('system', (tx) =>
      verifyAudit(tx, stage.demo.platform.organisation),
    );
    expect(verdict.intact).toBe(true);
    const lines = await stage.running.services.database.transaction('system', async (tx) => {
      const [found] = await rows<{ n: number }>(
        tx,
        sql`select count(*)::int as n from audit where action like 'rules.%'`,
      );
      return found?.n;
    });
    // 11 steps, 4 backtests begun or refused before they were (one refused leaves nothing), 1 cancelled.
    expect(lines).toBe(11 + 3 + 1);
  });

  it('other organisations and other roles are kept out', async () => {
    const counsellor = await signIn(stage, 'counsellor');
    expect((await counsellor.get<Problem>('/v1/rules')).body.code).toBe('not-allowed');
    const moderator = await signIn(stage, 'moderator');
    expect((await moderator.get('/v1/rules')).status).toBe(200);
    const draft = { name: 'x', reason: 'x', basedOn: 0, rules: [] };
    expect((await moderator.post<Problem>('/v1/rules/versions', draft)).body.code).toBe('not-allowed');
    expect((await moderator.get<Problem>('/v1/rules/versions/99')).status).toBe(404);
  });

  it('notes in shadow what follows from several accounts together', async () => {
    const towards = (from: string) => ({ ...message(from, secret), id: `together-${from}` });
    const made = await analyst.post<Version>('/v1/rules/versions', {
      name: 'Cùng nhau',
      reason: 'Thử',
      basedOn: 0,
      rules: [earlier[0]],
    });
    const path = `/v1/rules/versions/${made.body.number}`;
    await analyst.post(`${path}/shadow`, { reason: 'Thử' });
    const events = ['gang-1', 'gang-2', 'gang-3'].map((from) => {
      const event = towards(from);
      event.data.to = [{ id: 'one-child', ageBand: '13-15' }];
      return event;
    });
    await send(stage, events);
    const across = (await assessmentsOf(stage)).filter(({ account }) => account.startsWith('gang-'));
    const { body } = await analyst.get<{ counts: { on: string; count: number }[] }>(`${path}/shadow`);
    const noted = body.counts
      .filter(({ on }) => on === 'assessment')
      .reduce((sum, { count }) => sum + count, 0);
    expect(across.length).toBeGreaterThan(3);
    expect(noted).toBe(across.length);
    await lead.post(`${path}/withdraw`, { reason: 'Xong' });
    await analyst.post(`${path}/discard`, { reason: 'Xong' });
  });
});
