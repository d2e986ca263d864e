import type { FastifyRequest } from 'fastify';
import type { Database } from '../../../base/database.ts';
import { AppError } from '../../../base/errors.ts';
import { type Guards, refuseOtherSite } from '../../../base/http.ts';
import { organisationById, organisationNamed } from '../../../base/organisation-store.ts';
import { HmaError } from './hma-error.ts';

const KEY = /^kb_[\w-]{20,64}$/;

/** Id of the organisation that asks; refuses with 401 who shows no key. */
export type Who = (request: FastifyRequest) => Promise<string>;

/**
 * HMA knows no keys, so its clients can send one in few ways. Read, in this order: the path (`/hma/key/kb_…/`),
 * `Authorization: Bearer`, `Authorization: Basic` (what clients make of `https://any:kb_…@host/`). `openTo`: the name or
 * id of the organisation that stands for requests without any; the configuration allows that on loopback only.
 */
export function createWho(
  guards: Pick<Guards, 'platformOfKey'>,
  database: Database,
  openTo: string | undefined,
): Who {
  let open: Promise<string> | undefined;
  return async (request) => {
    const key = keyOf(request);
    if (key !== undefined) {
      if (!KEY.test(key)) throw new AppError('api-key-required', 'What was sent is not an API key.');
      return guards.platformOfKey(key);
    }
    if (openTo === undefined) throw new AppError('api-key-required', 'The request carries no API key.');
    refuseStrangers(request);
    open ??= organisationOf(database, openTo);
    return open.catch((cause: unknown) => {
      open = undefined;
      throw cause;
    });
  };
}

/** The key that a request shows, in whatever way; the empty text where it shows something else. */
export function keyOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'basic') {
    const [user = '', password = ''] = Buffer.from(value, 'base64').toString().split(':');
    return password === '' ? user : password;
  }
  return scheme.toLowerCase() === 'bearer' ? value : '';
}

/** For paths with a key in them, before they are validated: what is not described there is dropped from the parameters. */
export function takeKeyOfPath(request: FastifyRequest): void {
  const { key } = request.params as { key: string };
  request.headers.authorization = `Bearer ${key}`;
}

/** A page that somebody opens on this machine can reach loopback too: neither another site nor a name that leads here. */
function refuseStrangers(request: FastifyRequest): void {
  refuseOtherSite(request);
  const name = URL.parse(`http://${request.headers.host ?? ''}`)?.hostname ?? '';
  if (name !== 'localhost' && name !== '[::1]' && !/^127(\.\d{1,3}){3}$/.test(name)) {
    throw new HmaError(403, 'Without an API key this is answered under the name localhost only.');
  }
}

async function organisationOf(database: Database, openTo: string): Promise<string> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(openTo);
  const found = await database.transaction('system', (tx) =>
    isId ? organisationById(tx, openTo) : organisationNamed(tx, openTo),
  );
  if (!found) throw new HmaError(503, 'HMA_OPEN_TO names no organisation of this server.');
  return found.id;
}
