import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Target } from './server.ts';

interface Answer {
  status: number;
  body: string;
}

export interface LogStatus {
  accepted: number;
  processed: number;
  lag: number;
  assessments: number;
  cases: number;
}

export interface AssessmentItem {
  eventId: string;
  account: string;
  counterpart: string | null;
  level: 'none' | 'watch' | 'elevated' | 'high' | 'critical';
  at: string;
}

/** A keep-alive connection to one server, with the platform's API key. */
export interface Client {
  post(path: string, body: string): Promise<Answer>;
  get<T>(path: string): Promise<T>;
  close(): void;
}

export function connect({ url, apiKey }: Target, sockets: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const { hostname, port } = new URL(url);
  const send = (method: string, path: string, body?: string) =>
    new Promise<Answer>((done, failed) => {
      const headers = {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      };
      const call = request({ agent, hostname, port, method, path, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', failed);
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }),
        );
      });
      call.on('error', failed);
      call.end(body);
    });
  return {
    post: (path, body) => send('POST', path, body),
    async get<T>(path: string) {
      const { status, body } = await send('GET', path);
      if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${body.slice(0, 300)}`);
      return JSON.parse(body) as T;
    },
    close: () => agent.destroy(),
  };
}

export interface Pushed {
  sent: number;
  accepted: number;
  duplicates: number;
}

/** Sends events in batches, one after another; waits and tries again when the server asks for patience (429, 503). */
export async function pushEvents(
  client: Client,
  events: Iterable<unknown>,
  batch: number,
  afterBatch: (pushed: Pushed) => void = () => undefined,
): Promise<Pushed> {
  const pushed: Pushed = { sent: 0, accepted: 0, duplicates: 0 };
  let waiting: unknown[] = [];
  const flush = async () => {
    if (waiting.length === 0) return;
    const body = JSON.stringify(waiting);
    let answer = await client.post('/v1/events', body);
    while (answer.status === 429 || answer.status === 503) {
      await wait(500);
      answer = await client.post('/v1/events', body);
    }
    if (answer.status !== 202)
      throw new Error(`POST /v1/events: ${answer.status} ${answer.body.slice(0, 500)}`);
    const result: { accepted: number; duplicates: number; rejected: number } = JSON.parse(answer.body);
    if (result.rejected > 0) throw new Error(`${result.rejected} simulated events were rejected.`);
    pushed.sent += waiting.length;
    pushed.accepted += result.accepted;
    pushed.duplicates += result.duplicates;
    waiting = [];
    afterBatch(pushed);
  };
  for (const event of events) {
    waiting.push(event);
    if (waiting.length === batch) await flush();
  }
  await flush();
  return pushed;
}

/** Waits until every accepted event is processed and no further case is opened. */
export async function waitUntilDrained(
  client: Client,
  onLook: (status: LogStatus) => void = () => undefined,
): Promise<LogStatus> {
  let before: LogStatus | undefined;
  for (;;) {
    const status = await client.get<LogStatus>('/v1/log/status');
    onLook(status);
    if (status.lag === 0 && before?.lag === 0 && before.cases === status.cases) return status;
    before = status;
    await wait(1000);
  }
}

export async function allAssessments(client: Client): Promise<AssessmentItem[]> {
  const all: AssessmentItem[] = [];
  for (let after: string | null = '0'; after !== null; ) {
    const page: { assessments: AssessmentItem[]; next: string | null } = await client.get(
      `/v1/assessments?limit=1000&after=${after}`,
    );
    all.push(...page.assessments);
    after = page.next;
  }
  return all;
}
