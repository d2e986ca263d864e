import { Alert, Stack, Text } from '@mantine/core';
import type { Examined, MatrixChange, Outcome } from './safeguards-api.ts';
import { useSafeguardWords } from './words.ts';

/** Floor and built-in situations of a draft. */
export function ExaminedPanel({ examined }: { examined: Examined | undefined }) {
  const { s, lang, count } = useSafeguardWords();
  if (!examined) return null;
  if (examined.faults.length > 0) return <Text size="sm">{s('comparedWhenMended')}</Text>;
  return (
    <Stack gap="sm">
      {examined.floor.length === 0 ? (
        <Text size="sm" data-testid="floor-holds">
          ✓ {s('floorHolds')}
        </Text>
      ) : (
        examined.floor.map((broken) => (
          <Alert
            key={broken.protection}
            color="red"
            title={s('belowFloor', { name: broken.name[lang] })}
            data-testid="floor-break"
            data-protection={broken.protection}
          >
            <p>
              {broken.law && (
                <>
                  {s('law')}: {broken.law.name[lang]}.{' '}
                </>
              )}
              {s('belowFloorMore', { count: count(broken.count) })}
            </p>
            <ul>
              {broken.situations.map((situation) => (
                <li key={situation.en}>{situation[lang]}</li>
              ))}
            </ul>
          </Alert>
        ))
      )}
      <div data-testid="matrix-changes" data-changed={examined.matrix.length}>
        <Text size="sm" fw={600} role="status">
          {examined.matrix.length === 0
            ? s('matrixNone', { count: examined.situations })
            : s('matrixSome', { changed: examined.matrix.length, count: examined.situations })}
        </Text>
        {examined.matrix.length > 0 && (
          <details className="examples" open={examined.matrix.length <= 8}>
            <summary>{s('matrixTitle')}</summary>
            <ul className="rule-list">
              {examined.matrix.map((row) => (
                <MatrixRow key={row.id} row={row} />
              ))}
            </ul>
          </details>
        )}
      </div>
    </Stack>
  );
}

function MatrixRow({ row }: { row: MatrixChange }) {
  const { s, lang } = useSafeguardWords();
  return (
    <li data-situation={row.id}>
      <Text size="sm" fw={600}>
        {row.name[lang]}
      </Text>
      <Text size="sm">
        <OutcomeWords outcome={row.before} /> → <OutcomeWords outcome={row.after} strong />
      </Text>
      <Text size="sm">
        {s('becauseOf')}: {row.policies.join(', ')}
      </Text>
    </li>
  );
}

export function OutcomeWords({ outcome, strong = false }: { outcome: Outcome; strong?: boolean }) {
  const { lang } = useSafeguardWords();
  const Tag = strong ? 'strong' : 'span';
  return <Tag>{outcome.text[lang]}</Tag>;
}
