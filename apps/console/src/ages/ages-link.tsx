import type { Me } from '../api.ts';
import { CountedLink } from '../counted-link.tsx';
import { readsAges, useAgeClaims, useAgeWords } from './ages-api.ts';

/** The way to ages in doubt, with how many wait; nothing for who may not read them. */
export function AgesLink({ me }: { me: Me }) {
  return readsAges(me) ? <Waiting /> : null;
}

function Waiting() {
  const { a } = useAgeWords();
  const n = useAgeClaims('open').data?.open ?? 0;
  return <CountedLink id="ages" to="/ages" title={a('title')} count={n} waiting={a('waiting', { n })} />;
}
