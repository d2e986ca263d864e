import type { analyse } from '@keben/cues';
import { loadAnalyser } from '@keben/cues/browser';
import { cues as allCues, cueById } from '@keben/cues/list';
import modelUrl from '@keben/cues/model.bin.gz?url';
import { emptyFacts, type RuleFacts, ruleFacts } from '@keben/cues/rules';
import {
  Card,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RuleKey } from './words.ts';
import { useRuleWords } from './words.ts';

const levels = ['none', 'watch', 'elevated', 'high', 'critical'];
const close = ['friend', 'family', 'teacher'];
const minors = ['under-13', '13-15', '16-17'];

export interface Sample {
  text: string;
  cues: string[];
  level: number;
  relationship: string;
  actorBand: string;
  recipientBand: string;
  harm: string;
  score: number;
  stages: string[];
  features: Record<string, number>;
}

export function newSample(): Sample {
  return {
    text: '',
    cues: [],
    level: 0,
    relationship: 'stranger',
    actorBand: 'adult',
    recipientBand: '13-15',
    harm: '',
    score: 0,
    stages: [],
    features: {},
  };
}

/** The facts as the server would make them of the sample. */
export function factsOf(sample: Sample): RuleFacts {
  const { text: _text, ...given } = sample;
  return {
    ...emptyFacts(),
    ...given,
    severity: Math.max(0, ...sample.cues.map((id) => cueById(id)?.severity ?? 0)),
    known: close.includes(sample.relationship),
    actorAdult: sample.actorBand === 'adult' || sample.actorBand === '18-24',
    recipientMinor: minors.includes(sample.recipientBand),
  };
}

const cuesOf = (text: string, read: typeof analyse) => [...new Set(read(text).cues.map(({ cue }) => cue))];

interface Props {
  sample: Sample;
  onChange(sample: Sample): void;
  features: readonly string[];
  /** What follows from the rules as they are written now. */
  decision: string;
  opensCase: boolean;
}

/** A message or facts to try rules on; the message is read in the browser and goes nowhere. */
export function TryPanel({ sample, onChange, features, decision, opensCase }: Props) {
  const { r, coded, value, lang, t } = useRuleWords();
  const [more, setMore] = useState(false);
  const cueChoices = useMemo(() => allCues.map(({ id, name }) => ({ value: id, label: name[lang] })), [lang]);
  const set = (changes: Partial<Sample>) => onChange({ ...sample, ...changes });
  const [analyser, setAnalyser] = useState<{ analyse: typeof analyse }>();
  const read = (text: string) => set({ text, ...(analyser && { cues: cuesOf(text, analyser.analyse) }) });
  const latest = useRef({ sample, onChange });
  latest.current = { sample, onChange };
  useEffect(() => {
    let gone = false;
    // What was typed while it loaded is read when it is there.
    loadAnalyser(modelUrl).then(
      (loaded) => {
        if (gone) return;
        setAnalyser(loaded);
        const now = latest.current;
        if (now.sample.text !== '')
          now.onChange({ ...now.sample, cues: cuesOf(now.sample.text, loaded.analyse) });
      },
      (cause: unknown) => console.error(cause),
    );
    return () => {
      gone = true;
    };
  }, []);
  const choose = (label: string, field: 'actorBand' | 'recipientBand' | 'relationship' | 'harm') => (
    <Select
      label={label}
      data={(ruleFacts[field].values ?? []).map((code) => ({
        value: code,
        label: code === '' ? r('noHarm') : field === 'relationship' ? r(code as RuleKey) : value(code),
      }))}
      value={sample[field]}
      onChange={(chosen) => set({ [field]: chosen ?? '' })}
      allowDeselect={false}
      data-testid={`try-${field}`}
    />
  );
  return (
    <Card withBorder data-testid="try">
      <Stack gap="xs">
        <Title order={2} size="h4">
          {r('tryTab')}
        </Title>
        <Text size="sm">{r('tryAbout')}</Text>
        <Textarea
          label={r('sample')}
          autosize
          minRows={2}
          maxLength={8000}
          value={sample.text}
          onChange={(event) => read(event.currentTarget.value)}
          data-testid="try-text"
        />
        <MultiSelect
          label={r('cuesSeen')}
          data={cueChoices}
          value={sample.cues}
          onChange={(cues) => set({ cues })}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('cancel') }}
          data-testid="try-cues"
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          <Select
            label={t('level')}
            data={levels.map((level, rank) => ({ value: String(rank), label: `${rank} · ${value(level)}` }))}
            value={String(sample.level)}
            onChange={(chosen) => set({ level: Number(chosen ?? 0) })}
            allowDeselect={false}
            data-testid="try-level"
          />
          {choose(r('relationship'), 'relationship')}
          {choose(r('sender'), 'actorBand')}
          {choose(r('recipient'), 'recipientBand')}
        </SimpleGrid>
        <details open={more} onToggle={(event) => setMore(event.currentTarget.open)}>
          <summary>{r('moreFacts')}</summary>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            {choose(t('harm'), 'harm')}
            <NumberInput
              label={r('score')}
              value={sample.score}
              step={0.1}
              onChange={(score) => set({ score: Number(score) })}
            />
            {features.map((feature) => (
              <NumberInput
                key={feature}
                label={feature}
                min={0}
                value={sample.features[feature] ?? 0}
                onChange={(n) => set({ features: { ...sample.features, [feature]: Number(n) } })}
              />
            ))}
          </SimpleGrid>
          <MultiSelect
            label={r('stages')}
            data={[...(ruleFacts.stages.values ?? [])]}
            value={sample.stages}
            onChange={(stages) => set({ stages })}
          />
        </details>
        <div
          role="status"
          className="outcome"
          data-testid="try-outcome"
          data-decision={decision}
          data-case={opensCase}
        >
          <strong>{r('outcomeMessage', { decision: coded(decision) })}</strong>
          <br />
          {opensCase ? r('outcomeCase') : r('outcomeNoCase')}
        </div>
      </Stack>
    </Card>
  );
}
