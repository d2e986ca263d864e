import type { Me } from '../api.ts';
import { CountedLink } from '../counted-link.tsx';
import { readsRemovals, useRemovals, useRemovalWords } from './removals-api.ts';

/** The way to requests to take pictures down, with how many wait; nothing for who may not read them. */
export function RemovalsLink({ me }: { me: Me }) {
  return readsRemovals(me) ? <Waiting /> : null;
}

function Waiting() {
  const { r } = useRemovalWords();
  const n = useRemovals('received').data?.waiting ?? 0;
  return (
    <CountedLink id="removals" to="/removals" title={r('title')} count={n} waiting={r('waiting', { n })} />
  );
}
