/**
 * The one registry of error codes. Each has an HTTP status, a short title and a mend in plain words.
 * Errors leave the server as RFC 9457 problem details (`application/problem+json`).
 */
export const errorCodes = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    mend: 'Correct the field that `pointer` names and send it again.',
  },
  'no-valid-event': {
    status: 400,
    title: 'No event in the request is valid',
    mend: 'Correct the fields listed in `errors` and send them again.',
  },
  'invalid-rules': {
    status: 400,
    title: 'The rules have an error',
    mend: 'Mend the expression at the line and column that `errors` names; what is in force stays in force.',
  },
  'invalid-policy': {
    status: 400,
    title: 'The policy has an error',
    mend: 'Mend what `detail` and `errors` name; the policies in force stay in force.',
  },
  'below-floor': {
    status: 400,
    title: 'The policies weaken a protection that must stay',
    mend: 'Keep what `errors` names at least as strict as it is; being stricter, or saying it in other words, is free.',
  },
  'invalid-proof-of-work': {
    status: 400,
    title: 'The proof of work is missing, wrong or too old',
    mend: 'Fetch a new challenge from /v1/anonymous/channel, solve it and send again.',
  },
  'sign-in-required': { status: 401, title: 'Sign in first', mend: 'Sign in at /console/ and try again.' },
  'api-key-required': {
    status: 401,
    title: 'An API key is missing or not known',
    mend: 'Send `Authorization: Bearer kb_…` with a key of your platform.',
  },
  'not-allowed': {
    status: 403,
    title: 'Your role may not do this',
    mend: 'Ask somebody in your organisation whose role allows it.',
  },
  'second-person-needed': {
    status: 403,
    title: 'A second person has to do this',
    mend: 'Ask a lead or admin who neither wrote nor proposed it.',
  },
  'setting-locked': {
    status: 403,
    title: 'This setting cannot be loosened at this age',
    mend: 'Keep the default or something stricter; `detail` says why it is fixed.',
  },
  'wrong-origin': {
    status: 403,
    title: 'The request came from another site',
    mend: 'Send it from the console itself.',
  },
  'not-found': { status: 404, title: 'There is nothing here', mend: 'Check the address or the id.' },
  'state-conflict': {
    status: 409,
    title: 'The state does not allow this step',
    mend: 'Load it again: somebody may have acted before you.',
  },
  'reminder-needed': {
    status: 409,
    title: 'The young person must be reminded first',
    mend: 'Show the reason of the setting, let the person confirm, and send again with `reminded: true`.',
  },
  'too-large': {
    status: 413,
    title: 'The request is too large',
    mend: 'Send fewer items or a smaller body.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type is not supported',
    mend: 'Send JSON, CloudEvents as application/cloudevents+json, or what the route names.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    mend: 'Wait as long as the Retry-After header says.',
  },
  backlog: {
    status: 429,
    title: 'Too many events wait already',
    mend: 'Send the same events again after the Retry-After header; what was accepted is kept and repeats count once.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    mend: 'Try again; tell the operator the `instance` id if it stays.',
  },
  overloaded: {
    status: 503,
    title: 'The server is busy',
    mend: 'Try again after the Retry-After header; nothing accepted was lost.',
  },
} as const satisfies Record<string, { status: number; title: string; mend: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** One wrong field: `pointer` is a JSON Pointer (RFC 6901) into the request body. */
export interface FieldError {
  pointer: string;
  detail: string;
  index?: number;
}

export interface ProblemExtras {
  pointer?: string;
  errors?: FieldError[];
  retryAfterSeconds?: number;
}

/** An expected refusal: becomes the HTTP answer that its code names. Faults are ordinary errors and become 500. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly extras: ProblemExtras;

  constructor(code: ErrorCode, detail: string, extras: ProblemExtras = {}, options?: { cause?: unknown }) {
    super(detail, options);
    this.name = 'AppError';
    this.code = code;
    this.extras = extras;
  }
}

/** RFC 9457 body of an error. */
export function problemOf(code: ErrorCode, detail: string, extras: ProblemExtras = {}, instance?: string) {
  const { status, title, mend } = errorCodes[code];
  return {
    type: `/docs/errors#${code}`,
    title,
    status,
    code,
    detail,
    mend,
    ...(extras.pointer === undefined ? {} : { pointer: extras.pointer }),
    ...(extras.errors === undefined ? {} : { errors: extras.errors }),
    ...(instance === undefined ? {} : { instance }),
  };
}
