import type { Channel, Sealed } from './receipt-keys.ts';

/** The server answered with a problem; `status` is its HTTP status. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

export interface Thread {
  state: 'received' | 'reading' | 'answered' | 'closed';
  messages: { at: string; from: 'reporter' | 'organisation'; sealed: string }[];
}

// No cookie and no referrer: the server must not learn more than what is in the body.
async function call<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/v1/anonymous/${path}`, {
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    ...(body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
  });
  if (!response.ok) throw new ApiError(response.status);
  return (await response.json()) as T;
}

export const readChannel = () => call<Channel>('channel');
export const postReport = (report: unknown) => call<{ at: string }>('reports', report);
export const readThread = (lookup: string) => call<Thread>('thread', { lookup });
export const postMessage = (lookup: string, sealed: Sealed) =>
  call<{ at: string }>('thread/messages', { lookup, sealed });
