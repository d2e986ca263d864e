import type { components } from '@keben/sdk';

// What the server answers, from its OpenAPI description: one place says how an answer looks.
type Schemas = components['schemas'];

export type OwnPolicy = Schemas['OwnSafeguard'];
export type PolicyTold = Schemas['SafeguardTold'];
export type VersionSummary = Schemas['SafeguardVersion'];
export type VersionState = VersionSummary['state'];
export type PolicyChange = Schemas['SafeguardChange'];
export type HistoryStep = Schemas['SafeguardHistoryStep'];
export type VersionDetail = Schemas['SafeguardVersionDetail'];
export type Vocabulary = Schemas['SafeguardVocabulary'];
export type Overview = Schemas['SafeguardsOverview'];
export type Examined = Schemas['SafeguardsExamined'];
export type PolicyFault = Examined['faults'][number];
export type MatrixChange = Examined['matrix'][number];
export type Outcome = MatrixChange['before'];
export type Difference = Schemas['SafeguardsDifference'];
