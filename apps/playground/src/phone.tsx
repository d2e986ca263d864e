import { type FormEvent, useEffect, useRef, useState } from 'react';
import { familyTexts } from './family-texts.ts';
import { SettingsSheet } from './settings-sheet.tsx';
import { act, type Message, type ScriptSummary, type Stage } from './stage.ts';
import { type Lang, texts } from './texts.ts';

interface PhoneProps {
  side: 'young' | 'other';
  stage: Stage;
  script: ScriptSummary;
  lang: Lang;
  run: (work: () => Promise<Stage>) => Promise<void>;
}

/** One side of the chat as its owner sees it. */
export function Phone({ side, stage, script, lang, run }: PhoneProps) {
  const t = texts[lang];
  const me = script[side];
  const peer = script[side === 'young' ? 'other' : 'young'];
  const isYoung = side === 'young';
  const [settingsOpen, setSettingsOpen] = useState(false);
  const settingsButton = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const count = stage.messages.length;
  useEffect(() => {
    if (count > 0) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  return (
    <section
      className={`phone ${side}`}
      aria-label={`${t.youngPhone} ${me.name[lang]}`}
      data-testid={`phone-${side}`}
      data-stage={stage.id}
    >
      <header>
        <strong>{me.name[lang]}</strong>
        <span>{me.about[lang]}</span>
        {isYoung && stage.settings.privateAccount?.value === true && (
          <span className="badge" data-testid="private">
            🔒 {t.private}
          </span>
        )}
      </header>
      {isYoung && (
        <div className="toolbar" inert={settingsOpen}>
          <button
            type="button"
            ref={settingsButton}
            data-testid="settings"
            onClick={() => setSettingsOpen(true)}
          >
            {familyTexts[lang].open}
          </button>
          <button
            type="button"
            data-testid="block"
            disabled={stage.blocked}
            onClick={() => void run(() => act(stage.id, 'block'))}
          >
            {stage.blocked ? t.blocked : t.block}
          </button>
          <button
            type="button"
            className="danger"
            data-testid="report"
            disabled={stage.reportCase !== null}
            onClick={() => void run(() => act(stage.id, 'report'))}
          >
            {t.report}
          </button>
        </div>
      )}
      {settingsOpen && (
        <SettingsSheet
          key={stage.id}
          stage={stage.id}
          lang={lang}
          onClose={() => {
            setSettingsOpen(false);
            // The button is inert until the next drawing.
            requestAnimationFrame(() => settingsButton.current?.focus());
          }}
        />
      )}
      <div
        className="messages"
        inert={settingsOpen}
        ref={list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-label={`${t.youngPhone} ${me.name[lang]}`}
      >
        <Request side={side} stage={stage} peer={peer.name[lang]} lang={lang} />
        {stage.messages.map((message) => (
          <Bubble
            key={message.id}
            message={message}
            mine={message.from === side}
            young={isYoung}
            lang={lang}
          />
        ))}
        {isYoung && stage.reportCase !== null && (
          <p className="notice good" data-testid="reported">
            {t.reported}
          </p>
        )}
        {stage.restriction && (
          <p className="notice" data-testid={`restricted-${side}`}>
            {isYoung
              ? t.restrictedYoung
              : `${t.restricted[stage.restriction.action]}. ${stage.restriction.statement[lang]}`}
          </p>
        )}
      </div>
      {!settingsOpen && <Composer side={side} stage={stage} lang={lang} run={run} />}
    </section>
  );
}

function Request({
  side,
  stage,
  peer,
  lang,
}: {
  side: 'young' | 'other';
  stage: Stage;
  peer: string;
  lang: Lang;
}) {
  const t = texts[lang];
  const { state, decision } = stage.request;
  if (state === 'none') return <p className="notice">{t.empty}</p>;
  if (state === 'accepted') return <p className="notice good">{t.accepted}</p>;
  if (side === 'other') return <p className="notice">{t.requestSent}</p>;
  return (
    <div className="notice" data-testid="request">
      <strong>
        {peer} {t.request}
      </strong>
      {decision?.decision === 'limit' && (
        <>
          <p data-testid="request-limited">{t.limited}</p>
          {decision.reasons.map((reason) => (
            <p key={reason.policy}>{reason.text[lang]}</p>
          ))}
        </>
      )}
    </div>
  );
}

function Bubble({
  message,
  mine,
  young,
  lang,
}: {
  message: Message;
  mine: boolean;
  young: boolean;
  lang: Lang;
}) {
  const t = texts[lang];
  const held = message.delivery === 'held' || message.delivery === 'refused';
  if (message.delivery === 'refused' && !mine) return null;
  const advice = young && !mine ? message.advice.slice(0, 2) : [];
  return (
    <div className={mine ? 'line mine' : 'line'}>
      {held && !mine ? (
        <p className="bubble held" data-testid="held">
          ✋ {t.held}
        </p>
      ) : (
        <p className="bubble">{message.text}</p>
      )}
      {held && mine && <p className="small">{message.delivery === 'held' ? t.heldSender : t.refused}</p>}
      {message.unavailable && <p className="small">{t.unavailable}</p>}
      {advice.map((one) => (
        <aside key={one.cue} className="advice" data-testid="advice" aria-label={one.name[lang]}>
          <strong>{one.name[lang]}</strong>
          <span>{one.text[lang]}</span>
        </aside>
      ))}
    </div>
  );
}

function Composer({ side, stage, lang, run }: Pick<PhoneProps, 'side' | 'stage' | 'lang' | 'run'>) {
  const t = texts[lang];
  const [text, setText] = useState('');
  if (stage.request.state !== 'accepted') return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    void run(() => act(stage.id, 'say', { from: side, text }));
    setText('');
  };
  return (
    <form className="composer" onSubmit={submit}>
      <input
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t.type}
        aria-label={t.type}
        data-testid={`type-${side}`}
        maxLength={2000}
      />
      <button type="submit" className="primary">
        {t.send}
      </button>
    </form>
  );
}
