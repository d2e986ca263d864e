import { useState } from 'react';
import {
  chooseSetting,
  type Definition,
  type Outcome,
  Refusal,
  type Setting,
  type Sheet,
  type Value,
} from './family.ts';
import { familyTexts } from './family-texts.ts';
import type { Lang } from './texts.ts';

export interface PartProps {
  stage: string;
  lang: Lang;
  sheet: Sheet;
  definitions: Definition[];
  onSheet: (sheet: Sheet) => void;
}

/** A value as young people read it. */
export function say(definition: Definition | undefined, value: Value, lang: Lang): string {
  const t = familyTexts[lang];
  if (definition?.number)
    return value === definition.number.off ? (t.values.noLimit ?? '') : `${value} ${t.minutes}`;
  return t.values[String(value)] ?? String(value);
}

const minutes = [15, 30, 45, 60, 90, 120, 180, 240];
const intervals = ['20:00-07:00', '21:00-07:00', '22:00-07:00', '23:00-06:00', 'off'];

function valuesOf({ values, number }: Definition): Value[] {
  if (values) return values;
  if (!number) return intervals;
  return [...minutes.filter((one) => one >= number.min && one <= number.max), number.off];
}

/** Every setting: what holds, who may loosen it and why, and a way to choose. */
export function SettingsList({ definitions, sheet, ...rest }: PartProps) {
  return (
    <ul className="cards">
      {definitions.map((definition) => {
        const setting = sheet.settings[definition.id];
        return (
          setting && (
            <SettingCard
              key={definition.id}
              definition={definition}
              setting={setting}
              definitions={definitions}
              sheet={sheet}
              {...rest}
            />
          )
        );
      })}
    </ul>
  );
}

function SettingCard({
  definition,
  setting,
  stage,
  lang,
  onSheet,
}: PartProps & { definition: Definition; setting: Setting }) {
  const t = familyTexts[lang];
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<Value>(setting.value);
  const [asks, setAsks] = useState(false);
  const [told, setTold] = useState<Outcome | 'refused' | 'failed'>();

  const choose = async (reminded: boolean) => {
    try {
      const { outcome, ...sheet } = await chooseSetting(stage, definition.id, chosen, reminded);
      onSheet(sheet);
      setTold(outcome);
      setAsks(false);
      setOpen(false);
    } catch (cause) {
      if (cause instanceof Refusal && cause.code === 'reminder-needed') setAsks(true);
      else setTold(cause instanceof Refusal && cause.code === 'setting-locked' ? 'refused' : 'failed');
    }
  };
  const field = `choose-${definition.id}`;
  return (
    <li data-setting={definition.id}>
      <p>
        <strong>{setting.name[lang]}</strong>:{' '}
        <b data-testid="value">{say(definition, setting.value, lang)}</b>{' '}
        <span className="small">({t.from[setting.from]})</span>
      </p>
      <p className="small">{setting.reason[lang]}</p>
      <p className="small">
        🔒 {t[setting.lockedBy]} {definition.publishes && setting.lockedBy === 'parent' ? t.bothNeeded : ''}
      </p>
      {told && (
        <p role="status" className="notice good" data-testid="outcome" data-outcome={told}>
          {told === 'refused' ? t.refused : told === 'failed' ? t.failed : t.outcomes[told]}
        </p>
      )}
      {asks ? (
        <div className="notice" data-testid="reminder">
          <strong>{t.reminder}</strong>
          <p>{setting.reason[lang]}</p>
          <div className="buttons">
            <button type="button" onClick={() => void choose(true)} data-testid="reminded">
              {t.reminded}
            </button>
            <button type="button" className="primary" onClick={() => setAsks(false)}>
              {t.keep}
            </button>
          </div>
        </div>
      ) : open ? (
        <div className="buttons">
          <label className="hidden" htmlFor={field}>
            {setting.name[lang]}
          </label>
          <select
            id={field}
            value={String(chosen)}
            onChange={(event) => {
              const found = valuesOf(definition).find((one) => String(one) === event.target.value);
              if (found !== undefined) setChosen(found);
            }}
          >
            {[...new Set([setting.value, ...valuesOf(definition)])].map((one) => (
              <option key={String(one)} value={String(one)}>
                {say(definition, one, lang)}
              </option>
            ))}
          </select>
          <button type="button" className="primary" onClick={() => void choose(false)} data-testid="save">
            {t.save}
          </button>
        </div>
      ) : (
        <button
          type="button"
          aria-label={`${t.change}: ${setting.name[lang]}`}
          onClick={() => {
            setChosen(setting.value);
            setTold(undefined);
            setOpen(true);
          }}
          data-testid="change"
        >
          {t.change}
        </button>
      )}
    </li>
  );
}

/** The language's own tag for dates. */
export const localeOf = (lang: Lang) => (lang === 'vi' ? 'vi' : 'en-GB');
