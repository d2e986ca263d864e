import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { Place } from './decision-point.ts';
import { LARGEST_PAGE, type PageRequest, USUAL_PAGE } from './messages.ts';

/** Version, mark of the search, limit, place. */
const Token = z.tuple([z.literal(1), z.string(), z.int().min(0).max(LARGEST_PAGE), z.string().max(512)]);

/** Objects deeper than this are no search of ours; walking them without an end would exhaust the stack. */
const DEEPEST = 32;

/** Marks a search: equal for equal words, whatever the order of their members. */
export function markOf(kind: string, organisationId: string, query: object): string {
  return createHash('sha256')
    .update(canonical([kind, organisationId, query], 0))
    .digest('base64url')
    .slice(0, 16);
}

/** Where the page begins that a request asks for. Throws an AppError for a token that is not one of this search. */
export function placeOf(page: PageRequest, mark: string): Place {
  const asked = page?.limit === undefined ? undefined : Math.min(page.limit, LARGEST_PAGE);
  if (page?.token === undefined) return { after: '', limit: asked ?? USUAL_PAGE };
  const token = readToken(page.token);
  if (token === undefined) {
    throw new AppError('invalid-request', 'This is no next_token of ours: begin again without a token.', {
      pointer: '/page/token',
    });
  }
  const [, itsMark, limit, after] = token;
  if (itsMark !== mark) {
    throw new AppError(
      'invalid-request',
      'The token belongs to another search: send the same words as before, or begin again without a token.',
      { pointer: '/page/token' },
    );
  }
  if (asked !== undefined && asked !== limit) {
    throw new AppError('invalid-request', `The limit was ${limit} on the page before: it must stay.`, {
      pointer: '/page/limit',
    });
  }
  return { after, limit };
}

/** The token of the page after `after`; empty at the end (AuthZEN 1.0 section 8.2.2). */
export function nextToken(mark: string, limit: number, after: string | undefined): string {
  if (after === undefined) return '';
  return Buffer.from(JSON.stringify([1, mark, limit, after])).toString('base64url');
}

function readToken(token: string): z.infer<typeof Token> | undefined {
  const bytes = Buffer.from(token, 'base64url');
  // Node skips what is not base64url: only what we wrote comes back the same.
  if (token === '' || bytes.toString('base64url') !== token) return undefined;
  try {
    return Token.safeParse(JSON.parse(bytes.toString())).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function canonical(value: unknown, depth: number): string {
  if (depth > DEEPEST) {
    throw new AppError('invalid-request', `A search may be nested ${DEEPEST} deep at most.`, { pointer: '' });
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member, depth + 1)}`).join()}}`;
}
