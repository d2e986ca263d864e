import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { StreamLanguage, type StringStream } from '@codemirror/language';
import { linter } from '@codemirror/lint';
import { cueById } from '@keben/cues/list';
import { factNames, type RuleLanguage, ruleFacts } from '@keben/cues/rules';
import { useMemo } from 'react';
import type { Lang } from '../i18n.ts';
import { CodeEditor } from '../versions/code-editor.tsx';
import { useRuleWords } from './words.ts';

interface Props {
  value: string;
  onChange(value: string): void;
  language: RuleLanguage;
  label: string;
  /** Id of the element that tells what is wrong. */
  describedBy: string;
  testId: string;
}

/** A field for one CEL expression: completion, marks on what is wrong, Tab leaves it. */
export function WhenEditor({ language, ...field }: Props) {
  const { lang, r } = useRuleWords();
  const complete = useMemo(() => completions(language, lang), [language, lang]);
  const marks = useMemo(() => faultsIn(language, lang), [language, lang]);
  return <CodeEditor {...field} mode={celMode} complete={complete} extension={marks} hint={r('whenHint')} />;
}

function faultsIn(language: RuleLanguage, lang: Lang) {
  return linter(
    ({ state: { doc } }) =>
      language.check(doc.toString()).map(({ from, to, detail, mend }) => ({
        from: Math.min(from, doc.length),
        to: Math.min(Math.max(to, from), doc.length),
        severity: 'error' as const,
        message: `${detail[lang]} ${mend[lang]}`,
      })),
    { delay: 200 },
  );
}

/** Variables, functions and operators; inside quotes the words that fit what stands before. */
function completions(language: RuleLanguage, lang: Lang) {
  const variables: Completion[] = factNames.map((name) => ({
    label: name,
    type: 'variable',
    detail: ruleFacts[name].type,
    info: ruleFacts[name].about[lang],
  }));
  const functions: Completion[] = [
    { label: 'cues.exists(c, c == "")', detail: 'bool', type: 'function' },
    { label: 'cues.all(c, c != "")', detail: 'bool', type: 'function' },
    { label: 'size(cues)', detail: 'int', type: 'function' },
    { label: 'size(stages)', detail: 'int', type: 'function' },
    { label: 'in', type: 'keyword' },
    { label: 'true', type: 'keyword' },
    { label: 'false', type: 'keyword' },
  ];
  const levels: Completion[] = ['none', 'watch', 'elevated', 'high', 'critical'].map((level, rank) => ({
    label: String(rank),
    detail: level,
    type: 'constant',
  }));
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.doc.sliceString(0, context.pos);
    const quoted = /"([^"\n]*)$/.exec(before);
    const quotes = (before.match(/"/g) ?? []).length;
    if (quoted && quotes % 2 === 1) {
      const from = context.pos - (quoted[1]?.length ?? 0);
      return {
        from,
        options: wordsFor(before.slice(0, from - 1), context, language, lang),
        validFor: /^[\w-]*$/,
      };
    }
    const number = /\blevel\s*(?:[<>]=?|[=!]=)\s*\d?$/.exec(before);
    if (number) return { from: context.pos - (/\d$/.test(before) ? 1 : 0), options: levels };
    const word = context.matchBefore(/[A-Za-z_]\w*$/);
    if (!word && !context.explicit) return null;
    return { from: word?.from ?? context.pos, options: [...variables, ...functions], validFor: /^\w*$/ };
  };
}

function wordsFor(
  before: string,
  context: CompletionContext,
  language: RuleLanguage,
  lang: Lang,
): Completion[] {
  const rest = context.state.doc.sliceString(context.pos, context.pos + 40);
  const cueWords = (ruleFacts.cues.values ?? []).map((id) => ({
    label: id,
    detail: cueById(id)?.name[lang] ?? '',
    type: 'constant',
  }));
  const plain = (values: readonly string[]) =>
    values.filter((value) => value !== '').map((label) => ({ label, type: 'constant' }));
  if (/features\s*\[\s*$/.test(before) || /^"?\s*in\s+features/.test(rest)) return plain(language.features);
  for (const fact of ['harm', 'relationship', 'actorBand', 'recipientBand'] as const) {
    if (new RegExp(`${fact}\\s*(==|!=|in\\s*\\[[^\\]]*)\\s*$`).test(before))
      return plain(ruleFacts[fact].values ?? []);
  }
  if (/stages[^&|]*$/.test(before) || /^"?\s*in\s+stages/.test(rest))
    return plain(ruleFacts.stages.values ?? []);
  return cueWords;
}

const celMode = StreamLanguage.define<null>({
  token(stream: StringStream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/\/\/.*/)) return 'comment';
    if (stream.match(/"(?:[^"\\\n]|\\.)*"?/) || stream.match(/'(?:[^'\\\n]|\\.)*'?/)) return 'string';
    if (stream.match(/\d+(?:\.\d+)?/)) return 'number';
    if (stream.match(/(?:in|true|false|null)\b/)) return 'keyword';
    const word = stream.match(/[A-Za-z_]\w*/);
    if (word) return Array.isArray(word) && word[0] in ruleFacts ? 'variableName' : null;
    if (stream.match(/&&|\|\||[!<>=]=?|[+\-*/%]/)) return 'operator';
    stream.next();
    return null;
  },
});
