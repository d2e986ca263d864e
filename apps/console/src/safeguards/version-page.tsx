import '../versions/versions.css';
import './safeguards.css';
import { Card, Group, Loader, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { get } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { StepButton } from '../versions/step-button.tsx';
import { DifferencePanel } from './difference-panel.tsx';
import { DraftEditor } from './draft-editor.tsx';
import { Changes, PolicyHistory, PolicyState } from './history.tsx';
import { PolicyList } from './policy-list.tsx';
import type { Overview, VersionDetail } from './safeguards-api.ts';
import { useSafeguards } from './safeguards-page.tsx';
import { useSafeguardWords } from './words.ts';

/** One version: what it says, what it would change, and its way to being in force. */
export function SafeguardVersionPage() {
  const { number } = useParams({ from: '/safeguards/$number' });
  const { s, t, time, versionName } = useSafeguardWords();
  const all = useSafeguards();
  const [dirty, setDirty] = useState(false);
  const found = useQuery({
    queryKey: ['safeguards', Number(number)],
    queryFn: () => get<VersionDetail>(`/v1/safeguards/versions/${number}`),
  });
  if (found.isPending || all.isPending) return <Loader aria-label={t('loading')} />;
  const version = found.data;
  if (!version || !all.data) return <Refusal error={found.error ?? all.error} />;
  const draft = version.state === 'draft' && all.data.mayDraft;
  return (
    <Stack>
      <Link to="/safeguards">← {s('backToList')}</Link>
      <Group gap="sm">
        <Title order={1} size="h2">
          {versionName(version.number)}: {version.name}
        </Title>
        <PolicyState state={version.state} />
      </Group>
      <Text size="sm">
        {s('by')}: {version.author.name} · {s('changed')}: {time(version.updatedAt)} · {s('basedOn')}:{' '}
        {versionName(version.basedOn)}
      </Text>
      <Steps all={all.data} version={version} unsaved={draft && dirty} />
      {draft && <DraftEditor key={version.number} all={all.data} version={version} onDirty={setDirty} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack>
          {version.state !== 'published' && <DifferencePanel version={version} inForce={all.data.inForce} />}
          {!draft && (
            <section>
              <Title order={2} size="h4" mb="xs">
                {s('thePolicies')}
              </Title>
              <PolicyList policies={version.effective} />
            </section>
          )}
        </Stack>
        <Stack>
          {version.state !== 'published' && (
            <Card withBorder>
              <Title order={2} size="h4" mb="xs">
                {s('differences')}
              </Title>
              <Changes changes={version.changes} before={all.data.policies} after={version.effective} />
            </Card>
          )}
          <Title order={2} size="h4">
            {s('history')}
          </Title>
          <PolicyHistory history={version.history} />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

/** The steps that lead on from here; the server decides, here only what it would refuse is not offered. */
function Steps({ all, version, unsaved }: { all: Overview; version: VersionDetail; unsaved: boolean }) {
  const { s } = useSafeguardWords();
  const navigate = useNavigate();
  const path = `/v1/safeguards/versions/${version.number}`;
  const { hash, state } = version;
  const changes = <Changes changes={version.changes} before={all.policies} after={version.effective} />;
  const own = version.hands.includes(all.you);
  const asked = state === 'draft' || state === 'superseded';
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {asked && all.mayDraft && (
          <StepButton
            id="propose"
            label={s(state === 'draft' ? 'propose' : 'proposeAgain')}
            about={s('proposeAbout')}
            path={`${path}/propose`}
            body={{ hash }}
            disabled={unsaved}
          >
            {changes}
          </StepButton>
        )}
        {state === 'draft' && all.mayDraft && (
          <StepButton
            id="discard"
            label={s('discard')}
            path={`${path}/discard`}
            body={{ hash }}
            variant="default"
          />
        )}
        {state === 'proposed' && all.mayApprove && !own && (
          <>
            <StepButton
              id="publish"
              label={s('publish')}
              about={s('publishAbout')}
              path={`${path}/publish`}
              body={{ hash, against: all.inForce }}
            >
              {changes}
            </StepButton>
            <StepButton
              id="refuse"
              label={s('refuse')}
              path={`${path}/refuse`}
              body={{ hash }}
              variant="outline"
            />
          </>
        )}
        {state === 'proposed' && all.mayDraft && (
          <StepButton
            id="withdraw"
            label={s('withdraw')}
            path={`${path}/withdraw`}
            body={{ hash }}
            variant="default"
          />
        )}
        {state !== 'draft' && all.mayDraft && (
          <StepButton<VersionDetail>
            id="draft-from"
            label={s('draftFromThis')}
            path="/v1/safeguards/versions"
            body={{ basedOn: version.number, policies: version.policies }}
            named
            variant="outline"
            onDone={({ number }) =>
              void navigate({ to: '/safeguards/$number', params: { number: String(number) } })
            }
          />
        )}
      </Group>
      {unsaved && <Text size="sm">{s('saveFirst')}</Text>}
      {state === 'proposed' && (
        <Text fw={600} data-testid="second-person">
          {s(own && all.mayApprove ? 'notYou' : 'waitsForSecond')}
        </Text>
      )}
    </Stack>
  );
}
