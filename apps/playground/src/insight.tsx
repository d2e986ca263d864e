import type { Level, Stage } from './stage.ts';
import { type Lang, texts } from './texts.ts';

const order: Level[] = ['none', 'watch', 'elevated', 'high', 'critical'];

/** Between the phones: what the platform learned from Kề Bên. In a real app only the platform would see this. */
export function Insight({ stage, lang }: { stage: Stage; lang: Lang }) {
  const t = texts[lang];
  const cues = new Map(
    stage.messages.flatMap((message) => message.advice.map((one) => [one.cue, one.name[lang]] as const)),
  );
  return (
    <section className="insight" aria-label={t.behind}>
      <h2>{t.behind}</h2>
      <p>
        {t.risk}:{' '}
        <strong data-testid="level" data-level={stage.level}>
          {t.levels[stage.level]}
        </strong>
      </p>
      <ol className="meter" aria-hidden="true">
        {order.map((level) => (
          <li
            key={level}
            className={order.indexOf(level) <= order.indexOf(stage.level) ? `on ${level}` : ''}
          />
        ))}
      </ol>
      <h3>{t.cuesSeen}</h3>
      {cues.size === 0 ? (
        <p>{t.noCues}</p>
      ) : (
        <ul data-testid="cues">
          {[...cues].map(([id, name]) => (
            <li key={id}>{name}</li>
          ))}
        </ul>
      )}
      <h3>{t.settings}</h3>
      <ul className="settings">
        {Object.entries(stage.settings)
          .slice(0, 5)
          .map(([id, setting]) => (
            <li key={id}>{setting.reason[lang]}</li>
          ))}
      </ul>
    </section>
  );
}
