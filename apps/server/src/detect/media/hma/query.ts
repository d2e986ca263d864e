import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HmaError } from './hma-error.ts';

/** Booleans as HMA's clients write them in addresses: Python says `True`. */
export const Flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', '1', 'yes', 'on', 't', 'y', 'false', '0', 'no', 'off', 'f', 'n']))
  .transform((word) => ['true', '1', 'yes', 'on', 't', 'y'].includes(word));

/** Reads the address's query, or the body; refuses with 400 and the first field that is wrong. */
export function read<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new HmaError(400, field === '' ? 'the request is not valid' : `${field}: ${issue?.message}`);
}

/** Banks that a look-up is limited to: a list with commas, as HMA takes it. */
export function banksOf(banks: string | undefined): Set<string> | undefined {
  return banks === undefined || banks === '' ? undefined : new Set(banks.split(','));
}

/** The field of a query that appears once. */
export function one(request: FastifyRequest, field: string): string | undefined {
  const value = (request.query as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : undefined;
}
