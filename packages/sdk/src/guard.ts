import type { Decision, Question } from './shapes.ts';

export interface GuardOptions {
  /** Obligations that this place of yours carries out, such as `quiet-request`. Warnings need not be listed. */
  fulfils?: readonly string[];
  /** The reader's `Accept-Language`; Vietnamese where it names neither Vietnamese nor English. */
  acceptLanguage?: string | undefined;
}

/** What a route does with an answer: go on, as the obligations say, or send the problem document. */
export type Passage =
  | { pass: true; decision: Decision; obligations: string[] }
  | { pass: false; decision: Decision; problem: Problem };

/** A problem document (RFC 9457) for `application/problem+json`. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: 403;
  code: 'refused-by-safeguard';
  /** The first reason, for the reader. */
  detail: string;
  reasons: { policy: string; text: string }[];
  /** True when the server was away and the fallback, or what is remembered of the policies, decided. */
  unavailable: boolean;
}

type Language = 'vi' | 'en';
const words = {
  vi: { title: 'Không được phép', detail: 'Việc này không được phép ở đây.' },
  en: { title: 'Not allowed', detail: 'This is not allowed here.' },
};

/**
 * Asks before a route does its work. A limit passes only where `fulfils` names every obligation that limits: whoever
 * does not know how to blur or ask must refuse. What middleware of any framework needs; see `examples/`.
 */
export async function guard(
  keben: { may(question: Question): Promise<Decision> },
  question: Question,
  { fulfils = [], acceptLanguage }: GuardOptions = {},
): Promise<Passage> {
  const decision = await keben.may(question);
  const undone = decision.obligations.filter(({ id, kind }) => kind !== 'warn' && !fulfils.includes(id));
  if (decision.decision === 'allow' || (decision.decision === 'limit' && undone.length === 0)) {
    return { pass: true, decision, obligations: decision.obligations.map(({ id }) => id) };
  }
  const language = languageOf(acceptLanguage);
  const hindering = new Set(undone.map(({ policy }) => policy));
  const reasons = decision.reasons
    // Of a limit, only what could not be done is a reason. Of a refusal, what refuses comes before what limits, and
    // what protects by law or against a known harm before what somebody chose.
    .filter(({ policy }) => decision.decision === 'deny' || hindering.has(policy))
    .sort((a, b) => weight(decision, a) - weight(decision, b))
    .map(({ policy, text }) => ({ policy, text: text[language] }));
  const { title, detail } = words[language];
  const problem: Problem = {
    type: 'about:blank',
    title,
    status: 403,
    code: 'refused-by-safeguard',
    detail: reasons[0]?.text ?? detail,
    reasons,
    unavailable: decision.unavailable,
  };
  return { pass: false, decision, problem };
}

const weight = ({ obligations }: Decision, { policy, cue, law }: Decision['reasons'][number]) =>
  (obligations.some((one) => one.policy === policy) ? 2 : 0) +
  (cue === undefined && law === undefined ? 1 : 0);

/** Vietnamese or English, whichever an `Accept-Language` (RFC 9110 section 12.5.4) prefers; Vietnamese by default. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const weight = (language: Language) =>
    Math.max(
      0,
      ...(acceptLanguage ?? '').split(',').map((part) => {
        const [tag = '', ...parameters] = part
          .trim()
          .toLowerCase()
          .split(/\s*;\s*/);
        if (tag !== language && !tag.startsWith(`${language}-`)) return 0;
        const quality = parameters.find((one) => one.startsWith('q='));
        return quality === undefined ? 1 : Number(quality.slice(2)) || 0;
      }),
    );
  return weight('en') > weight('vi') ? 'en' : 'vi';
}
