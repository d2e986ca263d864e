import { Alert, Button, Card, Group, NumberInput, Progress, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { Examples, FigureTable } from './figures.tsx';
import type { Backtest, BacktestResult, VersionDetail } from './rules-api.ts';
import { type RuleKey, useRuleWords } from './words.ts';

const underWay = (run: Backtest | undefined) => run?.state === 'waiting' || run?.state === 'running';
const states: Record<Backtest['state'], RuleKey> = {
  waiting: 'runWaiting',
  running: 'runRunning',
  done: 'runDone',
  cancelled: 'runCancelled',
  failed: 'runFailed',
};

/** A version tried on past events: start, progress, cancel, results. */
export function BacktestPanel({
  version,
  mayDraft,
  unsaved,
}: {
  version: VersionDetail;
  mayDraft: boolean;
  unsaved: boolean;
}) {
  const { r, count } = useRuleWords();
  const client = useQueryClient();
  const [days, setDays] = useState(7);
  const path = `/v1/rules/versions/${version.number}/backtests`;
  const found = useQuery({
    queryKey: ['backtests', version.number],
    queryFn: () => get<{ backtests: Backtest[] }>(path),
    // While it runs the figures move; afterwards the stream of changes is enough.
    refetchInterval: ({ state }) => (underWay(state.data?.backtests[0]) ? 700 : 60_000),
  });
  const refresh = () => client.invalidateQueries({ queryKey: ['backtests', version.number] });
  const start = useMutation({ mutationFn: () => post(path, { days }), onSuccess: refresh });
  const cancel = useMutation({
    mutationFn: (id: string) => post(`/v1/rules/backtests/${id}/cancel`),
    onSettled: refresh,
  });
  const run = found.data?.backtests[0];
  const running = underWay(run);
  return (
    <Card withBorder data-testid="backtest" data-state={run?.state ?? 'never'}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {r('backtest')}
        </Title>
        <Text size="sm">{r('backtestAbout')}</Text>
        {mayDraft && (
          <Group align="flex-end">
            <NumberInput
              label={r('days')}
              min={1}
              max={90}
              allowDecimal={false}
              clampBehavior="strict"
              w={110}
              value={days}
              onChange={(value) => setDays(Number(value) || 1)}
              data-testid="backtest-days"
            />
            <Button
              onClick={() => start.mutate()}
              loading={start.isPending}
              disabled={running || unsaved}
              data-testid="backtest-start"
            >
              {r('start')}
            </Button>
            {running && run && (
              <Button variant="default" onClick={() => cancel.mutate(run.id)} data-testid="backtest-cancel">
                {r('cancelRun')}
              </Button>
            )}
          </Group>
        )}
        {unsaved && <Text size="sm">{r('saveFirst')}</Text>}
        <Refusal error={start.error} />
        {run && (
          <div>
            <Progress.Root size="lg">
              <Progress.Section value={run.percent} aria-label={r('backtest')} />
            </Progress.Root>
            <Text size="sm" role="status" data-testid="backtest-status">
              {run.state === 'failed'
                ? r('runFailed')
                : r('runOf', {
                    state: r(states[run.state]),
                    percent: run.percent,
                    read: count(run.read),
                    total: count(run.total),
                  })}
            </Text>
          </div>
        )}
        {run?.result && run.hash !== version.hash && <Alert color="yellow">{r('runOld')}</Alert>}
        {run?.result && <Results run={run} result={run.result} />}
      </Stack>
    </Card>
  );
}

function Results({ run, result }: { run: Backtest; result: BacktestResult }) {
  const { r, coded, value, count, versionName } = useRuleWords();
  return (
    <Stack gap="md" data-testid="backtest-result">
      <Text size="sm">
        {r('runSummary', {
          days: run.days,
          events: count(result.events),
          messages: count(result.messages),
          against: versionName(run.against),
        })}
      </Text>
      {result.textMissing > 0 && (
        <Text size="sm">{r('textMissing', { count: count(result.textMissing) })}</Text>
      )}
      <FigureTable
        id="cases"
        title={r('byOutcome')}
        rows={[
          { key: 'all', name: r('cases'), ...result.cases },
          ...result.outcomes.map(({ outcome, ...both }) => ({
            key: outcome,
            name: outcome === 'none' ? r('outcomeNone') : coded(outcome),
            ...both,
          })),
        ]}
      />
      <Examples id="lost" title={r('lost')} examples={result.lost} count={result.lostCount} />
      <Examples id="gained" title={r('gained')} examples={result.gained} count={result.gainedCount} />
      <FigureTable
        id="levels"
        title={r('byLevel')}
        rows={result.levels.map(({ level, cases }) => ({ key: level, name: value(level), ...cases }))}
      />
      <FigureTable
        id="rules"
        title={r('byRule')}
        rows={result.rules.map(({ id, on, ...both }) => ({ key: `${on} ${id}`, name: id, ...both }))}
      />
      <FigureTable
        id="decisions"
        title={r('byDecision')}
        rows={result.decisions.map(({ decision, ...both }) => ({
          key: decision,
          name: coded(decision),
          ...both,
        }))}
      />
      <Examples id="stricter" title={r('stricter')} examples={result.stricter} count={result.stricterCount} />
      <Examples id="milder" title={r('milder')} examples={result.milder} count={result.milderCount} />
    </Stack>
  );
}
