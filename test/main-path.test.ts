import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../apps/server/src/base/audit.ts';
import { rows } from '../apps/server/src/base/database.ts';
import { errorCodes } from '../apps/server/src/base/errors.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { askPlatform, drained, openStage, type StaffClient, signIn, type TestStage, until } from './stage.ts';

interface CaseView {
  id: string;
  number: string;
  state: string;
  urgency: number;
  level: string;
  harm: string | null;
  subject: { id: string } | null;
  counterpart: { id: string; ageBand: string } | null;
  cues: string[];
  contributions: { kind: string; id: string; weight: number; evidence: string[] }[];
  evidence: { id: string; eventId: string; severity: number; cues: string[]; delivery: string }[];
  history: { type: string }[];
  referrals: { id: string; state: string }[];
  actions: { action: string; status: string; statement: { vi: string } }[];
}
interface ReferralView {
  id: string;
  state: string;
  evidence: { id: string }[];
  summary: { harm: string };
}

describe.each(['embedded', 'postgres'] as const)('the main path on %s', (kind) => {
  let postgres: PostgresServer | undefined;
  let stage: TestStage;
  let moderator: StaffClient;

  beforeAll(async () => {
    if (kind === 'postgres') postgres = await startPostgres();
    stage = await openStage(postgres ? { DATABASE_URL: postgres.url } : {});
    moderator = await signIn(stage, 'moderator');
  });
  afterAll(async () => {
    await stage?.close();
    await postgres?.stop();
  });

  const platform = (path: string, body?: unknown, method = 'POST') => askPlatform(stage, method, path, body);
  const playground = async <T>(path: string, body: unknown = {}): Promise<T> => {
    const response = await fetch(`${stage.playgroundUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as T;
  };
  interface Play {
    id: string;
    steps: number;
    level: string;
    other: { id: string };
    messages: { delivery: string; from: string; text: string }[];
    restriction: { action: string } | null;
  }
  async function play(script: string): Promise<Play> {
    let view = await playground<Play>('/api/stages', { script, lang: 'vi' });
    for (let step = 0; step < view.steps; step++) {
      view = await playground<Play>(`/api/stages/${view.id}/next`);
      await drained(stage);
    }
    return view;
  }
  const caseOf = (account: string, cue: string) =>
    until(`a case about ${account}`, async () => {
      const { body } = await moderator.get<{ cases: CaseView[] }>('/v1/cases');
      return body.cases.find(({ subject, cues }) => subject?.id === account && cues.includes(cue));
    });

  it('goes from a message to a closed referral', async () => {
    const told = await play('sextortion');
    expect(told.level).toBe('critical');
    expect(told.messages.filter(({ delivery }) => delivery === 'held').length).toBeGreaterThanOrEqual(3);

    const opened = await caseOf(told.other.id, 'threat-to-share');
    expect(opened.number).toMatch(/^KB-\d{4}-\d{4}$/);
    const taken = await moderator.post<CaseView>(`/v1/cases/${opened.id}/take`);
    expect(taken).toMatchObject({ status: 200, body: { state: 'open', counterpart: { ageBand: '13-15' } } });
    const grave = taken.body.evidence.find(({ cues }) => cues.includes('threat-to-share'));
    expect(grave).toBeDefined();
    expect(
      taken.body.contributions.some(({ id, evidence }) => id === 'threat-to-share' && evidence.length > 0),
    ).toBe(true);
    const revealed = await moderator.post<{
      text: string;
      cues: { cue: string; start: number; end: number }[];
    }>(`/v1/cases/${opened.id}/evidence/${grave?.id}/reveal`);
    const span = revealed.body.cues.find(({ cue }) => cue === 'threat-to-share');
    expect(revealed.body.text.slice(span?.start, span?.end).length).toBeGreaterThan(5);

    const acted = await moderator.post<CaseView>(`/v1/cases/${opened.id}/actions`, {
      action: 'restrict-contact',
    });
    expect(acted.body.actions[0]?.statement.vi).toMatch(/chưa đủ 18/);
    await until('the webhook reached Sân Chơi', async () => {
      const view = await playground<Play>(`/api/stages/${told.id}/say`, { from: 'other', text: 'chào' });
      return view.restriction?.action === 'restrict-contact' && view.messages.at(-1)?.delivery === 'refused'
        ? true
        : undefined;
    });
    await until('the action is marked delivered', async () => {
      const { body } = await moderator.get<CaseView>(`/v1/cases/${opened.id}`);
      return body.actions[0]?.status === 'delivered' ? true : undefined;
    });

    const { body: directory } = await moderator.get<{ organisations: { id: string; kind: string }[] }>(
      '/v1/organisations',
    );
    const police = directory.organisations.find((one) => one.kind === 'police');
    const referred = await moderator.post<CaseView>(`/v1/cases/${opened.id}/referrals`, {
      to: police?.id,
      note: 'Đòi tiền một bạn 13 tuổi',
      basis: 'urgent-risk',
    });
    expect(referred.body.state).toBe('waiting');

    const liaison = await signIn(stage, 'police-liaison');
    const { body: inbox } = await liaison.get<{ referrals: ReferralView[] }>('/v1/referrals?box=in');
    const received = inbox.referrals.find(({ id }) => id === referred.body.referrals[0]?.id);
    if (!received) throw new Error('the referral did not arrive');
    const early = await liaison.post(
      `/v1/referrals/${received.id}/evidence/${received.evidence[0]?.id}/reveal`,
    );
    expect(early.status).toBe(409);
    expect(await liaison.post(`/v1/referrals/${received.id}/accept`)).toMatchObject({
      body: { state: 'accepted' },
    });
    const read = await liaison.post<{ text: string }>(
      `/v1/referrals/${received.id}/evidence/${received.evidence[0]?.id}/reveal`,
    );
    expect(read.body.text.length).toBeGreaterThan(0);
    expect((await moderator.post(`/v1/referrals/${received.id}/accept`)).status).toBe(403);
    const done = await liaison.post(`/v1/referrals/${received.id}/done`, {
      outcome: 'investigating',
      note: 'Đã tiếp nhận',
    });
    expect(done).toMatchObject({ body: { state: 'done' } });

    await until('the case follows the referral', async () => {
      const { body } = await moderator.get<CaseView>(`/v1/cases/${opened.id}`);
      return body.state === 'open' && body.history.some(({ type }) => type === 'referral-done')
        ? true
        : undefined;
    });
    const closed = await moderator.post<CaseView>(`/v1/cases/${opened.id}/close`, {
      outcome: 'confirmed',
      reason: 'attempt',
      note: 'Xong',
    });
    expect(closed.body.state).toBe('closed');
    expect((await moderator.post(`/v1/cases/${opened.id}/take`)).status).toBe(409);
  });

  it('holds nothing from a harmless new friend and opens no case', async () => {
    const told = await play('new-friend');
    expect(told.messages.every(({ delivery }) => delivery === 'delivered')).toBe(true);
    expect(told.level).toBe('none');
    const { body } = await moderator.get<{ cases: CaseView[] }>('/v1/cases?state=all');
    expect(body.cases.some(({ subject }) => subject?.id === told.other.id)).toBe(false);
  });

  it('answers each event of a batch alone and takes each only once', async () => {
    const event = (id: string, data: unknown) => ({
      specversion: '1.0',
      id,
      source: '/test',
      type: 'contact.requested',
      time: '2026-11-24T08:00:00Z',
      data,
    });
    const good = event('one', { from: { id: 'a', ageBand: 'adult' }, to: { id: 'b', ageBand: '13-15' } });
    const bad = event('two', { from: { id: 'a', ageBand: 'grown' }, to: { id: 'b', ageBand: '13-15' } });
    const first = await platform('/v1/events', [good, bad]);
    expect(first.status).toBe(202);
    expect(await first.json()).toMatchObject({
      accepted: 1,
      rejected: 1,
      items: [
        { status: 'accepted' },
        { status: 'rejected', error: { pointer: expect.stringContaining('/from/ageBand') } },
      ],
    });
    const again = await platform('/v1/events', [good]);
    expect(await again.json()).toMatchObject({ accepted: 0, duplicates: 1 });
    const none = await platform('/v1/events', [bad]);
    expect(none.status).toBe(400);
    expect(await none.json()).toMatchObject({ code: 'no-valid-event' });
  });

  it('opens a case from a user’s report and joins later ones to it', async () => {
    const target = { id: 'reported-1', ageBand: 'adult' };
    const report = {
      by: { id: 'kid-1', ageBand: '13-15' },
      target,
      harm: 'bullying',
      comment: 'Bạn ấy dọa mình',
    };
    const one = (await (await platform('/v1/reports', report)).json()) as { case: string };
    const two = (await (
      await platform('/v1/reports', { ...report, by: { id: 'kid-2', ageBand: '13-15' } })
    ).json()) as {
      case: string;
    };
    expect(two.case).toBe(one.case);
    const { body } = await moderator.get<CaseView & { reports: { comment: string }[]; kind: string }>(
      `/v1/cases/${one.case}`,
    );
    expect(body).toMatchObject({ kind: 'user-report', urgency: 2, state: 'new' });
    expect(body.reports.map(({ comment }) => comment)).toEqual([report.comment, report.comment]);
  });

  it('keeps organisations apart, over HTTP and in the database', async () => {
    const liaison = await signIn(stage, 'police-liaison');
    const { body } = await moderator.get<{ cases: CaseView[] }>('/v1/cases?state=all');
    const [some] = body.cases;
    expect((await liaison.get(`/v1/cases/${some?.id}`)).status).toBe(404);
    expect((await liaison.get<{ cases: unknown[] }>('/v1/cases?state=all')).body.cases).toEqual([]);
    const { database } = stage.running.services;
    const stranger = stage.demo.helpline.organisation;
    const tables = [
      'event_log',
      'observation',
      'assessment',
      'case_label',
      'sighting_mark',
      'hash_bank',
      'bank_signal',
      'media_finding',
      'risk_state',
      'case_file',
      'case_event',
      'case_evidence',
      'action',
      'audit',
      'referral',
      'referral_evidence',
      'protected_account',
      'connection',
      'user_report',
    ];
    await database.transaction({ organisation: stranger }, async (tx) => {
      for (const table of tables) {
        const [row] = await rows<{ n: number }>(
          tx,
          sql`select count(*)::int as n from ${sql.identifier(table)}`,
        );
        expect(row?.n, table).toBe(0);
      }
    });
    await expect(
      database.transaction({ organisation: stranger }, (tx) =>
        tx.execute(sql`insert into case_event (organisation_id, case_id, at, type, data)
          values (${stage.demo.platform.organisation}, ${some?.id}, now(), 'noted', '{}')`),
      ),
    ).rejects.toThrow();
    expect((await fetch(`${stage.url}/v1/cases`)).status).toBe(401);
    expect(
      (
        await fetch(`${stage.url}/v1/screen`, {
          method: 'POST',
          body: '{}',
          headers: { 'content-type': 'application/json' },
        })
      ).status,
    ).not.toBe(200);
  });

  it('keeps an unbroken audit chain and finds a changed line', async () => {
    const { database } = stage.running.services;
    const organisation = stage.demo.platform.organisation;
    const verdict = await database.transaction('system', (tx) => verifyAudit(tx, organisation));
    expect(verdict).toMatchObject({ intact: true });
    expect(verdict.lines).toBeGreaterThan(4);
    await database
      .transaction('system', async (tx) => {
        await tx.execute(
          sql`update audit set actor = 'somebody else' where organisation_id = ${organisation} and sequence = 3`,
        );
        expect(await verifyAudit(tx, organisation)).toMatchObject({ intact: false, brokenAt: 3 });
        throw new Error('undo');
      })
      .catch((cause: Error) => expect(cause.message).toBe('undo'));
  });

  it('shows public figures with small counts suppressed', async () => {
    const figures = (await (await fetch(`${stage.url}/v1/public/figures`)).json()) as {
      cues: { cue: string; count: number | null }[];
      referrals: { state: string; count: number | null }[];
      reports: { count: number | null };
    };
    expect(figures.cues.length).toBeGreaterThan(0);
    expect(figures.referrals).toEqual([{ state: 'done', count: null }]);
    for (const { count } of figures.cues) expect(count === null || count >= 5).toBe(true);
  });

  it('describes its API with every error code, and answers the address of each', async () => {
    const api = (await (await fetch(`${stage.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
      components: { schemas: Record<string, { properties?: { code?: { enum: string[] } } }> };
    };
    expect(api.openapi).toBe('3.1.0');
    expect(api.components.schemas.Problem?.properties?.code?.enum).toEqual(Object.keys(errorCodes));
    for (const path of [
      '/v1/events',
      '/v1/screen',
      '/v1/decisions',
      '/v1/reports',
      '/access/v1/evaluation',
    ]) {
      expect(api.paths[path]?.post?.responses.default, path).toBeDefined();
    }
    const page = await (await fetch(`${stage.url}/docs/errors`)).text();
    for (const code of Object.keys(errorCodes)) expect(page).toContain(`id="${code}"`);
    expect((await fetch(`${stage.url}/docs/`)).status).toBe(200);
  });

  it('is ready, and tells Prometheus', async () => {
    const ready = await fetch(`${stage.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await (await fetch(`${stage.url}/metrics`)).text()).toMatch(/keben_event_log_lag 0/);
  });
});
