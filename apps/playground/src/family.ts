import type { LocalText } from './stage.ts';

export type Value = boolean | number | string;
export interface Setting {
  value: Value;
  lockedBy: 'nobody' | 'parent' | 'self';
  from: 'default' | 'parent' | 'self';
  name: LocalText;
  reason: LocalText;
}
export interface Definition {
  id: string;
  values?: Value[];
  number?: { min: number; max: number; off: number };
  interval?: boolean;
  publishes: boolean;
}
export interface View {
  wishes: { setting: string; name: LocalText; now: Value; wish: Value }[];
  time: { day: string; minutes: number; games: { name: string; minutes: number }[] }[];
  contacts: { account: string; ageGroup: 'under-18' | 'grown' | 'unknown'; since: string }[];
  publishing: { parent: boolean | null; young: boolean; bothNeeded: boolean };
  history: { at: string; by: string; step: string; setting?: string; value?: Value | null }[];
}
export interface Supervisor {
  id: string;
  number: string;
  label: string;
  state: 'invited' | 'accepted' | 'active' | 'over';
  expiresAt: string | null;
  view: View | null;
}
export interface Sheet {
  settings: Record<string, Setting>;
  supervisors: Supervisor[];
  familyUrl: string;
}
export type Outcome = 'applied' | 'waits-for-parent' | 'waits-for-young-person' | 'kept-stricter';

/** A refusal of Kề Bên, with its code. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

async function call<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(
    path,
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
  );
  const answer = (await response.json()) as { code?: string; message?: string };
  if (!response.ok) throw new Refusal(answer.code ?? 'unknown', answer.message ?? String(response.status));
  return answer as T;
}

const of = (stage: string) => `/api/stages/${stage}`;
export const fetchDefinitions = () => call<Definition[]>('/api/settings');
export const fetchSheet = (stage: string) => call<Sheet>(`${of(stage)}/family`);
export const chooseSetting = (stage: string, setting: string, value: Value, reminded: boolean) =>
  call<Sheet & { outcome: Outcome }>(`${of(stage)}/settings`, { setting, value, reminded });
export const inviteParent = (stage: string, label: string) =>
  call<Sheet & { invitation: { id: string; code: string; expiresAt: string } }>(
    `${of(stage)}/family/invite`,
    { label },
  );
export const answerParent = (stage: string, id: string, step: 'agree' | 'decline' | 'end') =>
  call<Sheet>(`${of(stage)}/family/${id}/${step}`, {});
export const consentToPublish = (stage: string, given: boolean) =>
  call<Sheet>(`${of(stage)}/family/consent`, { given });
