import type { FastifyRequest } from 'fastify';
import type { Services } from '../../../base/services.ts';
import type { MediaReader } from '../files/index.ts';
import type { LiveIndexes } from '../live/index.ts';
import type { SignalLookup } from './look-up-signal.ts';

/** What the routes in the form of HMA stand on. */
export interface HmaParts {
  services: Services;
  live: LiveIndexes;
  media: MediaReader;
  signals: SignalLookup;
  /** Id of the organisation whose key the request carries. */
  organisationOf(request: FastifyRequest): Promise<string>;
}

/** One parameter of the query string; undefined when it is missing or empty. */
export function parameter(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, string | string[] | undefined>)[name];
  const one = Array.isArray(value) ? value[0] : value;
  return one === undefined || one === '' ? undefined : one;
}

/** `true`, `1`, `yes` and the like, as HMA reads them. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(true|1|t|y|yes|on)$/i.test(text);
}
