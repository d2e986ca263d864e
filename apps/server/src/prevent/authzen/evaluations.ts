import { AppError, errorCodes } from '../../base/errors.ts';
import { type Decision, EvaluationRequest, type EvaluationsRequest, type Semantic } from './messages.ts';

/**
 * The requests that a message to the Access Evaluations API stands for, or the fault of each. Undefined when it holds
 * no evaluations: then it is a single request (AuthZEN 1.0 section 7.1).
 */
export function evaluationsIn(message: EvaluationsRequest): (EvaluationRequest | AppError)[] | undefined {
  const { evaluations } = message;
  if (evaluations === undefined || evaluations.length === 0) return undefined;
  return evaluations.map((item) => {
    if (!isObject(item))
      return new AppError('invalid-request', 'An evaluation must be an object.', { pointer: '' });
    return readEvaluation(withDefaults(item, message));
  });
}

/** Checks one request; the fault's pointer is relative to it. */
export function readEvaluation(request: unknown): EvaluationRequest | AppError {
  const read = EvaluationRequest.safeParse(request);
  if (read.success) return read.data;
  const errors = read.error.issues.map(({ path, message }) => ({
    pointer: pointerTo(path),
    detail: message,
  }));
  const first = errors[0] ?? { pointer: '', detail: 'not valid' };
  return new AppError('invalid-request', `${first.pointer}: ${first.detail}`, {
    pointer: first.pointer,
    errors,
  });
}

type Defaults = Pick<EvaluationsRequest, 'subject' | 'action' | 'resource' | 'context'>;

/**
 * What an evaluation says overrides the default of the same name as a whole (section 7.1.1), its properties too; only
 * a `type`, `id` or `name` that it leaves out is taken from the default, as the certification scenario has it
 * (c-3-2-7): a default `resource` may give the type alone.
 */
export function withDefaults(item: Record<string, unknown>, defaults: Defaults): Record<string, unknown> {
  return {
    subject: overlaid(item.subject, defaults.subject, ['type', 'id']),
    action: overlaid(item.action, defaults.action, ['name']),
    resource: overlaid(item.resource, defaults.resource, ['type', 'id']),
    context: item.context === undefined ? defaults.context : item.context,
  };
}

function overlaid(own: unknown, given: Record<string, unknown> | undefined, required: string[]): unknown {
  if (own === undefined) return given;
  if (!isObject(own) || given === undefined) return own;
  const inherited = required.filter((key) => own[key] === undefined && given[key] !== undefined);
  if (inherited.length === 0) return own;
  return { ...own, ...Object.fromEntries(inherited.map((key) => [key, given[key]])) };
}

/** Has the sound ones answered, all at once, and leaves each fault in its place. */
export async function answerSound<Q extends object, A extends object>(
  items: (Q | AppError)[],
  answer: (sound: Q[]) => Promise<A[]>,
): Promise<(A | AppError)[]> {
  const sound = items.flatMap((item) => (item instanceof AppError ? [] : [item as Q]));
  const answers = (sound.length === 0 ? [] : await answer(sound)).values();
  return items.map((item) => {
    const given = item instanceof AppError ? item : answers.next().value;
    if (given === undefined) throw new Error('A question was left without an answer.');
    return given;
  });
}

/** The answers that a semantic lets out: up to and with the one that settles it (section 7.1.2.1). */
export function upToSettled(answers: Decision[], semantic: Semantic): Decision[] {
  if (semantic === 'execute_all') return answers;
  const settles = semantic === 'permit_on_first_permit';
  const at = answers.findIndex(({ decision }) => decision === settles);
  return at === -1 ? answers : answers.slice(0, at + 1);
}

/** A request's own fault as its answer: closed, with the error in the context (section 7.2.1). */
export function faultAsDecision(fault: AppError, index: number): Decision {
  const { status, mend } = errorCodes[fault.code];
  const pointer = `/evaluations/${index}${fault.extras.pointer ?? ''}`;
  return {
    decision: false,
    context: { error: { status, code: fault.code, message: fault.message, pointer, mend } },
  };
}

function pointerTo(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
