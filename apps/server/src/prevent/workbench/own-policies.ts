import { createHash } from 'node:crypto';
import { type DetailedError, policySetTextToParts, validate } from '@cedar-policy/cedar-wasm/nodejs';
import { z } from 'zod';
import { PolicyError, type PolicyFiles, readPolicy, type Safeguard } from '../safeguards.ts';

const id = z.string().regex(/^[a-z0-9-]{3,80}$/, 'must be 3 to 80 lower-case letters, digits and hyphens');

/**
 * What an organisation says differently: a policy of its own, one in place of the file's policy of the same id, or a
 * policy of the files switched off.
 */
export const OwnPolicy = z
  .union([
    z.strictObject({ id, off: z.literal(true) }),
    z.strictObject({ id, file: z.string().max(40), text: z.string().max(8000) }),
  ])
  .meta({ id: 'OwnSafeguard' });
export type OwnPolicy = z.infer<typeof OwnPolicy>;
export const OwnPolicies = z.array(OwnPolicy).max(300);

/** What is wrong with one of them; `line` counts from 1 within its text. */
export interface PolicyFault {
  /** Place in the list. */
  index: number;
  policy: string;
  file: string;
  line?: number;
  detail: string;
}

/** Content of a version: SHA-256, whole, since what was examined and approved under it is taken for examined. */
export function hashOf(own: readonly OwnPolicy[]): string {
  return createHash('sha256').update(JSON.stringify(own)).digest('hex');
}

/** The files with an organisation's policies laid over them. */
export function layOver(files: readonly Laid[], own: readonly OwnPolicy[]): PolicyFiles {
  const texts: Record<string, string[]> = Object.fromEntries(files.map(({ file }) => [file, []]));
  for (const { file, text } of effective(files, own)) texts[file]?.push(text);
  return Object.fromEntries(Object.entries(texts).map(([file, parts]) => [file, parts.join('\n\n')]));
}

/** Everything that is wrong with an organisation's policies, each by itself; nothing when the set can be compiled. */
export function faultsOf(
  files: readonly Pick<Safeguard, 'id' | 'file'>[],
  schema: string,
  own: readonly OwnPolicy[],
): PolicyFault[] {
  const known = new Map(files.map((one) => [one.id, one.file]));
  const names = new Set(files.map(({ file }) => file));
  const seen = new Set<string>();
  return own.flatMap((one, index) => {
    const file = 'file' in one ? one.file : (known.get(one.id) ?? '');
    const fault = (detail: string, line?: number): PolicyFault => ({
      index,
      policy: one.id,
      file,
      ...(line === undefined ? {} : { line }),
      detail,
    });
    if (seen.has(one.id)) return [fault(`There are two policies ${one.id}.`)];
    seen.add(one.id);
    if ('off' in one)
      return known.has(one.id) ? [] : [fault(`The files have no policy ${one.id} to switch off.`)];
    const at = known.get(one.id);
    if (at !== undefined && at !== file) return [fault(`The policy ${one.id} belongs to ${at}.`)];
    if (!names.has(file)) return [fault(`There is no file ${file}; there are ${[...names].join(', ')}.`)];
    return textFaults(one, schema, fault);
  });
}

function textFaults(
  { id: name, file, text }: Extract<OwnPolicy, { text: string }>,
  schema: string,
  fault: (detail: string, line?: number) => PolicyFault,
): PolicyFault[] {
  const lineOf = (error: DetailedError) => {
    const start = error.sourceLocations?.[0]?.start;
    return start === undefined
      ? undefined
      : Buffer.from(text).subarray(0, start).toString().split('\n').length;
  };
  const told = (error: DetailedError) =>
    fault(
      [error.message.replace(/^for policy `[^`]*`, /, ''), ...(error.help ? [error.help] : [])].join('; '),
      lineOf(error),
    );
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') return parts.errors.map(told);
  if (parts.policies.length + parts.policy_templates.length !== 1)
    return [
      fault(`One policy is expected here, not ${parts.policies.length + parts.policy_templates.length}.`),
    ];
  if (parts.policy_templates.length > 0)
    return [fault('Templates (?principal, ?resource) are not used here.')];
  try {
    const read = readPolicy(file, text);
    if (read.id !== name) return [fault(`The text says @id("${read.id}") but the policy is ${name}.`, 1)];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return [fault(error.message.replace(/^[^:]+: (policy [^:]+: )?/, ''))];
  }
  const checked = validate({ schema, policies: { staticPolicies: { [name]: text } } });
  if (checked.type === 'failure') return checked.errors.map(told);
  return checked.validationErrors.map(({ error }) => told(error));
}

/** One policy that differs between two sets, by id; the texts are Cedar. */
export interface PolicyChange {
  id: string;
  file: string;
  change: 'added' | 'removed' | 'changed';
  before: string | null;
  after: string | null;
}

type Laid = Pick<Safeguard, 'id' | 'file' | 'text'>;

/** The policies that hold with an organisation's laid over the files', one by one. */
export function effective(files: readonly Laid[], own: readonly OwnPolicy[]): Laid[] {
  const instead = new Map(own.map((one) => [one.id, one]));
  const known = new Set(files.map((one) => one.id));
  return [
    ...files.flatMap(({ id: name, file, text }): Laid[] => {
      const mine = instead.get(name);
      if (mine === undefined) return [{ id: name, file, text }];
      return 'text' in mine ? [{ id: name, file, text: mine.text }] : [];
    }),
    ...own.flatMap((one): Laid[] => (!known.has(one.id) && 'text' in one ? [one] : [])),
  ];
}

/** What differs between what holds with one overlay and with another. */
export function differenceOf(
  files: readonly Laid[],
  before: readonly OwnPolicy[],
  after: readonly OwnPolicy[],
): PolicyChange[] {
  const old = new Map(effective(files, before).map((one) => [one.id, one]));
  const fresh = new Map(effective(files, after).map((one) => [one.id, one]));
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((name): PolicyChange[] => {
    const [one, other] = [old.get(name), fresh.get(name)];
    if (one?.text.trim() === other?.text.trim()) return [];
    return [
      {
        id: name,
        file: (other ?? one)?.file ?? '',
        change: one === undefined ? 'added' : other === undefined ? 'removed' : 'changed',
        before: one?.text ?? null,
        after: other?.text ?? null,
      },
    ];
  });
}
