/** One exchange with the server: status, parsed body and, when told, how long to wait (milliseconds). */
export interface Exchange {
  status: number;
  body: unknown;
  retryAfter?: number;
  etag?: string;
}
/** Sends one request; a string body goes out as it is, anything else as JSON. Rejects when nobody answers in time. */
export type Send = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  more?: { timeout?: number; headers?: Record<string, string> },
) => Promise<Exchange>;

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
  return async (method, path, body, more = {}) => {
    const response = await options.fetch(`${base}${path}`, {
      method,
      signal: AbortSignal.timeout(more.timeout ?? options.timeout),
      headers: {
        authorization: `Bearer ${options.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const retryAfter = pauseIn(response.headers.get('retry-after'));
    const etag = response.headers.get('etag');
    return {
      status: response.status,
      // A gateway in between may answer an error in HTML; its status still counts.
      body:
        text === '' || (response.status >= 500 && !isJson(response))
          ? undefined
          : (JSON.parse(text) as unknown),
      ...(retryAfter > 0 ? { retryAfter } : {}),
      ...(etag === null ? {} : { etag }),
    };
  };
}

const isJson = (response: Response) => /json/.test(response.headers.get('content-type') ?? '');

/** Milliseconds that a `Retry-After` asks for: seconds or a date (RFC 9110 section 10.2.3). */
function pauseIn(header: string | null): number {
  if (header === null) return 0;
  const seconds = Number(header);
  return Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
}

/** The body of a success; throws a KebenError for any other answer. */
export function accepted(exchange: Exchange): unknown {
  if (exchange.status >= 200 && exchange.status < 300) return exchange.body;
  throw new KebenError(exchange.status, exchange.body as { code?: string; detail?: string });
}
