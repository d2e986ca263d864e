/** Names with what is told of each, in short columns. */
export function Facts({ facts }: { facts: [name: string, told: string][] }) {
  return (
    <dl className="facts short">
      {facts.map(([name, told]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{told}</dd>
        </div>
      ))}
    </dl>
  );
}
