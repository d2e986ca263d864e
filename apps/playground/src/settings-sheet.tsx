import { useCallback, useEffect, useRef, useState } from 'react';
import { type Definition, fetchDefinitions, fetchSheet, type Sheet } from './family.ts';
import { FamilyPanel } from './family-panel.tsx';
import { familyTexts } from './family-texts.ts';
import { SettingsList } from './settings-list.tsx';
import type { Lang } from './texts.ts';

/** Looked at again this often while the sheet is open: a parent may have answered. */
const LOOK_MS = 3000;

/** The young phone's sheet: my settings, and who looks after me. */
export function SettingsSheet({ stage, lang, onClose }: { stage: string; lang: Lang; onClose: () => void }) {
  const t = familyTexts[lang];
  const [tab, setTab] = useState<'mine' | 'family'>('mine');
  const [sheet, setSheet] = useState<Sheet>();
  const [definitions, setDefinitions] = useState<Definition[]>([]);
  const [failed, setFailed] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);

  const look = useCallback(
    () =>
      fetchSheet(stage).then(
        (found) => {
          setSheet(found);
          setFailed(false);
        },
        () => setFailed(true),
      ),
    [stage],
  );
  useEffect(() => {
    heading.current?.focus();
    fetchDefinitions().then(setDefinitions, () => setFailed(true));
    void look();
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [look]);

  return (
    <section className="sheet" aria-labelledby="sheet-title" data-testid="sheet">
      <div className="sheet-head">
        <h2 id="sheet-title" tabIndex={-1} ref={heading}>
          {tab === 'mine' ? t.mine : t.family}
        </h2>
        <button type="button" onClick={onClose} data-testid="sheet-close">
          {t.close}
        </button>
      </div>
      <div className="tabs">
        {(['mine', 'family'] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={tab === one}
            onClick={() => setTab(one)}
            data-testid={`tab-${one}`}
          >
            {t[one]}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="sheet-body" tabIndex={0} aria-label={t[tab]}>
        {failed && (
          <p role="alert" className="problem">
            {t.failed}
          </p>
        )}
        {sheet && tab === 'mine' && (
          <SettingsList
            stage={stage}
            lang={lang}
            sheet={sheet}
            definitions={definitions}
            onSheet={setSheet}
          />
        )}
        {sheet && tab === 'family' && (
          <FamilyPanel stage={stage} lang={lang} sheet={sheet} definitions={definitions} onSheet={setSheet} />
        )}
      </section>
    </section>
  );
}
