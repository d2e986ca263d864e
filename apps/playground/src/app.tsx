import { useCallback, useEffect, useRef, useState } from 'react';
import { Insight } from './insight.tsx';
import { Phone } from './phone.tsx';
import { act, fetchScripts, newest, type ScriptSummary, type Stage, startStage } from './stage.ts';
import { type Lang, texts } from './texts.ts';

const AUTO_PAUSE_MS = 1400;

function firstLang(): Lang {
  const asked = new URLSearchParams(location.search).get('lang');
  return asked === 'en' || (asked === null && localStorage.getItem('lang') === 'en') ? 'en' : 'vi';
}

export function App() {
  const [lang, setLang] = useState<Lang>(firstLang);
  const [scripts, setScripts] = useState<ScriptSummary[]>([]);
  const [stage, setStage] = useState<Stage>();
  const [auto, setAuto] = useState(false);
  const [failed, setFailed] = useState(false);
  const [choosing, setChoosing] = useState(false);
  /** Counts the stages chosen: an answer to an older choice is not shown any more. */
  const choice = useRef(0);
  const t = texts[lang];
  const script = scripts.find(({ id }) => id === stage?.script);

  // No tap is ever dropped: the server plays the steps of a stage one after the other.
  const run = useCallback(async (work: () => Promise<Stage>) => {
    try {
      const told = await work();
      setStage((shown) => (shown?.id === told.id ? newest(shown, told) : shown));
      setFailed(false);
    } catch {
      setFailed(true);
      setAuto(false);
    }
  }, []);

  const choose = useCallback(async (id: string, language: Lang) => {
    setAuto(false);
    setChoosing(true);
    const mine = ++choice.current;
    const opened = await startStage(id, language).catch(() => undefined);
    if (mine !== choice.current) return;
    setChoosing(false);
    setFailed(opened === undefined);
    if (opened) setStage(opened);
  }, []);

  useEffect(() => {
    document.documentElement.lang = lang;
    localStorage.setItem('lang', lang);
  }, [lang]);

  useEffect(() => {
    fetchScripts().then(
      ({ scripts: found }) => {
        setScripts(found);
        const [first] = found;
        if (first) void choose(first.id, firstLang());
      },
      () => setFailed(true),
    );
  }, [choose]);

  const stageId = stage?.id;
  useEffect(() => {
    if (stageId === undefined) return;
    const source = new EventSource(`/api/stages/${stageId}/stream`);
    source.onmessage = (event) => {
      const told = JSON.parse(event.data as string) as Stage;
      setStage((shown) => (shown?.id === told.id ? newest(shown, told) : shown));
    };
    return () => source.close();
  }, [stageId]);

  const step = stage?.step ?? 0;
  const atEnd = stage !== undefined && step >= stage.steps;
  useEffect(() => {
    if (!auto || stageId === undefined) return;
    if (atEnd) {
      setAuto(false);
      return;
    }
    const timer = setTimeout(() => void run(() => act(stageId, 'next')), step === 0 ? 300 : AUTO_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [auto, stageId, step, atEnd, run]);

  const toggleLang = () => {
    const next = lang === 'vi' ? 'en' : 'vi';
    setLang(next);
    if (stage) void choose(stage.script, next);
  };

  return (
    <>
      <header className="bar">
        <div>
          <h1>Sân Chơi</h1>
          <p>{t.tagline}</p>
        </div>
        <button type="button" className="quiet" onClick={toggleLang} data-testid="language">
          {t.language}
        </button>
      </header>
      <main>
        <nav aria-label={t.choose} className="scripts">
          {scripts.map((one) => (
            <button
              key={one.id}
              type="button"
              aria-pressed={one.id === stage?.script}
              data-testid={`script-${one.id}`}
              onClick={() => void choose(one.id, lang)}
            >
              {one.title[lang]}
            </button>
          ))}
        </nav>
        {failed && (
          <p role="alert" className="problem">
            {t.problem}
          </p>
        )}
        {stage && script && (
          // While another play opens, taps do not go to the one that is about to leave.
          <div inert={choosing} aria-busy={choosing}>
            <div className="controls">
              <p>{script.about[lang]}</p>
              <div className="buttons">
                <button
                  type="button"
                  className="primary"
                  disabled={atEnd || auto}
                  data-testid="next"
                  onClick={() => void run(() => act(stage.id, 'next'))}
                >
                  {t.next}
                </button>
                <button type="button" disabled={atEnd} data-testid="auto" onClick={() => setAuto(!auto)}>
                  {auto ? t.stop : t.auto}
                </button>
                <button type="button" data-testid="again" onClick={() => void choose(stage.script, lang)}>
                  {t.again}
                </button>
                <span data-testid="step">
                  {t.step} {step} {t.of} {stage.steps}
                </span>
              </div>
              {atEnd && <p role="status">{t.done}</p>}
            </div>
            <div className="stage">
              <Phone side="young" stage={stage} script={script} lang={lang} run={run} />
              <Insight stage={stage} lang={lang} />
              <Phone side="other" stage={stage} script={script} lang={lang} run={run} />
            </div>
          </div>
        )}
      </main>
    </>
  );
}
