/** What the flow tests of rules share: messages, the calls of a platform, and the shapes that answers have. */
import { expect } from 'vitest';
import { drained, type StaffClient, type TestStage, until } from './stage.ts';

export interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}
export interface Version {
  number: number;
  state: string;
  percent: number;
  hash: string;
  history: {
    step: string;
    reason: string;
    by: { name: string };
    changes: { id: string; change: string }[];
  }[];
}
export interface Backtest {
  id: string;
  state: string;
  percent: number;
  result: {
    events: number;
    cases: { inForce: number; draft: number };
    gained: { account: string; eventId: string; outcome: string; caseId: string | null }[];
    lost: { account: string; outcome: string; caseId: string | null }[];
    outcomes: { outcome: string; inForce: number; draft: number }[];
    rules: { id: string; on: string; inForce: number; draft: number }[];
    stricterCount: number;
  } | null;
}
interface Assessment {
  account: string;
  level: string;
  version: string;
  rules: string[];
  actions: string[];
}

export const reason = { vi: 'Theo dõi sớm hơn.', en: 'Watch earlier.' };
/** Opens cases much earlier than the files do, and holds what asks for secrecy. */
export const earlier = [
  {
    id: 'open-case-at-high-risk',
    on: 'assessment',
    when: 'level >= 1 && recipientMinor',
    actions: ['open-case'],
    reason,
  },
  {
    id: 'hold-secrecy',
    on: 'message',
    when: '"asks-secrecy" in cues && recipientMinor',
    decision: 'hold',
    reason,
  },
];

let sent = 0;
/** How many messages were made so far. */
export const messagesMade = () => sent;
/** One message from `from` to a child, as the platform sends it. */
export function message(from: string, text: string) {
  sent++;
  return {
    specversion: '1.0',
    id: `m-${sent}`,
    source: '/test',
    type: 'message.sent',
    time: new Date(Date.now() - 60_000 + sent).toISOString(),
    data: {
      conversation: `c-${from}`,
      from: { id: from, ageBand: 'adult' },
      to: [{ id: `kid-of-${from}`, ageBand: '13-15' }],
      text,
    },
  };
}
export const secret = 'Chuyện này đừng kể với bố mẹ nhé';
export const threat = 'Tao sẽ tung ảnh cho cả trường xem. Chuyển 500k trong 30 phút không thì tao đăng';

export async function send(stage: TestStage, events: unknown[]): Promise<void> {
  const answer = await fetch(`${stage.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.demo.platform.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  expect(await answer.json()).toMatchObject({ accepted: events.length });
  await drained(stage);
}

export async function assessmentsOf(stage: TestStage): Promise<Assessment[]> {
  const answer = await fetch(`${stage.url}/v1/assessments?limit=1000`, {
    headers: { authorization: `Bearer ${stage.demo.platform.apiKey}` },
  });
  return ((await answer.json()) as { assessments: Assessment[] }).assessments;
}

export async function screen(stage: TestStage, from: string, text: string) {
  const answer = await fetch(`${stage.url}/v1/screen`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.demo.platform.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      conversation: `c-${from}`,
      from: { id: from, ageBand: 'adult' },
      to: [{ id: 'kid', ageBand: '13-15' }],
      text,
    }),
  });
  return (await answer.json()) as { decision: string; rules: string[]; version: string };
}

export const finished = (client: StaffClient, id: string) =>
  until('the backtest is over', async () => {
    const { body } = await client.get<Backtest>(`/v1/rules/backtests/${id}`);
    return body.state === 'waiting' || body.state === 'running' ? undefined : body;
  });
