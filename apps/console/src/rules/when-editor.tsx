import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import {
  bracketMatching,
  HighlightStyle,
  StreamLanguage,
  type StringStream,
  syntaxHighlighting,
} from '@codemirror/language';
import { linter } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, tooltips } from '@codemirror/view';
import { cueById } from '@keben/cues/list';
import { factNames, type RuleLanguage, ruleFacts } from '@keben/cues/rules';
import { tags } from '@lezer/highlight';
import { useEffect, useId, useRef } from 'react';
import type { Lang } from '../i18n.ts';
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
export function WhenEditor({ value, onChange, language, label, describedBy, testId }: Props) {
  const { lang, r } = useRuleWords();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const change = useRef(onChange);
  change.current = onChange;
  const start = useRef(value);
  const words = useRef(new Compartment());
  const hint = useId();

  useEffect(() => {
    if (!place.current) return;
    const compartment = words.current;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: start.current,
        extensions: [
          history(),
          bracketMatching(),
          celMode,
          syntaxHighlighting(colours),
          EditorView.lineWrapping,
          // Above dialogs and outside of what scrolls, or the list of completions is cut off.
          tooltips({ position: 'fixed', parent: document.body }),
          Prec.highest(keymap.of([{ key: 'Enter', run: acceptCompletion }])),
          // Tab is not bound: the keyboard must be able to leave the field.
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current(update.state.doc.toString());
          }),
          compartment.of([]),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({
      effects: words.current.reconfigure([
        autocompletion({ override: [completions(language, lang)], icons: false, activateOnTyping: true }),
        linter(
          (at) =>
            language.check(at.state.doc.toString()).map(({ from, to, detail, mend }) => ({
              from: Math.min(from, at.state.doc.length),
              to: Math.min(Math.max(to, from), at.state.doc.length),
              severity: 'error' as const,
              message: `${detail[lang]} ${mend[lang]}`,
            })),
          { delay: 200 },
        ),
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-describedby': `${describedBy} ${hint}`,
          'data-testid': testId,
          autocapitalize: 'off',
          spellcheck: 'false',
        }),
      ]),
    });
  }, [language, lang, label, describedBy, testId, hint]);

  useEffect(() => {
    const at = view.current;
    // Only when it came from elsewhere (another draft was loaded): typing must not move the cursor.
    if (at && at.state.doc.toString() !== value)
      at.dispatch({ changes: { from: 0, to: at.state.doc.length, insert: value } });
  }, [value]);

  return (
    <div>
      <div ref={place} className="when" />
      <p id={hint} className="hint">
        {r('whenHint')}
      </p>
    </div>
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

// All at least 4.5:1 on white (WCAG 2.2 AA).
const colours = HighlightStyle.define([
  { tag: tags.string, color: '#8a5200' },
  { tag: tags.number, color: '#8c1d18' },
  { tag: tags.keyword, color: '#4a3a8c', fontWeight: '600' },
  { tag: tags.variableName, color: '#0b6e6e', fontWeight: '600' },
  { tag: tags.operator, color: '#44605e' },
  { tag: tags.comment, color: '#5a6b69' },
]);
