import { Badge } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Me } from '../api.ts';
import { readsAges, useAgeClaims, useAgeWords } from './ages-api.ts';

/** The way to ages in doubt, with how many wait; nothing for who may not read them. */
export function AgesLink({ me }: { me: Me }) {
  return readsAges(me) ? <CountedLink /> : null;
}

function CountedLink() {
  const { a } = useAgeWords();
  const open = useAgeClaims('open').data?.open ?? 0;
  return (
    <Link to="/ages" data-testid="nav-ages">
      {a('title')}
      {open > 0 && (
        <Badge
          color="#ffffff"
          c="#084c4c"
          autoContrast={false}
          circle={open < 10}
          role="img"
          aria-label={a('waiting', { n: open })}
          data-testid="ages-waiting"
        >
          {open}
        </Badge>
      )}
    </Link>
  );
}
