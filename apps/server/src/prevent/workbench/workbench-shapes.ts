import { z } from 'zod';
import { LocalText } from '../../base/vocabulary.ts';
import type { Safeguard } from '../safeguards.ts';
import type { MatrixChange, SampleComparison } from './compare.ts';
import type { Examination } from './examine.ts';
import { OwnPolicies, type OwnPolicy, type PolicyFault } from './own-policies.ts';
import { type Outcome, sayOutcome } from './say-situation.ts';
import { lawTold, PolicyTold, tellPolicies } from './tell-policy.ts';
import { versionStates } from './version-state.ts';
import type { EventRow, VersionRow } from './version-store.ts';
import { actionWords } from './words.ts';

const LawTold = z.object({ id: z.string(), name: LocalText });
const Person = z.object({ id: z.string(), name: z.string() });

export const VersionSummary = z
  .object({
    number: z.number().int(),
    name: z.string(),
    state: z.enum(versionStates),
    basedOn: z.number().int().describe('0: the policies of the files'),
    hash: z.string(),
    author: Person,
    hands: z.array(z.string()).describe('Who wrote or proposed it and so may not publish it'),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'SafeguardVersion' });

const Change = z
  .object({
    id: z.string(),
    file: z.string(),
    change: z.enum(['added', 'removed', 'changed']),
    before: z.string().nullable(),
    after: z.string().nullable(),
  })
  .meta({ id: 'SafeguardChange' });

export const StepTold = z
  .object({
    version: z.number().int(),
    step: z.string(),
    reason: z.string(),
    changes: z.array(Change),
    by: Person,
    at: z.string(),
  })
  .meta({ id: 'SafeguardHistoryStep' });

const Word = z.object({ id: z.string(), name: LocalText });

/** What a policy may speak of, for completion in an editor. */
export const Vocabulary = z
  .object({
    actions: z.array(Word),
    account: z.array(z.string()),
    context: z.array(z.string()),
    settings: z.array(Word.extend({ values: z.array(z.string()) })),
    obligations: z.array(Word),
    laws: z.array(Word),
  })
  .meta({ id: 'SafeguardVocabulary' });

export const Overview = z
  .object({
    files: z.object({ version: z.string(), policies: z.array(PolicyTold) }),
    inForce: z.number().int().describe('0: the policies of the files'),
    fault: z
      .string()
      .nullable()
      .describe('Why the published version does not count and the files hold instead'),
    policies: z.array(PolicyTold).describe('In force now'),
    off: z.array(z.string()).describe('Policies of the files that are switched off'),
    versions: z.array(VersionSummary),
    history: z.array(StepTold),
    vocabulary: Vocabulary,
    floor: z.array(z.object({ id: z.string(), name: LocalText, law: LawTold.nullable() })),
    you: z.string(),
    mayDraft: z.boolean(),
    mayApprove: z.boolean(),
  })
  .meta({ id: 'SafeguardsOverview' });

export const VersionDetail = VersionSummary.extend({
  policies: OwnPolicies.describe('What the organisation says differently'),
  effective: z.array(PolicyTold).describe('What would be in force'),
  changes: z.array(Change).describe('Against what is in force'),
  history: z.array(StepTold),
}).meta({ id: 'SafeguardVersionDetail' });

const OutcomeTold = z.object({
  decision: z.enum(['allow', 'deny', 'limit']),
  obligations: z.array(z.string()),
  text: LocalText,
});

const Fault = z.object({
  index: z.number().int(),
  policy: z.string(),
  file: z.string(),
  line: z.number().int().nullable(),
  detail: z.string(),
});

const Floor = z.object({
  protection: z.string(),
  name: LocalText,
  law: LawTold.nullable(),
  count: z.number().int(),
  situations: z.array(LocalText),
});

const MatrixRow = z.object({
  id: z.string(),
  name: LocalText,
  before: OutcomeTold,
  after: OutcomeTold,
  policies: z.array(z.string()),
});

export const Examined = z
  .object({
    faults: z.array(Fault),
    floor: z.array(Floor),
    matrix: z.array(MatrixRow),
    situations: z.number().int().describe('Built-in situations that were tried'),
    told: z.array(PolicyTold).describe('What the organisation says differently, in words'),
  })
  .meta({ id: 'SafeguardsExamined' });

export const Difference = Examined.extend({
  against: z.number().int(),
  samples: z.object({
    from: z.string().nullable(),
    total: z.number().int().describe('Requests since `from`'),
    requests: z.number().int().describe('Of them judged here'),
    alike: z.number().int(),
    changed: z.number().int(),
    stricter: z.number().int(),
    looser: z.number().int(),
    unreadable: z.number().int(),
    groups: z.array(
      z.object({
        action: z.string(),
        actionName: LocalText,
        before: OutcomeTold,
        after: OutcomeTold,
        policies: z.array(z.string()),
        requests: z.number().int(),
        alike: z.number().int(),
        examples: z.array(LocalText),
      }),
    ),
  }),
}).meta({ id: 'SafeguardsDifference' });

export function summaryOf(row: VersionRow): z.infer<typeof VersionSummary> {
  return {
    number: row.number,
    name: row.name,
    state: row.state,
    basedOn: row.basedOn,
    hash: row.hash,
    author: { id: row.authorId, name: row.authorName },
    hands: row.hands,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function stepTold(row: EventRow): z.infer<typeof StepTold> {
  return {
    version: row.version,
    step: row.step,
    reason: row.reason,
    changes: row.changes,
    by: { id: row.actorId, name: row.actorName },
    at: row.at.toISOString(),
  };
}

const outcomeTold = (outcome: Outcome) => ({ ...outcome, text: sayOutcome(outcome) });
const faultTold = (fault: PolicyFault) => ({ ...fault, line: fault.line ?? null });
const changeTold = (change: MatrixChange) => ({
  ...change,
  before: outcomeTold(change.before),
  after: outcomeTold(change.after),
});

export function examinedTold(
  found: Examination,
  files: readonly Safeguard[],
  own: readonly OwnPolicy[],
): z.infer<typeof Examined> {
  const told = tellPolicies(files, own).filter(({ origin }) => origin !== 'files');
  if (!('floor' in found))
    return { faults: found.faults.map(faultTold), floor: [], matrix: [], situations: 0, told };
  return {
    faults: [],
    floor: found.floor.map((one) => ({ ...one, law: lawTold(one.law) })),
    matrix: found.matrix.map(changeTold),
    situations: found.situations,
    told,
  };
}

export function samplesTold(
  compared: SampleComparison,
  { total, from }: { total: number; from: Date | null },
): z.infer<typeof Difference>['samples'] {
  return {
    ...compared,
    total,
    from: from?.toISOString() ?? null,
    groups: compared.groups.map((group) => ({
      ...group,
      actionName: actionWords[group.action],
      before: outcomeTold(group.before),
      after: outcomeTold(group.after),
    })),
  };
}
