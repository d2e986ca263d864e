import { type FormEvent, useState } from 'react';
import { answerParent, consentToPublish, inviteParent, type Sheet, type Supervisor } from './family.ts';
import { familyTexts } from './family-texts.ts';
import { localeOf, type PartProps, say } from './settings-list.tsx';

/** Who looks after the young person, what they see, and a way to invite and to stop. */
export function FamilyPanel(props: PartProps) {
  const { stage, lang, sheet, onSheet } = props;
  const t = familyTexts[lang];
  const [label, setLabel] = useState('');
  const [made, setMade] = useState<{ id: string; code: string }>();
  const [failed, setFailed] = useState(false);
  const attempt = async (work: () => Promise<Sheet>) => {
    try {
      onSheet(await work());
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  const invite = (event: FormEvent) => {
    event.preventDefault();
    if (label.trim() === '') return;
    void attempt(async () => {
      const { invitation, ...rest } = await inviteParent(stage, label.trim());
      setMade(invitation);
      setLabel('');
      return rest;
    });
  };
  // Once it was used, a code is worth nothing.
  const isOpen = sheet.supervisors.some(({ id, state }) => id === made?.id && state === 'invited');
  const publishing = sheet.supervisors.find(({ view }) => view?.publishing.bothNeeded)?.view?.publishing;
  return (
    <>
      {sheet.supervisors.length === 0 && <p>{t.alone}</p>}
      <ul className="cards">
        {sheet.supervisors.map((one) => (
          <Person
            key={one.id}
            one={one}
            {...props}
            onStep={(step) => void attempt(() => answerParent(stage, one.id, step))}
          />
        ))}
      </ul>
      {made && isOpen && (
        <div className="notice" data-testid="invitation">
          <strong>{t.code}</strong>
          <p className="code" data-testid="code">
            {made.code}
          </p>
          <p>{t.codeAbout}</p>
          <p>
            <a href={sheet.familyUrl} target="_blank" rel="noreferrer">
              {sheet.familyUrl}
            </a>
          </p>
        </div>
      )}
      <form className="invite" onSubmit={invite}>
        <h3>{t.invite}</h3>
        <label htmlFor="invite-label">{t.label}</label>
        <div className="buttons">
          <input
            id="invite-label"
            value={label}
            placeholder={t.labelHint}
            maxLength={24}
            onChange={(event) => setLabel(event.target.value)}
            data-testid="invite-label"
          />
          <button type="submit" className="primary" data-testid="make-code">
            {t.makeCode}
          </button>
        </div>
      </form>
      {publishing && (
        <div>
          <h3>{t.publishing}</h3>
          <p className="small">{t.publishingAbout}</p>
          <button
            type="button"
            data-testid="consent"
            onClick={() => void attempt(() => consentToPublish(stage, !publishing.young))}
          >
            {publishing.young ? t.takeConsent : t.giveConsent}
          </button>
        </div>
      )}
      {failed && (
        <p role="alert" className="problem">
          {t.failed}
        </p>
      )}
      <p className="small help">{t.help}</p>
    </>
  );
}

function Person({
  one,
  lang,
  definitions,
  sheet,
  onStep,
}: PartProps & { one: Supervisor; onStep: (step: 'agree' | 'decline' | 'end') => void }) {
  const t = familyTexts[lang];
  const { state, view } = one;
  const definitionOf = (id: string) => definitions.find((definition) => definition.id === id);
  return (
    <li data-supervisor={one.id} data-state={state}>
      <p>
        <strong>{one.label}</strong>: {t[state]}
      </p>
      {state === 'accepted' && (
        <div className="notice">
          <strong>{t.askTitle}</strong>
          <p>{t.willSee}</p>
          <p>{t.wontSee}</p>
          <p>{t.stopAnytime}</p>
          <div className="buttons">
            <button type="button" className="primary" onClick={() => onStep('agree')} data-testid="agree">
              {t.agree}
            </button>
            <button type="button" onClick={() => onStep('decline')} data-testid="decline">
              {t.decline}
            </button>
          </div>
        </div>
      )}
      {view && (
        <details>
          <summary>{t.sees}</summary>
          <p>
            {t.time}: {view.time[0] ? `${view.time[0].minutes} ${t.minutes}` : t.none}
          </p>
          <p>
            {t.contacts}: {view.contacts.length === 0 ? t.none : view.contacts.length}
          </p>
          <p>
            {t.wishes}:{' '}
            {view.wishes.length === 0
              ? t.none
              : view.wishes
                  .map(
                    ({ setting, name, wish }) => `${name[lang]} → ${say(definitionOf(setting), wish, lang)}`,
                  )
                  .join('; ')}
          </p>
          <p>{t.did}:</p>
          <ul>
            {view.history.map(({ at, step, setting, value }) => (
              <li key={`${at}-${step}-${setting ?? ''}`}>
                {new Intl.DateTimeFormat(localeOf(lang), { dateStyle: 'short', timeStyle: 'short' }).format(
                  new Date(at),
                )}
                : {t.steps[step] ?? step}
                {setting !== undefined && ` (${sheet.settings[setting]?.name[lang] ?? setting}`}
                {setting !== undefined && value !== null && value !== undefined
                  ? ` → ${say(definitionOf(setting), value, lang)}`
                  : ''}
                {setting !== undefined && ')'}
              </li>
            ))}
          </ul>
        </details>
      )}
      {state === 'active' && (
        <p className="small">
          {t.number} {one.number}. {t.numberAbout}
        </p>
      )}
      {(state === 'active' || state === 'invited') && (
        <button
          type="button"
          className={state === 'active' ? 'danger' : ''}
          onClick={() => onStep('end')}
          data-testid="end"
        >
          {state === 'active' ? t.end : t.takeBack}
        </button>
      )}
    </li>
  );
}
