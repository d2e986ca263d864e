import type { LocalText } from '../../base/vocabulary.ts';
import { catalogue } from '../catalogue.ts';
import { lawName, verifiedLaws } from '../references.ts';
import { accountFlags, actionWords, contextFlags, contextNouns, obligationWords } from './words.ts';

const named = (words: Readonly<Record<string, LocalText>>) =>
  Object.entries(words).map(([id, name]) => ({ id, name }));

/** What a policy may speak of. */
export const vocabulary = {
  actions: named(actionWords),
  account: ['band', 'risk', 'settings', ...Object.keys(accountFlags)],
  context: [...Object.keys(contextFlags), ...Object.keys(contextNouns)],
  settings: [...catalogue.values()].map(({ id, name, values }) => ({
    id,
    name,
    values: (values ?? []).map(String),
  })),
  obligations: named(obligationWords),
  laws: verifiedLaws().map((id) => ({ id, name: lawName(id) ?? { vi: id, en: id } })),
};
