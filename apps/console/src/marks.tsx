import { cueById } from '@keben/cues/list';
import { Badge } from '@mantine/core';
import { useWords } from './i18n.ts';

// Dark enough for white letters (WCAG 2.2 AA).
const colours: Record<string, string> = {
  critical: '#8c1d18',
  high: '#b3261e',
  elevated: '#8a5200',
  watch: '#0b6e6e',
  none: '#4a5f5d',
};

export function LevelMark({ level }: { level: string }) {
  const { value } = useWords();
  // A report says nothing of a level: "none" beside an urgent one would mislead.
  if (level === 'none') return null;
  return (
    <Badge color={colours[level] ?? '#4a5f5d'} autoContrast={false} radius="sm">
      {value(level)}
    </Badge>
  );
}

export function UrgencyMark({ urgency }: { urgency: number }) {
  const { t } = useWords();
  const colour = ['#8c1d18', '#b3261e', '#8a5200', '#4a5f5d'][urgency - 1] ?? '#4a5f5d';
  return (
    <Badge color={colour} circle size="lg" aria-label={`${t('urgency')} ${urgency}`} role="img">
      {urgency}
    </Badge>
  );
}

export function StateMark({ state }: { state: string }) {
  const { value } = useWords();
  return (
    <Badge variant="outline" color="#084c4c" radius="sm" data-state={state} data-testid="state">
      {value(state)}
    </Badge>
  );
}

/** Says that imagery is AI-made; nothing where nobody says so. */
export function GenerativeAiMark({ set }: { set: boolean }) {
  const { t } = useWords();
  if (!set) return null;
  return (
    <Badge color="#4b2e83" autoContrast={false} radius="sm" data-testid="generative-ai">
      {t('generativeAi')}
    </Badge>
  );
}

/** Name of a cue in the reader's language. */
export function useCueName() {
  const { lang } = useWords();
  return (id: string) => cueById(id)?.name[lang] ?? id;
}
