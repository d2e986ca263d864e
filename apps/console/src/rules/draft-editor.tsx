import { createRuleLanguage, type RuleLanguage, type Verdict } from '@keben/cues/rules';
import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { post } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { type Faults, faultsOf, type Line, linesOf, ownCopy, sameRules } from './draft-state.ts';
import { RuleCard } from './rule-card.tsx';
import { decisions, type OwnRule, type RulesOverview, type VersionDetail } from './rules-api.ts';
import { factsOf, newSample, TryPanel } from './try-panel.tsx';
import { useRuleWords } from './words.ts';

/** A draft to write and to try; saved only when nothing in it is wrong. */
export function DraftEditor({
  rules,
  version,
  onDirty,
}: {
  rules: RulesOverview;
  version: VersionDetail;
  onDirty(dirty: boolean): void;
}) {
  const { r } = useRuleWords();
  const client = useQueryClient();
  const language = useMemo(() => createRuleLanguage(rules.features), [rules.features]);
  // A key that stays while an id is being typed: the field must not lose the cursor.
  const [own, setOwn] = useState(() => version.rules.map((rule, key) => ({ key, rule })));
  const [nextKey, setNextKey] = useState(version.rules.length);
  const [base, setBase] = useState(version);
  const [name, setName] = useState(version.name);
  const [reason, setReason] = useState('');
  const [sample, setSample] = useState(newSample);
  const plain = own.map(({ rule }) => rule);
  const dirty = name !== base.name || !sameRules(plain, base.rules);
  const faults = faultsOf(language, rules.files.rules, plain);
  const files = rules.files.rules;
  useEffect(() => onDirty(dirty), [dirty, onDirty]);
  useBlocker({ shouldBlockFn: () => dirty && !window.confirm(r('leave')), enableBeforeUnload: dirty });

  const save = useMutation({
    mutationFn: () =>
      post<VersionDetail>(`/v1/rules/versions/${version.number}/edit`, {
        name,
        reason,
        rules: plain,
        hash: base.hash,
      }),
    onSuccess: async (saved) => {
      setBase(saved);
      setReason('');
      await client.invalidateQueries();
    },
  });

  const lines = linesOf(files, plain);
  const tried = tryRules(language, lines, sample);
  const put = (rule: OwnRule) => {
    setOwn([...own, { key: nextKey, rule }]);
    setNextKey(nextKey + 1);
  };
  const add = (on: 'message' | 'assessment') => {
    const id = freeId(lines, on === 'message' ? 'message-rule' : 'case-rule');
    const common = { id, when: '', reason: { vi: '', en: '' } };
    put(on === 'message' ? { ...common, on, decision: 'warn' } : { ...common, on, actions: ['open-case'] });
  };
  const card = (line: Line) => {
    const at = line.own === undefined ? -1 : plain.indexOf(line.own);
    const key = own[at]?.key;
    return (
      <RuleCard
        key={line.file ? `file ${line.id}` : `own ${key}`}
        line={line}
        language={language}
        faults={faults.get(at)}
        verdict={tried.verdicts.get(line)}
        onChange={(rule) => setOwn(own.map((one, index) => (index === at ? { ...one, rule } : one)))}
        onRemove={() => setOwn(own.filter((_, index) => index !== at))}
        onOwn={() => line.file && put(ownCopy(line.file))}
        onOff={() => put({ id: line.id, on: 'off' })}
      />
    );
  };
  const of = (on: 'message' | 'assessment') => lines.filter((line) => (line.rule ?? line.file)?.on === on);
  return (
    <div className="workbench">
      <Stack>
        {(['message', 'assessment'] as const).map((on) => (
          <section key={on}>
            <Group justify="space-between" mb="xs">
              <Title order={2} size="h4">
                {r(on)}
              </Title>
              <Button variant="outline" size="compact-md" onClick={() => add(on)} data-testid={`add-${on}`}>
                {r(on === 'message' ? 'addMessage' : 'addAssessment')}
              </Button>
            </Group>
            <Stack gap="xs">{of(on).map(card)}</Stack>
          </section>
        ))}
        <SaveBar
          {...{ name, setName, reason, setReason, dirty, faults }}
          saved={save.isSuccess && !dirty}
          saving={save.isPending}
          error={save.error}
          onSave={() => save.mutate()}
        />
      </Stack>
      <div className="beside">
        <TryPanel
          sample={sample}
          onChange={setSample}
          features={rules.features}
          decision={tried.decision}
          opensCase={tried.opensCase}
        />
      </div>
    </div>
  );
}

interface SaveBarProps {
  name: string;
  setName(name: string): void;
  reason: string;
  setReason(reason: string): void;
  dirty: boolean;
  faults: Map<number, Faults>;
  saved: boolean;
  saving: boolean;
  error: Error | null;
  onSave(): void;
}

function SaveBar(props: SaveBarProps) {
  const { r } = useRuleWords();
  const { name, reason, dirty, faults } = props;
  const ready = dirty && faults.size === 0 && reason.trim() !== '' && name.trim() !== '';
  const status =
    faults.size > 0
      ? r('mendFirst', { count: faults.size })
      : dirty
        ? r('unsaved')
        : props.saved
          ? r('saved')
          : '';
  return (
    <Card withBorder>
      <Stack gap="xs">
        <TextInput
          label={r('name')}
          value={name}
          maxLength={120}
          onChange={(event) => props.setName(event.currentTarget.value)}
          data-testid="draft-name"
        />
        <TextInput
          label={r('why')}
          description={r('whyHint')}
          value={reason}
          maxLength={2000}
          onChange={(event) => props.setReason(event.currentTarget.value)}
          data-testid="draft-reason"
        />
        <Refusal error={props.error} />
        <Group>
          <Button disabled={!ready} loading={props.saving} onClick={props.onSave} data-testid="draft-save">
            {r('save')}
          </Button>
          <Text role="status" size="sm" fw={600} data-testid="draft-status">
            {status}
          </Text>
        </Group>
      </Stack>
    </Card>
  );
}

function freeId(lines: readonly Line[], stem: string): string {
  for (let n = 1; ; n++) {
    const id = `${stem}-${n}`;
    if (!lines.some((line) => line.id === id)) return id;
  }
}

/** What every rule says to the sample, and what follows; a rule with an error says nothing yet. */
function tryRules(language: RuleLanguage, lines: readonly Line[], sample: Parameters<typeof factsOf>[0]) {
  const facts = factsOf(sample);
  const verdicts = new Map<Line, Verdict>();
  let decision = 0;
  let opensCase = false;
  for (const line of lines) {
    const { rule } = line;
    if (!rule || language.check(rule.when).length > 0) continue;
    const verdict = language.compile(rule.when)(facts);
    verdicts.set(line, verdict);
    if (verdict === false) continue;
    if (rule.on === 'assessment') opensCase = true;
    else {
      const wanted = decisions.indexOf(rule.decision ?? 'allow');
      decision = Math.max(decision, verdict === 'failed' ? Math.min(wanted, 1) : wanted);
    }
  }
  return { verdicts, decision: decisions[decision] ?? 'allow', opensCase };
}
