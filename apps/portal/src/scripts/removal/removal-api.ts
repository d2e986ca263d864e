import { ApiError } from '../anonymous-api.ts';
import type { Item } from './hash-file.ts';

export interface Platform {
  id: string;
  name: string;
}

/** All that is sent of a request, besides the solved puzzle. */
export interface RemovalRequest {
  language: 'vi' | 'en';
  ageBand: string;
  platforms: string[];
  items: Item[];
}

export interface Status {
  state: 'received' | 'confirmed' | 'declined' | 'withdrawn';
  receivedAt: string;
  changedAt: string;
  items: number;
  platforms: string[];
  matches: number;
  /** Whether the fingerprints of the request are compared: of all its files, of some, of none. */
  compared: 'all' | 'some' | 'none';
  reason?: { vi: string; en: string };
}

export interface Opened {
  caseNumber: string;
  pin: string;
}

// No cookie and no referrer: the server must not learn more than what is in the body.
async function call<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/v1/removals${path}`, {
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new ApiError(response.status);
  return (await response.json()) as T;
}

/** What has a name in each language is `Vietnamese / English` in policy/removal-platforms.yaml. */
export const platformName = (name: string, lang: 'vi' | 'en') =>
  name.split(' / ')[lang === 'en' ? 1 : 0] ?? name;
export const readPlatforms = () => call<Platform[]>('/platforms');
export const postRemoval = (request: RemovalRequest, proof: { challenge: string; nonce: string }) =>
  call<Opened>('', { ...request, proof });
export const readStatus = (opened: Opened) => call<Status>('/status', opened);
export const withdraw = (opened: Opened) => call<Status>('/withdraw', opened);
