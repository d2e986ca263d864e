import { Alert, Card, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { get } from '../api.ts';
import { ActionButton } from '../dialog.tsx';
import { useMe } from '../shell.tsx';
import { decidesRemovals, type RemovalDetail, useRemovalWords } from './removals-api.ts';
import { RemovalFacts, RemovalMarks } from './removals-page.tsx';

/** One request: what was said, what happened, and the decision. */
export function RemovalPage() {
  const { r, t } = useRemovalWords();
  const { id } = useParams({ from: '/removals/$id' });
  const found = useQuery({
    queryKey: ['removal', id],
    queryFn: () => get<RemovalDetail>(`/v1/removals/${id}`),
  });
  return (
    <Stack>
      <Link to="/removals">{r('back')}</Link>
      {found.isPending && <Loader aria-label={t('loading')} />}
      {found.error && (
        <Alert color="red" title={t('problem')} role="alert">
          {found.error.message}
        </Alert>
      )}
      {found.data && <Request removal={found.data} />}
    </Stack>
  );
}

function Request({ removal }: { removal: RemovalDetail }) {
  const { r, time, count, lang } = useRemovalWords();
  const me = useMe();
  const stands = removal.state === 'received' || removal.state === 'confirmed';
  return (
    <>
      <Group gap="xs">
        <Title order={1} size="h2">
          {r('number', { n: removal.caseNumber })}
        </Title>
        <RemovalMarks removal={removal} />
      </Group>
      <Card withBorder p="md" data-testid="removal-detail" data-state={removal.state}>
        <RemovalFacts removal={removal} />
        <dl className="facts short">
          <div>
            <dt>{r('language')}</dt>
            <dd>{r(`language.${removal.language}`)}</dd>
          </div>
          <div>
            <dt>{r('contents')}</dt>
            <dd data-testid="removal-contents">{count(removal.contents)}</dd>
          </div>
          <div>
            <dt>{r('matches')}</dt>
            <dd data-testid="removal-matches">{count(removal.matches)}</dd>
          </div>
        </dl>
        <Text size="sm" mt="sm">
          {r('contentsHint')}
        </Text>
        <Text size="sm">{r('matchesHint')}</Text>
      </Card>
      {stands && me.data && decidesRemovals(me.data) && (
        <Stack gap="sm">
          {removal.state === 'received' && (
            <div>
              <Text mb="xs">{r('confirmFollows')}</Text>
              <ActionButton
                id="removal-confirm"
                label={r('confirm')}
                path={`/v1/removals/${removal.id}/confirm`}
              />
            </div>
          )}
          <div>
            <Text>{r('declineFollows')}</Text>
            <dl className="reads">
              {removal.declineReasons.map((one) => (
                <div key={one.id}>
                  <dt>{r(`reason.${one.id}`)}</dt>
                  <dd>{one.text[lang]}</dd>
                </div>
              ))}
            </dl>
            <ActionButton
              id="removal-decline"
              label={r('decline')}
              path={`/v1/removals/${removal.id}/decline`}
              variant="default"
              choices={[
                {
                  name: 'reason',
                  label: r('why'),
                  options: removal.declineReasons.map((one) => ({
                    value: one.id,
                    label: r(`reason.${one.id}`),
                  })),
                },
              ]}
            />
          </div>
        </Stack>
      )}
      <Title order={2} size="h4">
        {r('history')}
      </Title>
      <ol className="rows" data-testid="removal-history">
        {removal.history.map(({ step, at, actor, reason }) => (
          <li key={`${step} ${at}`}>
            <Text>
              {time(at)} · {actor ?? r('young')}: {r(`step.${step}`)}
              {reason === null ? '' : ` (${r(`reason.${reason}`)})`}
            </Text>
          </li>
        ))}
      </ol>
    </>
  );
}
