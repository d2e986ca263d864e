import type { Lang } from './texts.ts';

export interface LocalText {
  vi: string;
  en: string;
}
export interface ScriptSummary {
  id: string;
  title: LocalText;
  about: LocalText;
  young: { name: LocalText; about: LocalText };
  other: { name: LocalText; about: LocalText };
}
export interface Message {
  id: string;
  from: 'young' | 'other';
  text: string;
  delivery: 'delivered' | 'warned' | 'held' | 'refused';
  level: Level;
  cues: { cue: string; start: number; end: number }[];
  advice: { cue: string; name: LocalText; text: LocalText }[];
  unavailable: boolean;
}
export type Level = 'none' | 'watch' | 'elevated' | 'high' | 'critical';
export interface Stage {
  id: string;
  /** Grows with every change, so that what arrives late never hides what came after it. */
  revision: number;
  script: string;
  lang: Lang;
  step: number;
  steps: number;
  settings: Record<string, { value: boolean | number | string; reason: LocalText }>;
  request: {
    state: 'none' | 'waiting' | 'accepted';
    decision?: { decision: string; reasons: { policy: string; text: LocalText }[] };
  };
  messages: Message[];
  level: Level;
  blocked: boolean;
  reportCase: string | null;
  restriction: { action: 'restrict-contact' | 'suspend' | 'warn' | 'lift'; statement: LocalText } | null;
}

/** The later of two tellings of the same stage. */
export const newest = (a: Stage, b: Stage): Stage => (a.revision > b.revision ? a : b);

async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(method === 'POST'
      ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }
      : {}),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

export const fetchScripts = () => call<{ scripts: ScriptSummary[] }>('GET', '/api/scripts');
export const startStage = (script: string, lang: Lang) =>
  call<Stage>('POST', '/api/stages', { script, lang });
export const act = (id: string, step: 'next' | 'say' | 'block' | 'report', body?: unknown) =>
  call<Stage>('POST', `/api/stages/${id}/${step}`, body);
