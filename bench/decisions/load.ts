/**
 * The process that asks. It gets its work by message, asks over keep-alive connections and answers with figures; a
 * process of its own, so that its work does not stand in the way of the server's or of the bench's.
 */
import { type Answer, type Line, openLine } from './keep-alive.ts';

/** A request as sent, and the decisions that its answer must hold, in order; or how the answer must begin. */
export interface Ask {
  request: Uint8Array;
  expected: boolean[] | string;
}

export interface LoadJob {
  url: string;
  asks: Ask[];
  connections: number;
  /** Seconds that count; before them `warmUp` seconds of the same that do not. */
  seconds: number;
  warmUp: number;
  /**
   * Requests a second, each due at its time whether earlier ones are answered or not; its time counts from when it was
   * due, so a server that stalls cannot hide behind requests not made. Without it: as fast as answers come.
   */
  rate?: number;
}

export interface LoadFigures {
  requests: number;
  decisions: number;
  seconds: number;
  /** Answers that were not 200. */
  failed: number;
  /** Answers with another decision than expected. */
  wrong: number;
  /** Requests that were due and had no answer when patience ended. */
  unanswered: number;
  /** Milliseconds from when the request was due (open) or sent (closed) to the whole answer. */
  p50: number;
  p99: number;
  p999: number;
  max: number;
  /** Milliseconds between two looks of the load process at the clock, 99 of 100 less: its own part in the times above. */
  late99: number;
  /** An answer that failed, to tell why. */
  example?: string;
}

/** Milliseconds that answers may come after the last request was due. */
const PATIENCE = 3000;

process.on('message', (job: LoadJob) => {
  runLoad(job).then(
    (figures) => process.send?.(figures),
    (cause: unknown) => {
      console.error(cause);
      process.exit(1);
    },
  );
});

async function runLoad({ url, asks, connections, seconds, warmUp, rate }: LoadJob): Promise<LoadFigures> {
  const broken = Promise.withResolvers<never>();
  const free: Line[] = await Promise.all(
    Array.from({ length: connections }, () => openLine(new URL(url), broken.reject)),
  );
  const lines = [...free];
  const times: number[] = [];
  const late: number[] = [];
  let failed = 0;
  let unanswered = 0;
  let wrong = 0;
  let decisions = 0;
  let example: string | undefined;
  const began = performance.now();
  const from = began + warmUp * 1000;
  const until = from + seconds * 1000;
  let lastAnswer = from;
  let next = 0;

  const ask = (line: Line, due: number, then: () => void) => {
    const { request, expected } = asks[next++ % asks.length] as Ask;
    line.ask(request, (answer) => {
      // Open: what was due within the time counts whenever it is answered. Closed: what was answered within it.
      const now = performance.now();
      const counts = rate === undefined ? now >= from && now < until : due >= from && due < until;
      if (counts) {
        times.push(now - due);
        lastAnswer = now;
        decisions += typeof expected === 'string' ? 1 : expected.length;
        if (answer.status !== 200) failed++;
        else if (!agrees(answer, expected)) wrong++;
        if (answer.status !== 200) example ??= `${answer.status} ${answer.body.slice(0, 300)}`;
      }
      then();
    });
  };

  const run = rate === undefined ? closed() : open(rate);
  try {
    await Promise.race([run, broken.promise]);
  } finally {
    for (const line of lines) line.close();
  }
  const sorted = Float64Array.from(times).sort();
  const at = (share: number, among = sorted) =>
    among[Math.min(among.length - 1, Math.ceil(among.length * share) - 1)] ?? 0;
  return {
    requests: sorted.length,
    decisions,
    seconds: rate === undefined ? seconds : Math.max(seconds, (lastAnswer - from) / 1000),
    failed,
    wrong,
    unanswered,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    max: sorted.at(-1) ?? 0,
    late99: at(0.99, Float64Array.from(late).sort()),
    ...(example === undefined ? {} : { example }),
  };

  /** Every connection asks again as soon as it is answered. */
  function closed(): Promise<unknown> {
    return Promise.all(
      lines.map(
        (line) =>
          new Promise<void>((done) => {
            const again = () => {
              const now = performance.now();
              if (now < until) ask(line, now, again);
              else done();
            };
            again();
          }),
      ),
    );
  }

  /** Requests fall due at even times; one that finds no connection free waits for one, and its clock runs. */
  function open(perSecond: number): Promise<void> {
    const step = 1000 / perSecond;
    const total = Math.round((warmUp + seconds) * perSecond);
    const dueAt = (n: number) => began + n * step;
    let sent = 0;
    let answered = 0;
    return new Promise((done) => {
      const end = () => {
        clearInterval(timer);
        done();
      };
      const send = () => {
        const due = Math.min(total, Math.floor((performance.now() - began) / step) + 1);
        while (sent < due) {
          const line = free.pop();
          if (!line) return;
          ask(line, dueAt(sent++), () => {
            free.push(line);
            if (++answered === total) end();
            else send();
          });
        }
      };
      let tick = performance.now();
      const timer = setInterval(() => {
        const now = performance.now();
        // A tick that comes late is due to this process or to the machine, not to who is asked.
        if (now >= from) late.push(now - tick);
        tick = now;
        send();
        if (now < until + PATIENCE) return;
        // Never answered counts as answered now, which is too good for it.
        for (let n = sent; n < total; n++) if (dueAt(n) >= from) times.push(now - dueAt(n));
        unanswered = total - answered;
        end();
      }, 1);
    });
  }
}

/** Whether the answer holds these decisions in this order; the shape of AuthZEN 1.0 for one and for many. */
function agrees({ body }: Answer, expected: boolean[] | string): boolean {
  if (typeof expected === 'string') return body.startsWith(expected);
  if (expected.length === 1) return body.startsWith(`{"decision":${expected[0]}`);
  const parsed = JSON.parse(body) as { evaluations: { decision: boolean }[] };
  return (
    parsed.evaluations.length === expected.length &&
    parsed.evaluations.every(({ decision }, n) => decision === expected[n])
  );
}
