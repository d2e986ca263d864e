import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Example } from './rules-api.ts';
import { useRuleWords } from './words.ts';

export interface Figure {
  key: string;
  name: string;
  inForce: number;
  draft: number;
}

/** Two sides and what lies between them, one line a thing counted. */
export function FigureTable({ title, rows, id }: { title: string; rows: Figure[]; id: string }) {
  const { r, count } = useRuleWords();
  const sign = (n: number) => (n > 0 ? `+${count(n)}` : n < 0 ? `−${count(-n)}` : '0');
  return (
    <section>
      <Title order={3} size="h5">
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm">{r('nothingDiffers')}</Text>
      ) : (
        <table className="figures numbers" data-testid={`figures-${id}`}>
          <thead>
            <tr>
              <td />
              <th scope="col">{r('now')}</th>
              <th scope="col">{r('draft')}</th>
              <th scope="col">{r('difference')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key} data-row={row.key}>
                <th scope="row">{row.name}</th>
                <td>{count(row.inForce)}</td>
                <td>{count(row.draft)}</td>
                <td className={row.draft === row.inForce ? '' : 'differs'}>
                  {sign(row.draft - row.inForce)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Examples by id; the message itself is opened, veiled as always, in its case. */
export function Examples({
  title,
  examples,
  count,
  id,
}: {
  title: string;
  examples: Example[];
  count: number;
  id: string;
}) {
  const words = useRuleWords();
  const { r, coded, value } = words;
  if (count === 0) return null;
  return (
    <details data-testid={`examples-${id}`} className="examples">
      <summary>
        {title}: {words.count(count)}
      </summary>
      {count > examples.length && <Text size="sm">{r('firstOf', { shown: examples.length, count })}</Text>}
      <ul className="rule-list">
        {examples.map((one) => (
          <li key={`${one.account} ${one.eventId}`}>
            <Text size="sm" fw={600}>
              {r('account')} {one.account} · {value(one.level)}
            </Text>
            <Text size="sm">
              {r('event')} {one.eventId} · {coded(one.inForce)} → {coded(one.draft)}
              {one.rules.length > 0 ? ` (${one.rules.join(', ')})` : ''}
            </Text>
            <Text size="sm">
              {r('outcome')}: {one.outcome === 'none' ? r('outcomeNone') : coded(one.outcome)}
              {one.caseId !== null && (
                <>
                  {' · '}
                  <Link to="/cases/$id" params={{ id: one.caseId }}>
                    {r('openCase')}
                  </Link>
                </>
              )}
            </Text>
          </li>
        ))}
      </ul>
    </details>
  );
}
