import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Facts } from '../facts.tsx';
import { usePageWords } from '../i18n.ts';
import { type BankLookUp, kindNames, useBankWords } from './banks-api.ts';
import type { PictureHashes } from './hash-picture.ts';
import { type LookUpText, lookUpTexts } from './look-up-texts.ts';

type Found = BankLookUp['matches'][number];

interface Answer {
  found: BankLookUp;
  hashes: Partial<PictureHashes>;
  /** The hashes of the turned picture were foretold from a pasted one. */
  foretold: boolean;
}

/** The answer in words: what was found, with what it was compared, and as of when. */
export function LookUpAnswer({ found, hashes, foretold }: Answer) {
  const { say, time, count } = usePageWords(lookUpTexts);
  const { status, why, matches, kinds } = found;
  const compared = kinds.some((one) => one.status !== 'unavailable');
  const chosen = hashes.md5 !== undefined && hashes.sha256 !== undefined;
  const facts: [string, string][] = [
    [say('compared'), (compared && found.banks.join(' · ')) || say('none')],
    ...(compared ? ([[say('asOf'), time(found.asOf)]] satisfies [string, string][]) : []),
    ...(compared && found.switchedOff.length > 0
      ? ([[say('switchedOff'), found.switchedOff.join(' · ')]] satisfies [string, string][])
      : []),
  ];
  return (
    <Card withBorder p="md" role="status" data-testid="look-up-answer" data-status={status}>
      <Stack gap="sm">
        <Title order={2} size="h3">
          {say(status)}
          {status === 'match' ? ` (${count(matches.length)})` : ''}
        </Title>
        {status === 'unavailable' && (
          <Text>
            {why === null ? '' : `${capital(say(`why.${why}`))}. `}
            {say('unavailableAbout')}
          </Text>
        )}
        {status === 'no-match' && <Text>{say('noMatchAbout')}</Text>}
        {chosen && hashes.pdq === undefined && (
          <Text data-testid="look-up-not-opened">{say('notOpened')}</Text>
        )}
        {matches.length > 0 && (
          <ul className="rows">
            {matches.map((match) => (
              <li key={match.content}>
                <Match match={match} />
              </li>
            ))}
          </ul>
        )}
        {foretold && matches.some(({ orientation }) => orientation !== null) && (
          <Text size="sm">{say('foretold')}</Text>
        )}
        <Facts facts={facts} wide />
        <div>
          <Text fw={700}>{say('byKind')}</Text>
          <ul className="plain">
            {kinds.map((one) => (
              <li key={one.kind} data-testid={`look-up-${one.kind}`} data-status={one.status}>
                <Text size="sm">
                  {kindNames[one.kind]}
                  {one.kind === 'pdq' && hashes.pdqQuality !== undefined
                    ? ` (${say('quality', { n: hashes.pdqQuality })})`
                    : ''}
                  {`: ${say(one.status)}`}
                  {one.why === null ? '' : `, ${say(`why.${one.why}`)}`}
                </Text>
              </li>
            ))}
          </ul>
        </div>
      </Stack>
    </Card>
  );
}

function Match({ match }: { match: Found }) {
  const { say, count } = usePageWords(lookUpTexts);
  const { b } = useBankWords();
  const kind = kindNames[match.kind];
  const facts: [string, string][] = [
    [
      say('distance'),
      match.distance === 0 ? say('same', { kind }) : say('near', { n: count(match.distance), kind }),
    ],
    [say('turned'), say(turnOf(match.orientation))],
    [say('action'), b(`action.${match.action}`)],
    [say('source'), match.source],
    [say('reason'), match.reason],
  ];
  return (
    <Card withBorder p="sm" data-testid="look-up-match" data-content={match.content}>
      <Group gap="xs">
        <Link to="/banks/contents/$id" params={{ id: String(match.content) }} className="strong wide-words">
          {say('content', { n: match.content, bank: match.bank })}
        </Link>
        <Badge variant="outline" color="#084c4c" radius="sm">
          {b(match.status)}
        </Badge>
        {match.generativeAi && (
          <Badge variant="outline" color="#084c4c" radius="sm">
            {b('ai')}
          </Badge>
        )}
      </Group>
      <Facts facts={facts} wide />
    </Card>
  );
}

function turnOf(orientation: string | null): LookUpText {
  return orientation !== null && Object.hasOwn(lookUpTexts.vi, orientation)
    ? (orientation as LookUpText)
    : 'asItStands';
}

const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
