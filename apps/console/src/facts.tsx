/** Names with what is told of each, in columns; `wide` ones for whole sentences. */
export function Facts({ facts, wide = false }: { facts: [name: string, told: string][]; wide?: boolean }) {
  return (
    <dl className={wide ? 'facts' : 'facts short'}>
      {facts.map(([name, told]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{told}</dd>
        </div>
      ))}
    </dl>
  );
}
