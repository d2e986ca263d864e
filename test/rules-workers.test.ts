import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApartStage, openApart } from './apart.ts';
import {
  assessmentsOf,
  type Backtest,
  earlier,
  finished,
  message,
  screen,
  secret,
  send,
  type Version,
} from './rules-calls.ts';
import { signIn, type TestStage } from './stage.ts';

describe('rules with web and two workers on one Postgres server', () => {
  let apart: ApartStage;
  let stage: TestStage;

  beforeAll(async () => {
    apart = await openApart();
    stage = apart.stage;
  });
  afterAll(() => apart?.close());

  it('both workers and screening follow a publication and a rollback; a backtest runs in a worker', async () => {
    const lead = await signIn(stage, 'lead');
    const made = await lead.post<Version>('/v1/rules/versions', {
      name: 'a',
      reason: 'b',
      basedOn: 0,
      rules: earlier,
    });
    expect(made.status).toBe(200);
    const senders = (prefix: string) => Array.from({ length: 24 }, (_, n) => `${prefix}-${n}`);
    const versions = async (prefix: string) =>
      (await assessmentsOf(stage))
        .filter(({ account }) => account.startsWith(prefix))
        .map(({ version }) => /\+r\d+/.exec(version)?.[0]);
    await send(
      stage,
      senders('before').map((id) => message(id, secret)),
    );
    await lead.post('/v1/rules/versions/1/shadow', { reason: 'x' });
    await lead.post('/v1/rules/versions/1/publish', { reason: 'x' });
    // Committed before these were accepted, so every batch that holds them reads it, whichever worker takes it.
    await send(
      stage,
      senders('after').map((id) => message(id, secret)),
    );
    expect(new Set(await versions('before'))).toEqual(new Set([undefined]));
    expect(await versions('after')).toEqual(senders('after').map(() => '+r1'));
    expect((await screen(stage, 'x', secret)).decision).toBe('hold');
    await lead.post('/v1/rules/rollback', { number: 0, reason: 'x' });
    await send(
      stage,
      senders('again').map((id) => message(id, secret)),
    );
    expect(new Set(await versions('again'))).toEqual(new Set([undefined]));
    const begun = await lead.post<Backtest>('/v1/rules/versions/1/backtests', { days: 3 });
    const over = await finished(lead, begun.body.id);
    expect(over.state).toBe('done');
    expect(over.result).toMatchObject({ events: 72, cases: { inForce: 0, draft: 72 } });
  });
});
