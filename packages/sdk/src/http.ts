/** One exchange with the server: status, parsed body and, when told, how long to wait (milliseconds). */
export interface Exchange {
  status: number;
  body: unknown;
  retryAfter?: number;
}
export type Send = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Exchange>;

/** An answer of the server that is not a success: a problem document (RFC 9457). */
export class KebenError extends Error {
  readonly status: number;
  readonly code: string;
  readonly mend: string | undefined;
  readonly pointer: string | undefined;

  constructor(
    status: number,
    problem: { code?: string; detail?: string; mend?: string; pointer?: string } = {},
  ) {
    super(problem.detail ?? `Kề Bên answered ${status}`);
    this.name = 'KebenError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.mend = problem.mend;
    this.pointer = problem.pointer;
  }
}

export function createSend(options: {
  url: string;
  apiKey: string;
  timeout: number;
  fetch: typeof globalThis.fetch;
}): Send {
  const base = options.url.replace(/\/$/, '');
  return async (method, path, body) => {
    const response = await options.fetch(`${base}${path}`, {
      method,
      signal: AbortSignal.timeout(path === '/v1/events' ? 30_000 : options.timeout),
      headers: {
        authorization: `Bearer ${options.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const retryAfter = Number(response.headers.get('retry-after'));
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      ...(retryAfter > 0 ? { retryAfter: retryAfter * 1000 } : {}),
    };
  };
}
