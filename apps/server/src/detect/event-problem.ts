import { eventTypes } from './event.ts';

/** An issue of the schema, as zod tells it. */
export interface Issue {
  path: PropertyKey[];
  message: string;
}

/** What is wrong with an event, where (a JSON pointer after `before`), and how to mend it, in plain words. */
export function problemOf(
  issue: Issue | undefined,
  before: PropertyKey[] = [],
): { pointer: string; detail: string; mend: string } {
  const path = [...before, ...(issue?.path ?? [])];
  const wrongType = issue?.path.length === 1 && issue.path[0] === 'type';
  return {
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail: wrongType ? 'The event type is not known.' : (issue?.message ?? 'The event is not valid.'),
    mend: wrongType
      ? `Use one of: ${eventTypes.join(', ')}.`
      : 'Correct the field that `pointer` names and send the event again with the same id.',
  };
}
