import type { components, paths } from '@keben/sdk';

type Schemas = components['schemas'];
export type Setting = Schemas['Setting'];
export type Value = Setting['value'];
export type Definition =
  paths['/v1/settings']['get']['responses'][200]['content']['application/json']['settings'][number];
export type Supervisor = Schemas['Supervisor'];
export interface Sheet {
  settings: Record<string, Setting>;
  supervisors: Supervisor[];
  familyUrl: string;
}
export type Outcome =
  paths['/v1/accounts/{id}/settings/{setting}']['put']['responses'][200]['content']['application/json']['outcome'];

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
