import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DetailedError,
  policySetTextToParts,
  policyToJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { StartError } from '../base/data-dir.ts';
import type { LocalText } from '../base/vocabulary.ts';
import type { Situation } from './facts.ts';
import { createJudge } from './judge.ts';
import { isObligation, type ObligationId, type ObligationKind, obligations } from './obligations.ts';
import { checkCue, checkLaw } from './references.ts';

export const safeguardsFolder = join(import.meta.dirname, '../../../../policy/safeguards');

/** One Cedar policy as people read it: `@id`, `@reason_vi`, `@reason_en` are required, the rest as it fits. */
export interface Safeguard {
  id: string;
  file: string;
  /** Cedar text of the policy. */
  text: string;
  effect: 'permit' | 'forbid';
  reason: LocalText;
  /** Id of a cue of policy/cues.yaml. */
  cue?: string;
  /** Id of a verified entry of policy/law. */
  law?: string;
  /** What to do instead of refusing. */
  obligation?: ObligationId;
}

export interface Reason {
  policy: string;
  cue?: string;
  law?: string;
  text: LocalText;
}

export interface Verdict {
  /** `allow` may carry warnings in `obligations`; `limit` means: only as they say. */
  decision: 'allow' | 'deny' | 'limit';
  policies: string[];
  reasons: Reason[];
  obligations: { id: ObligationId; kind: ObligationKind; policy: string }[];
}

/** A checked set of policies, ready to judge. */
export interface Safeguards {
  /** SHA-256 over the texts, 12 hexadecimal digits: two sets with one version decide alike. */
  version: string;
  list: Safeguard[];
  judge(situation: Situation): Verdict;
}

/** File name → Cedar text. */
export type PolicyFiles = Readonly<Record<string, string>>;

/** A mistake in a policy, in words for the person who wrote it. */
export class PolicyError extends Error {
  readonly file: string;
  readonly policy: string | undefined;
  constructor(file: string, detail: string, policy?: string) {
    super(`${file}: ${detail}`);
    this.name = 'PolicyError';
    this.file = file;
    this.policy = policy;
  }
}

export function readPolicyFiles(folder: string = safeguardsFolder): PolicyFiles {
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.cedar'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

/** Loads, checks and prepares the policies of a folder. Throws a StartError that names file and policy. */
export function loadSafeguards(folder: string = safeguardsFolder): Safeguards {
  try {
    return compileSafeguards(
      readPolicyFiles(folder),
      readFileSync(join(folder, 'schema.cedarschema'), 'utf8'),
    );
  } catch (cause) {
    if (cause instanceof PolicyError) throw new StartError(`safeguards: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Type-checks and prepares policies. Throws a PolicyError; nothing that was prepared before is touched. */
export function compileSafeguards(
  files: PolicyFiles,
  schema: string = readFileSync(join(safeguardsFolder, 'schema.cedarschema'), 'utf8'),
): Safeguards {
  const texts: Record<string, string> = {};
  const list: Safeguard[] = [];
  for (const [file, whole] of Object.entries(files)) {
    const parts = policySetTextToParts(whole);
    if (parts.type === 'failure') throw refused(file, parts.errors, whole);
    if (parts.policy_templates.length > 0)
      throw new PolicyError(file, 'templates (?principal, ?resource) are not used here.');
    // Cedar hands the parts out in any order; people read them in that of the file.
    for (const text of parts.policies.toSorted((one, other) => whole.indexOf(one) - whole.indexOf(other))) {
      const safeguard = readPolicy(file, text);
      if (texts[safeguard.id] !== undefined) throw new PolicyError(file, `a second policy ${safeguard.id}.`);
      texts[safeguard.id] = text;
      list.push(safeguard);
    }
  }
  const checked = validate({ schema, policies: { staticPolicies: texts } });
  if (checked.type === 'failure') throw refused('the set', checked.errors);
  const [wrong] = checked.validationErrors;
  if (wrong) {
    const file = list.find(({ id }) => id === wrong.policyId)?.file ?? 'the set';
    throw new PolicyError(file, `policy ${wrong.policyId}: ${wrong.error.message}`, wrong.policyId);
  }
  const digest = createHash('sha256')
    .update(JSON.stringify([schema, Object.entries(texts).sort()]))
    .digest('hex');
  const byId = new Map(list.map((safeguard) => [safeguard.id, safeguard]));
  return {
    version: digest.slice(0, 12),
    list,
    // Whole: Cedar keeps prepared sets by name for the whole process, and one organisation's must never pass for another's.
    judge: createJudge(digest, texts, schema, ({ allowed, policies }) =>
      verdictOf(
        allowed,
        policies.flatMap((id) => byId.get(id) ?? []).sort((a, b) => (a.id < b.id ? -1 : 1)),
      ),
    ),
  };
}

function verdictOf(allowed: boolean, determining: Safeguard[]): Verdict {
  const duties = determining.flatMap(({ id, obligation }) =>
    obligation === undefined ? [] : [{ id: obligation, kind: obligations[obligation], policy: id }],
  );
  // Denied without a policy that says so: nothing permits it.
  const hard = determining.length === 0 || determining.some(({ obligation }) => obligation === undefined);
  const decision =
    allowed || (!hard && duties.every(({ kind }) => kind === 'warn')) ? 'allow' : hard ? 'deny' : 'limit';
  return {
    decision,
    policies: determining.map(({ id }) => id),
    reasons: determining.map(({ id, cue, law, reason }) => ({
      policy: id,
      ...(cue === undefined ? {} : { cue }),
      ...(law === undefined ? {} : { law }),
      text: reason,
    })),
    obligations: duties,
  };
}

interface Scope {
  op?: string;
  entity?: { type: string; id: string };
}

/** Reads one policy with its annotations. Throws a PolicyError. */
export function readPolicy(file: string, text: string): Safeguard {
  const parsed = policyToJson(text);
  if (parsed.type === 'failure') throw refused(file, parsed.errors, text);
  const { annotations = {}, effect, principal, resource } = parsed.json;
  const { id, reason_vi: vi, reason_en: en, cue, law, obligation } = annotations as Record<string, string>;
  if (!id || !/^[a-z0-9-]{3,80}$/.test(id))
    throw new PolicyError(file, `a policy needs @id in kebab-case: ${text.slice(0, 80)}`);
  const wrong = (detail: string) => new PolicyError(file, `policy ${id}: ${detail}`, id);
  if (!vi || !en) throw wrong('needs @reason_vi and @reason_en.');
  const dangling = checkCue(cue) ?? checkLaw(law);
  if (dangling) throw wrong(dangling);
  if (obligation !== undefined && !isObligation(obligation))
    throw wrong(`there is no obligation ${obligation}; there are ${Object.keys(obligations).join(', ')}.`);
  if (obligation !== undefined && effect === 'permit')
    throw wrong('an obligation belongs to a forbid; a permit has none.');
  if ((principal as Scope).op === '==' || (resource as Scope).op === '==' || namesAnEntity(parsed.json))
    throw wrong('names a single account or thing; safeguards speak of facts.');
  return {
    id,
    file,
    text,
    effect,
    reason: { vi, en },
    ...(cue === undefined ? {} : { cue }),
    ...(law === undefined ? {} : { law }),
    ...(obligation === undefined ? {} : { obligation }),
  };
}

/** True when the policy's conditions or scope hold an entity other than an action. */
function namesAnEntity(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(namesAnEntity);
  if (value === null || typeof value !== 'object') return false;
  const { type, id } = value as { type?: unknown; id?: unknown };
  if (typeof type === 'string' && typeof id === 'string' && type !== 'Action') return true;
  return Object.values(value).some(namesAnEntity);
}

function refused(file: string, errors: DetailedError[], text?: string): PolicyError {
  const detail = errors.map((error) => {
    const at = error.sourceLocations?.[0]?.start;
    const line =
      at === undefined || text === undefined
        ? ''
        : ` (line ${Buffer.from(text).subarray(0, at).toString().split('\n').length})`;
    return `${error.message}${line}`;
  });
  return new PolicyError(file, `is not valid Cedar: ${detail.join('; ')}`);
}
