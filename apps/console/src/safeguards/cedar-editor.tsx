import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { StreamLanguage, type StringStream } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import { cues } from '@keben/cues/list';
import { useEffect, useMemo, useRef } from 'react';
import type { Lang } from '../i18n.ts';
import { CodeEditor } from '../versions/code-editor.tsx';
import type { PolicyFault, Vocabulary } from './safeguards-api.ts';
import { useSafeguardWords } from './words.ts';

interface Props {
  value: string;
  onChange(value: string): void;
  faults: PolicyFault[];
  vocabulary: Vocabulary;
  label: string;
  /** Id of the element that tells what is wrong. */
  describedBy: string;
}

/** A field for one Cedar policy: completion, marks on the lines that are wrong, Tab leaves it. */
export function CedarEditor({ faults, vocabulary, ...field }: Props) {
  const { lang, s } = useSafeguardWords();
  const view = useRef<EditorView>(undefined);
  const complete = useMemo(() => completions(vocabulary, lang), [vocabulary, lang]);

  useEffect(() => {
    const at = view.current;
    if (!at) return;
    const { doc } = at.state;
    const marks = faults.flatMap(({ line, detail }): Diagnostic[] => {
      if (line === null || line > doc.lines) return [];
      const { from, to } = doc.line(line);
      return [{ from, to, severity: 'error', message: detail }];
    });
    at.dispatch(setDiagnostics(at.state, marks));
  }, [faults]);

  return (
    <CodeEditor
      {...field}
      view={view}
      mode={cedarMode}
      complete={complete}
      hint={s('editorHint')}
      testId="policy-text"
    />
  );
}

/** What fits at the cursor: attributes after a dot, words of a list inside quotes, else what a policy is made of. */
function completions(vocabulary: Vocabulary, lang: Lang) {
  const named = (all: { id: string; name: { vi: string; en: string } }[]): Completion[] =>
    all.map(({ id, name }) => ({ label: id, detail: name[lang], type: 'constant' }));
  const plain = (all: readonly string[], type = 'variable'): Completion[] =>
    all.map((label) => ({ label, type }));
  const values = (setting: string | undefined) =>
    vocabulary.settings.find(({ id }) => id === setting)?.values ?? [
      'under-13',
      '13-15',
      '16-17',
      '18-24',
      'adult',
      'unknown',
    ];
  return (context: CompletionContext): CompletionResult | null => {
    const { text, from } = context.state.doc.lineAt(context.pos);
    const before = text.slice(0, context.pos - from);
    const result = (typed: string, options: Completion[]): CompletionResult => ({
      from: context.pos - typed.length,
      options,
      validFor: /^[\w.-]*$/,
    });
    const quoted = /"([^"]*)$/.exec(before);
    if (quoted && (before.match(/"/g) ?? []).length % 2 === 1) {
      const typed = quoted[1] ?? '';
      const ahead = before.slice(0, before.length - typed.length - 1);
      if (/Action::$/.test(ahead)) return result(typed, named(vocabulary.actions));
      if (/@cue\($/.test(ahead)) return result(typed, named([...cues]));
      if (/@law\($/.test(ahead)) return result(typed, named(vocabulary.laws));
      if (/@obligation\($/.test(ahead)) return result(typed, named(vocabulary.obligations));
      const setting = /settings\.(\w+)\s*[!=]=\s*$/.exec(ahead)?.[1];
      return setting !== undefined || /band\s*[!=]=\s*$/.test(ahead)
        ? result(typed, plain(values(setting)))
        : null;
    }
    const path = /(principal|resource|context)((?:\.\w+)*)\.(\w*)$/.exec(before);
    if (path) {
      const typed = path[3] ?? '';
      if (path[2] === '.settings') return result(typed, named(vocabulary.settings));
      if (path[2] !== '') return null;
      return result(
        typed,
        plain(path[1] === 'context' ? vocabulary.context : vocabulary.account, 'property'),
      );
    }
    const word = /[@\w]*$/.exec(before)?.[0] ?? '';
    if (word === '' && !context.explicit) return null;
    const keywords = [
      'forbid',
      'permit',
      'when',
      'unless',
      'principal',
      'action',
      'resource',
      'context',
      'true',
      'false',
    ];
    const annotations = ['@id("', '@reason_vi("', '@reason_en("', '@cue("', '@law("', '@obligation("'];
    return {
      from: context.pos - word.length,
      options: [
        ...plain(keywords, 'keyword'),
        { label: 'Action::"', type: 'keyword' },
        ...plain(annotations, 'keyword'),
      ],
      validFor: /^[@\w]*$/,
    };
  };
}

const cedarMode = StreamLanguage.define<null>({
  token(stream: StringStream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/\/\/.*/)) return 'comment';
    if (stream.match(/"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/\d+/)) return 'number';
    if (stream.match(/@\w+/)) return 'keyword';
    if (stream.match(/(?:permit|forbid|when|unless|in|has|like|is|if|then|else|true|false)\b/))
      return 'keyword';
    if (stream.match(/(?:principal|action|resource|context)\b/)) return 'variableName';
    if (stream.match(/&&|\|\||[!<>=]=?|[+\-*]/)) return 'operator';
    if (stream.match(/\w+/)) return null;
    stream.next();
    return null;
  },
});
