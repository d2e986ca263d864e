import type { paths } from './generated/api.ts';

export type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer B } } };
}
  ? B
  : never;
export type Answer<
  P extends keyof paths,
  M extends 'get' | 'post' | 'put',
  S extends number,
> = paths[P] extends {
  [K in M]: { responses: { [K2 in S]: { content: { 'application/json': infer B } } } };
}
  ? B
  : never;

export type ScreenRequest = Body<'/v1/screen'>;
export type Question = Body<'/v1/decisions'>;
export type Report = Body<'/v1/reports'>;
/** `unavailable` is true when the server could not be asked: the fallback decided, or what is remembered of it. */
export type Screening = Answer<'/v1/screen', 'post', 200> & { unavailable: boolean };
export type Decision = Answer<'/v1/decisions', 'post', 200> & { unavailable: boolean };
export type Settings = Answer<'/v1/accounts/{id}/settings', 'get', 200> & { unavailable: boolean };
/** `outcome` says whether the choice holds already. */
export type ChosenSetting = Answer<'/v1/accounts/{id}/settings/{setting}', 'put', 200>;

/** What to do when the server is away, by whom it would protect. */
export interface Fallback {
  /** People who are or may be under 18 (default closed). */
  minors?: 'closed' | 'open';
  /** Everybody else (default open). */
  others?: 'closed' | 'open';
}

/** A place of yours where the last policies and settings outlive the process. Values are text; both may be asynchronous. */
export interface Storage {
  get(key: string): Promise<string | null | undefined> | string | null | undefined;
  set(key: string, value: string): Promise<unknown> | unknown;
}
