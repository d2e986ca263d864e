import { Badge } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Me } from '../api.ts';
import { readsRemovals, useRemovals, useRemovalWords } from './removals-api.ts';

/** The way to requests to take pictures down, with how many wait; nothing for who may not read them. */
export function RemovalsLink({ me }: { me: Me }) {
  return readsRemovals(me) ? <CountedLink /> : null;
}

function CountedLink() {
  const { r } = useRemovalWords();
  const waiting = useRemovals('received').data?.waiting ?? 0;
  return (
    <Link to="/removals" data-testid="nav-removals">
      {r('title')}
      {waiting > 0 && (
        <Badge
          color="#ffffff"
          c="#084c4c"
          autoContrast={false}
          circle={waiting < 10}
          role="img"
          aria-label={r('waiting', { n: waiting })}
          data-testid="removals-waiting"
        >
          {waiting}
        </Badge>
      )}
    </Link>
  );
}
