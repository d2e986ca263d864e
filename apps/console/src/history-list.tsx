import { Text } from '@mantine/core';
import { useWords } from './i18n.ts';

interface Step {
  at: string;
  actor: { name: string } | null;
  type: string;
  note?: string;
  data?: Record<string, unknown>;
}

/** What happened, newest first. */
export function HistoryList({ history }: { history: Step[] }) {
  const { t, value, time } = useWords();
  const detail = ({ data }: Step) =>
    [data?.level, data?.action, data?.outcome, data?.reason, data?.mark, data?.generativeAi]
      .flat()
      .flatMap((code) => (typeof code === 'string' ? value(code) : []))
      .join(', ');
  return (
    <ol className="history" data-testid="history" reversed>
      {[...history].reverse().map((step) => (
        <li key={`${step.at} ${step.type} ${JSON.stringify(step.data)}`}>
          <Text fw={600} size="sm">
            {value(step.type)}
            {detail(step) === '' ? '' : ` (${detail(step)})`}
          </Text>
          <Text size="sm">
            {time(step.at)}, {step.actor?.name ?? t('system')}
          </Text>
          {step.note && <Text size="sm">{step.note}</Text>}
        </li>
      ))}
    </ol>
  );
}
