import { Card, Group, Loader, SimpleGrid, Slider, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { get } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { StepButton } from '../versions/step-button.tsx';
import { BacktestPanel } from './backtest-panel.tsx';
import { Changes, RuleHistory, VersionState } from './changes.tsx';
import { DraftEditor } from './draft-editor.tsx';
import { differenceOf } from './draft-state.ts';
import type { RulesOverview, VersionDetail } from './rules-api.ts';
import { RuleTable, useRules } from './rules-page.tsx';
import { ShadowPanel } from './shadow-panel.tsx';
import { useRuleWords } from './words.ts';

/** One version: what it says, how to try it, and its way to being in force. */
export function VersionPage() {
  const { number } = useParams({ from: '/rules/$number' });
  const { r, t, time, versionName } = useRuleWords();
  const rules = useRules();
  const [dirty, setDirty] = useState(false);
  const found = useQuery({
    queryKey: ['rules', Number(number)],
    queryFn: () => get<VersionDetail>(`/v1/rules/versions/${number}`),
  });
  if (found.isPending || rules.isPending) return <Loader aria-label={t('loading')} />;
  const version = found.data;
  if (!version || !rules.data) return <Refusal error={found.error ?? rules.error} />;
  const draft = version.state === 'draft' && rules.data.mayDraft;
  const unsaved = draft && dirty;
  return (
    <Stack>
      <Link to="/rules">← {r('backToRules')}</Link>
      <Group gap="sm">
        <Title order={1} size="h2">
          {versionName(version.number)}: {version.name}
        </Title>
        <VersionState state={version.state} percent={version.percent} />
      </Group>
      <Text size="sm">
        {r('by')}: {version.author.name} · {r('changed')}: {time(version.updatedAt)} · {r('basedOn')}:{' '}
        {versionName(version.basedOn)}
      </Text>
      <Steps rules={rules.data} version={version} unsaved={unsaved} />
      {draft && <DraftEditor key={version.number} rules={rules.data} version={version} onDirty={setDirty} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack>
          <ShadowPanel version={version} />
          <BacktestPanel version={version} mayDraft={rules.data.mayDraft} unsaved={unsaved} />
        </Stack>
        <Stack>
          {!draft && (
            <Card withBorder>
              <Title order={2} size="h4">
                {r('theRules')}
              </Title>
              <RuleTable rules={version.effective} />
            </Card>
          )}
          {version.state !== 'published' && (
            <Card withBorder>
              <Title order={2} size="h4" mb="xs">
                {r('differences')}
              </Title>
              <Changes changes={differenceOf(rules.data.effective, version.effective)} />
            </Card>
          )}
          <Title order={2} size="h4">
            {r('history')}
          </Title>
          <RuleHistory history={version.history} />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

/** The steps that lead on from here; the server decides, here only what it would refuse is not offered. */
function Steps({
  rules,
  version,
  unsaved,
}: {
  rules: RulesOverview;
  version: VersionDetail;
  unsaved: boolean;
}) {
  const { r } = useRuleWords();
  const navigate = useNavigate();
  const path = `/v1/rules/versions/${version.number}`;
  const live = version.state === 'shadow' || version.state === 'rollout';
  const changes = <Changes changes={differenceOf(rules.effective, version.effective)} />;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        {version.state === 'draft' && rules.mayDraft && (
          <>
            <StepButton
              id="start-shadow"
              label={r('startShadow')}
              about={r('startShadowAbout')}
              path={`${path}/shadow`}
              disabled={unsaved}
            >
              {changes}
            </StepButton>
            <StepButton id="discard" label={r('discard')} path={`${path}/discard`} variant="default" />
          </>
        )}
        {live && rules.mayPublish && (
          <>
            <StepButton id="publish" label={r('publish')} about={r('publishAbout')} path={`${path}/publish`}>
              {changes}
            </StepButton>
            <StepButton id="withdraw" label={r('withdraw')} path={`${path}/withdraw`} variant="default" />
          </>
        )}
        {version.state !== 'draft' && rules.mayDraft && (
          <StepButton<VersionDetail>
            id="draft-from"
            label={r('draftFromThis')}
            path="/v1/rules/versions"
            body={{ basedOn: version.number, rules: version.rules }}
            named
            variant="outline"
            onDone={({ number }) =>
              void navigate({ to: '/rules/$number', params: { number: String(number) } })
            }
          />
        )}
      </Group>
      {unsaved && <Text size="sm">{r('saveFirst')}</Text>}
      {live && rules.mayPublish && <Rollout version={version} path={path} />}
    </Stack>
  );
}

function Rollout({ version, path }: { version: VersionDetail; path: string }) {
  const { r } = useRuleWords();
  const [percent, setPercent] = useState(version.percent || 10);
  return (
    <Card withBorder data-testid="rollout">
      <Title order={2} size="h4">
        {r('rollout')}: {percent} %
      </Title>
      <Text size="sm">{r('rolloutHint')}</Text>
      <Slider
        mt="xs"
        mb={36}
        min={1}
        max={99}
        value={percent}
        onChange={setPercent}
        label={(value) => `${value} %`}
        thumbLabel={r('rolloutShare')}
        marks={[10, 25, 50, 75].map((value) => ({ value, label: `${value} %` }))}
        data-testid="rollout-slider"
      />
      <Group>
        <StepButton
          id="roll-out"
          label={r('rollOutTo', { percent })}
          about={r('rolloutHint')}
          path={`${path}/roll-out`}
          body={{ percent }}
          disabled={version.state === 'rollout' && percent === version.percent}
        />
      </Group>
    </Card>
  );
}
