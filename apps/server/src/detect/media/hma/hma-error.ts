import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, errorCodes } from '../../../base/errors.ts';
import { toldFault } from '../../../base/faults.ts';
import type { UnavailableReason } from '../look-up-media.ts';

/** A refusal with the status that Hasher-Matcher-Actioner gives; leaves as `{ message, details? }`. */
export class HmaError extends Error {
  readonly status: number;
  readonly details: string | undefined;

  constructor(status: number, message: string, details?: string) {
    super(message);
    this.name = 'HmaError';
    this.status = status;
    this.details = details;
  }
}

/** Every error of these paths in HMA's shape, `{ message, details? }`, never as a problem document. */
export function sendHmaError(
  error: FastifyError | AppError | HmaError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { status, message, details } = toHma(error);
  if (status >= 500 && !(error instanceof HmaError)) {
    request.log.error({ fault: toldFault(error), reqId: request.id }, 'request failed');
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer, Basic realm="HMA"');
  if (status === 503) reply.header('retry-after', '1');
  reply
    .status(status)
    .type('application/json')
    .send(JSON.stringify(details === undefined ? { message } : { message, details }));
}

function toHma(error: FastifyError | AppError | HmaError): {
  status: number;
  message: string;
  details?: string | undefined;
} {
  if (error instanceof HmaError) return error;
  if (error instanceof AppError) {
    const { status, mend } = errorCodes[error.code];
    return { status, message: error.message, details: mend };
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return { status, message: error.message };
  return { status, message: 'Something went wrong on our side; the fault was logged.' };
}

/** Not knowing is not the same as no match: clients get an error, never an empty list. */
export function unanswered(why: UnavailableReason): HmaError {
  switch (why) {
    case 'loading':
      return new HmaError(503, 'index not yet ready');
    case 'stale':
      return new HmaError(503, 'index is stale: the database could not be asked for a minute');
    case 'too-many':
      return new HmaError(503, 'index not available: there are more hashes than HASH_INDEX_MAX');
    default:
      return new HmaError(400, 'invalid signal: it has too little shape to be compared');
  }
}
