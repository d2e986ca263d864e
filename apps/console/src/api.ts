export interface LocalText {
  vi: string;
  en: string;
}
interface Party {
  id: string;
  ageBand: string;
}
interface Actor {
  id: string;
  name: string;
}
export type Role =
  | 'moderator'
  | 'lead'
  | 'counsellor'
  | 'police-liaison'
  | 'teacher'
  | 'analyst'
  | 'admin'
  | 'auditor';
export interface Me {
  user: { id: string; name: string; email: string };
  organisation: { id: string; name: LocalText; kind: 'platform' | 'hotline' | 'police' | 'school' };
  role: Role;
}
export interface CaseSummary {
  id: string;
  number: string;
  kind: 'assessment' | 'user-report' | 'anonymous-report';
  state: 'new' | 'triage' | 'open' | 'waiting' | 'closed' | 'reopened';
  urgency: number;
  level: string;
  harm: string | null;
  subject: Party | null;
  counterpart: Party | null;
  cues: string[];
  /** Imagery in it is AI-made (CyberTipline's generativeAi), and who or what says so. */
  generativeAi: boolean;
  generativeAiReasons: string[];
  assignee: Actor | null;
  openedAt: string;
  deadline: { at: string; kind: string; law?: string } | null;
  updatedAt: string;
}
type ContentStatus = 'unconfirmed' | 'confirmed' | 'disputed' | 'retired';
/** What was found of one picture or film; the thing itself is never here. */
export interface MediaNote {
  type: string;
  status: 'match' | 'no-match' | 'unavailable';
  why: string | null;
  generativeAi: string[];
  /** Names of the banks it was compared with, and as they stood when; absent in what was noted before that was kept. */
  banks?: string[];
  asOf?: string | null;
  lists: {
    name: string;
    source: string;
    reason: string;
    kind: string;
    distance: number;
    generativeAi: boolean;
    /** Absent in what was noted before there were banks. */
    status?: ContentStatus;
    content?: number;
    /** How the content stands now, with the last decision of a person about it. */
    now?: {
      status: ContentStatus | 'removed';
      at: string | null;
      by: string | null;
      reason: string | null;
    };
  }[];
}
export interface Evidence {
  id: string;
  at: string;
  from: string;
  to?: string[];
  severity: number;
  cues: string[];
  /** Cues that somebody marked as wrong in this message. */
  wrong?: string[];
  media?: MediaNote[];
  delivery?: string;
}
export interface Referral {
  id: string;
  state: 'in_progress' | 'accepted' | 'rejected' | 'done' | 'revoked';
  from: { id: string; name: LocalText };
  to: { id: string; name: LocalText };
  caseNumber: string;
  note: string;
  basis: string;
  summary: {
    harm: string | null;
    level: string;
    urgency: number;
    subject: Party | null;
    counterpart: Party | null;
    cues: string[];
    contributions: Contribution[];
    generativeAi: boolean;
    generativeAiReasons: string[];
  };
  evidence: Evidence[];
  outcome?: { kind: string; note: string };
  sentAt: string;
  dueAt: string;
  history: { at: string; actor: Actor | null; type: string; note?: string }[];
}
export interface Contribution {
  kind: string;
  id: string;
  weight: number;
}
export interface CaseDetail extends CaseSummary {
  contributions: Contribution[];
  evidence: Evidence[];
  history: { at: string; actor: Actor | null; type: string; note?: string; data?: Record<string, unknown> }[];
  referrals: Referral[];
  actions: { id: string; action: string; at: string; by: string; status: string; statement: LocalText }[];
  reports: { id: string; by: string; harm: string | null; comment: string | null; at: string }[];
  report?: { id: string; ageBand: string; harm: string; urgency: string; region: string | null };
}
export interface Revealed {
  text: string | null;
  cues: { cue: string; start: number; end: number }[];
}
export interface Thread {
  messages: { id: string; at: string; from: 'reporter' | 'organisation'; sealed: string }[];
  reporterPublicKey: string;
}
export interface OrganisationKey {
  publicKey: string;
  wrapped: { secretKey: string; nonce: string; salt: string; opslimit: number; memlimit: number };
}
export interface Directory {
  organisations: { id: string; name: LocalText; kind: Me['organisation']['kind'] }[];
}

export type Reasons = Record<'confirmed' | 'dismissed' | 'referred', string[]>;
export interface Tally {
  confirmed: number;
  dismissed: number;
  undecided: number;
  precision: { value: number; low: number; high: number } | null;
}
export interface PrecisionRow extends Tally {
  id: string;
  levels: (Tally & { level: string })[];
  months: (Tally & { month: string })[];
}
export interface Feedback {
  from: string;
  to: string;
  detected: PrecisionRow;
  cues: PrecisionRow[];
  rules: PrecisionRow[];
  reasons: { outcome: string; reason: string; count: number }[];
}

/** A refusal of the server: `message` says what was wrong, `mend` what to do. */
export class Problem extends Error {
  readonly status: number;
  readonly mend: string;
  constructor(status: number, body: { detail?: string; mend?: string; message?: string }) {
    super(body.detail ?? body.message ?? `HTTP ${status}`);
    this.status = status;
    this.mend = body.mend ?? '';
  }
}

async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  if (!response.ok) throw new Problem(response.status, parsed as { detail?: string });
  return parsed as T;
}

export const get = <T>(path: string) => call<T>('GET', path);
export const post = <T>(path: string, body?: unknown) => call<T>('POST', path, body);
