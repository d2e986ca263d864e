import { Link } from '@tanstack/react-router';
import type { Me } from '../api.ts';
import { useWords } from '../i18n.ts';
import { readsBanks } from './banks-api.ts';
import { bankTexts } from './texts.ts';

/** The way to the hash banks; nothing for who may not read them. */
export function BanksLink({ me }: { me: Me }) {
  const { lang } = useWords();
  return readsBanks(me) ? (
    <Link to="/banks" data-testid="nav-banks">
      {bankTexts[lang].title}
    </Link>
  ) : null;
}
