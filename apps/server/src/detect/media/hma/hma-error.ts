import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, errorCodes } from '../../../base/errors.ts';

/** An error in the words and with the status that clients of HMA know. */
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

/** Answers `{ message, details }`, as HMA does; faults keep their words for the log. */
export function sendHmaError(
  error: FastifyError | AppError | HmaError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  if (error instanceof HmaError) {
    reply.status(error.status).send(bodyOf(error.message, error.details));
    return;
  }
  if (error instanceof AppError) {
    const { status, mend } = errorCodes[error.code];
    // HMA names a name that is taken with 403.
    const known = error.code === 'state-conflict' && error.extras.pointer === '/name' ? 403 : status;
    reply.status(known).send(bodyOf(error.message, mend));
    return;
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status >= 500) {
    request.log.error(error, 'a request in the form of HMA failed');
    reply.status(500).send(bodyOf('Something went wrong here', `Tell the operator the id ${request.id}.`));
    return;
  }
  reply.status(status).send(bodyOf(error.message));
}

function bodyOf(message: string, details?: string) {
  return details === undefined ? { message } : { message, details };
}
