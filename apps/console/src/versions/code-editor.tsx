import './versions.css';
import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import {
  bracketMatching,
  HighlightStyle,
  type StreamLanguage,
  syntaxHighlighting,
} from '@codemirror/language';
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, tooltips } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type RefObject, useEffect, useId, useRef } from 'react';

const noExtension: Extension = [];

interface Props {
  value: string;
  onChange(value: string): void;
  /** Which parts of the text get which colour; one for the life of the field. */
  mode: StreamLanguage<unknown>;
  complete(context: CompletionContext): CompletionResult | null;
  /** What is added to the field, such as marks on what is wrong. */
  extension?: Extension;
  /** The running field, for those who mark it from outside. */
  view?: RefObject<EditorView | undefined>;
  label: string;
  hint: string;
  /** Id of the element that tells what is wrong. */
  describedBy: string;
  testId: string;
}

/** A field for code: completion, colours, history. `complete` and `extension` must keep their identity while nothing changes. */
export function CodeEditor({
  value,
  onChange,
  mode,
  complete,
  extension = noExtension,
  view: outside,
  label,
  hint,
  describedBy,
  testId,
}: Props) {
  const place = useRef<HTMLDivElement>(null);
  const inside = useRef<EditorView>(undefined);
  const view = outside ?? inside;
  const change = useRef(onChange);
  change.current = onChange;
  const start = useRef({ value, mode });
  const words = useRef(new Compartment());
  const hintId = useId();

  useEffect(() => {
    if (!place.current) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: start.current.value,
        extensions: [
          history(),
          bracketMatching(),
          start.current.mode,
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
          words.current.of([]),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [view]);

  useEffect(() => {
    view.current?.dispatch({
      effects: words.current.reconfigure([
        autocompletion({ override: [complete], icons: false, activateOnTyping: true }),
        extension,
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-describedby': `${describedBy} ${hintId}`,
          'data-testid': testId,
          autocapitalize: 'off',
          spellcheck: 'false',
        }),
      ]),
    });
  }, [view, complete, extension, label, describedBy, testId, hintId]);

  useEffect(() => {
    const at = view.current;
    // Only when it came from elsewhere (another draft was loaded): typing must not move the cursor.
    if (at && at.state.doc.toString() !== value)
      at.dispatch({ changes: { from: 0, to: at.state.doc.length, insert: value } });
  }, [view, value]);

  return (
    <div>
      <div ref={place} className="when" />
      <p id={hintId} className="hint">
        {hint}
      </p>
    </div>
  );
}

// All at least 4.5:1 on white (WCAG 2.2 AA).
const colours = HighlightStyle.define([
  { tag: tags.string, color: '#8a5200' },
  { tag: tags.number, color: '#8c1d18' },
  { tag: tags.keyword, color: '#4a3a8c', fontWeight: '600' },
  { tag: tags.variableName, color: '#0b6e6e', fontWeight: '600' },
  { tag: tags.operator, color: '#44605e' },
  { tag: tags.comment, color: '#5a6b69' },
]);
