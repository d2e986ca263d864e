import type { Client } from './client.ts';

export interface ScreenFigures {
  calls: number;
  failed: number;
  /** Milliseconds, counted from when the call was due: a server that stalls cannot hide behind calls not made. */
  p50: number;
  p99: number;
  max: number;
}

/** Calls POST /v1/screen `perSecond` times a second until stopped. */
export function probeScreening(client: Client, messages: readonly string[], perSecond: number) {
  const times: number[] = [];
  const open = new Set<Promise<void>>();
  const begin = performance.now();
  let due = 0;
  let failed = 0;
  const timer = setInterval(() => {
    for (; begin + (due * 1000) / perSecond <= performance.now(); due++) {
      const from = begin + (due * 1000) / perSecond;
      const text = messages[due % messages.length] ?? '';
      const call = screen(client, text, due)
        .then((ok) => {
          if (!ok) failed++;
        })
        .catch(() => {
          failed++;
        })
        .finally(() => {
          times.push(performance.now() - from);
          open.delete(call);
        });
      open.add(call);
    }
    // Far finer than the calls are apart: the timer's own lateness must not count as the server's.
  }, 2);
  return {
    async stop(): Promise<ScreenFigures> {
      clearInterval(timer);
      await Promise.all(open);
      const sorted = times.sort((a, b) => a - b);
      return {
        calls: sorted.length,
        failed,
        p50: percentile(sorted, 0.5),
        p99: percentile(sorted, 0.99),
        max: sorted.at(-1) ?? 0,
      };
    },
  };
}

async function screen(client: Client, text: string, n: number): Promise<boolean> {
  const { status } = await client.post(
    '/v1/screen',
    JSON.stringify({
      conversation: `probe-${n % 500}`,
      from: { id: `probe-a${n % 500}`, ageBand: 'adult' },
      to: [{ id: `probe-b${n % 500}`, ageBand: '13-15' }],
      text,
    }),
  );
  return status === 200;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
