import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors.ts';
import { markOf, nextToken, placeOf } from './page-token.ts';

const query = { subject: { type: 'account' }, action: { name: 'search.appear' } };
const mark = markOf('subject', 'org-1', query);
const refusal = (page: Parameters<typeof placeOf>[0]) => {
  try {
    placeOf(page, mark);
  } catch (error) {
    if (error instanceof AppError) return error.extras.pointer;
    throw error;
  }
  return 'taken';
};

describe('tokens of pages', () => {
  it('lead back to the place they were made for, with the limit of then', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 128 }),
        fc.integer({ min: 0, max: 1000 }),
        (after, limit) => {
          const token = nextToken(mark, limit, after);
          expect(token).toMatch(/^[\w-]+$/);
          expect(placeOf({ token }, mark)).toEqual({ after, limit });
          expect(placeOf({ token, limit }, mark)).toEqual({ after, limit });
        },
      ),
    );
  });

  it('of our own making only: any other text is refused with a pointer, never a fault of ours', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((text) => Buffer.from(text).toString('base64url')),
        ),
        (token) => {
          expect(refusal({ token })).toBe('/page/token');
        },
      ),
    );
    const sound = nextToken(mark, 10, 'u-1');
    expect(refusal({ token: sound })).toBe('taken');
    for (let at = 0; at < sound.length; at++) {
      const broken = sound.slice(0, at) + sound.slice(at + 1);
      expect(['/page/token', 'taken']).toContain(refusal({ token: broken }));
    }
    expect(refusal({ token: `${sound}=` })).toBe('/page/token');
    expect(refusal({ token: Buffer.from(JSON.stringify([1, mark, 5000, 'u'])).toString('base64url') })).toBe(
      '/page/token',
    );
  });

  it('belong to one search of one organisation, whatever the order of its members', () => {
    const token = nextToken(markOf('subject', 'org-2', query), 10, 'u-1');
    expect(refusal({ token })).toBe('/page/token');
    expect(
      markOf('subject', 'org-1', { action: { name: 'search.appear' }, subject: { type: 'account' } }),
    ).toBe(mark);
    expect(markOf('resource', 'org-1', query)).not.toBe(mark);
    expect(markOf('subject', 'org-1', { ...query, context: { at: 'night' } })).not.toBe(mark);
  });

  it('keep the limit of the first page; a limit above the largest is the largest', () => {
    expect(refusal({ token: nextToken(mark, 10, 'u-1'), limit: 20 })).toBe('/page/limit');
    expect(placeOf({ limit: 5000 }, mark)).toEqual({ after: '', limit: 1000 });
    expect(placeOf({ token: nextToken(mark, 1000, 'u'), limit: 5000 }, mark)).toEqual({
      after: 'u',
      limit: 1000,
    });
    expect(placeOf(undefined, mark)).toEqual({ after: '', limit: 100 });
  });

  it('a search nested without end is refused', () => {
    let deep: object = {};
    for (let level = 0; level < 20_000; level++) deep = { deep };
    expect(() => markOf('subject', 'org-1', { context: deep })).toThrow(AppError);
  });
});
