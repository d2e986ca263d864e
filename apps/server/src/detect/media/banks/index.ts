export { addContents, MOST_CONTENTS } from './add-contents.ts';
export { type Adder, adderKinds, addersOf } from './adders.ts';
export type {
  Actor,
  BankRow,
} from './bank.ts';
export { BankSettings, bankText, NewBank, SignalInput } from './bank.ts';
export { bankById, bankNamed, countContents, countSignalsOfBanks, listBanks } from './bank-store.ts';
export {
  actionFor,
  type ContentStatus,
  type ContentStep,
  contentStatuses,
  contentSteps,
  type MatchAction,
  matchActions,
} from './content-state.ts';
export {
  type ContentRow,
  contentById,
  contentsBeside,
  contentsById,
  contentsWith,
  framesOf,
  holdsRemovals,
  lastStepsOf,
  listContents,
  MOST_FOUND,
  signalsOf,
  stepsOf,
} from './content-store.ts';
export {
  changeContent,
  MOST_STEPS,
  removeContents,
  takeContentStep,
  takeContentSteps,
} from './decide-content.ts';
export { dropExpiredContents } from './drop-expired.ts';
export {
  type Holding,
  holdings,
  isSmall,
  kindsByBank,
  kindsHeld,
  liveParts,
  signalsSince,
} from './holding-store.ts';
export { type Known, type KnownBank, type KnownContent, knownByIds } from './known-store.ts';
export { changeBank, createBank, removeBank } from './manage-bank.ts';
export { bankPermissions } from './permissions.ts';
export { REMOVAL_BANK, removalActor } from './removals.ts';
export * from './signal.ts';
