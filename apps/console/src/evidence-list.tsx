import { Alert, Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Evidence, Problem, post, type Revealed } from './api.ts';
import { useWords } from './i18n.ts';
import { useCueName } from './marks.tsx';
import { MediaNotes } from './media-notes.tsx';

const GRAVE = 4;
const BREAK_AFTER = 20;

function graveSeen(): number {
  return Number(sessionStorage.getItem('grave-seen') ?? '0');
}

/** Messages of a case or referral, veiled until somebody asks; grave ones are counted for a break. */
export function EvidenceList({
  evidence,
  path,
  mayReveal,
  mayMark = false,
}: {
  evidence: Evidence[];
  /** Where messages are unveiled: `${path}/evidence/${id}/reveal`. */
  path: string;
  mayReveal: boolean;
  /** Whether a cue of an opened message can be marked as wrong there. */
  mayMark?: boolean;
}) {
  const { t } = useWords();
  const [seen, setSeen] = useState(graveSeen);
  const count = (severity: number) => {
    if (severity < GRAVE) return;
    sessionStorage.setItem('grave-seen', String(graveSeen() + 1));
    setSeen(graveSeen());
  };
  const rest = () => {
    sessionStorage.setItem('grave-seen', '0');
    setSeen(0);
  };
  return (
    <Stack gap="sm">
      <Text size="sm">{t('evidenceAbout')}</Text>
      {seen >= BREAK_AFTER && (
        <Alert color="yellow" role="status">
          <Text>{t('seen', { count: seen })}</Text>
          <Button size="compact-md" mt="xs" onClick={rest}>
            {t('rested')}
          </Button>
        </Alert>
      )}
      {evidence.length === 0 && <Text>{t('noEvidence')}</Text>}
      {evidence.map((one) => (
        <MessageCard
          key={one.id}
          one={one}
          path={path}
          mayReveal={mayReveal}
          mayMark={mayMark}
          onReveal={count}
        />
      ))}
    </Stack>
  );
}

function MessageCard({
  one,
  path,
  mayReveal,
  mayMark,
  onReveal,
}: {
  one: Evidence;
  path: string;
  mayReveal: boolean;
  mayMark: boolean;
  onReveal: (severity: number) => void;
}) {
  const { t, time, value } = useWords();
  const cueName = useCueName();
  const [opened, setOpened] = useState<Revealed>();
  const [refused, setRefused] = useState<string>();
  const client = useQueryClient();
  const attempt = async (work: () => Promise<void>) => {
    setRefused(undefined);
    try {
      await work();
    } catch (cause) {
      setRefused(cause instanceof Problem ? `${cause.message} ${cause.mend}` : String(cause));
    }
  };
  const reveal = () =>
    attempt(async () => {
      setOpened(await post<Revealed>(`${path}/evidence/${one.id}/reveal`));
      onReveal(one.severity);
    });
  const wrong = new Set(one.wrong);
  const mark = (cue: string) =>
    attempt(async () => {
      await post(`${path}/evidence/${one.id}/marks`, { cue, mark: wrong.has(cue) ? 'right' : 'wrong' });
      await client.invalidateQueries();
    });
  return (
    <Card withBorder p="sm" data-testid="evidence">
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {one.from}
        </Text>
        <Text size="sm">{time(one.at)}</Text>
        {one.delivery !== undefined && one.delivery !== 'delivered' && (
          <Badge color="#8a5200" radius="sm">
            {value(one.delivery)}
          </Badge>
        )}
      </Group>
      {opened ? <Highlighted revealed={opened} /> : <p className="veil" aria-hidden="true" />}
      <MediaNotes media={one.media ?? []} />
      <Group gap="xs">
        {one.cues.map((cue) => (
          <span key={cue} className={wrong.has(cue) ? 'cue wrong' : 'cue'}>
            {wrong.has(cue) ? <s>{cueName(cue)}</s> : cueName(cue)}
            {wrong.has(cue) && ` (${t('markedWrong')})`}
            {/* Only who has read the message can say that a sign is not in it. */}
            {mayMark && opened && (
              <button
                type="button"
                aria-label={`${t(wrong.has(cue) ? 'undo' : 'wrongHere')}: ${cueName(cue)}`}
                data-testid="mark"
                onClick={() => void mark(cue)}
              >
                {t(wrong.has(cue) ? 'undo' : 'wrongHere')}
              </button>
            )}
          </span>
        ))}
      </Group>
      {refused !== undefined && (
        <Alert color="red" title={t('problem')} role="alert">
          {refused}
        </Alert>
      )}
      {mayReveal && (
        <Button
          mt="xs"
          w="fit-content"
          variant="default"
          size="compact-md"
          data-testid="reveal"
          onClick={() => (opened ? setOpened(undefined) : void reveal())}
        >
          {opened ? t('hide') : t('reveal')}
        </Button>
      )}
    </Card>
  );
}

/** The text with its cues marked; overlapping cues join into one mark that names them all. */
function Highlighted({ revealed }: { revealed: Revealed }) {
  const { t } = useWords();
  const cueName = useCueName();
  const { text } = revealed;
  if (text === null) return <p>{t('noText')}</p>;
  const edges = [
    ...new Set([0, text.length, ...revealed.cues.flatMap(({ start, end }) => [start, end])]),
  ].sort((a, b) => a - b);
  return (
    <p className="revealed" data-testid="revealed">
      {edges.slice(0, -1).map((start, index) => {
        const end = edges[index + 1] ?? text.length;
        const here = revealed.cues.filter((cue) => cue.start <= start && cue.end >= end);
        const part = text.slice(start, end);
        return here.length === 0 ? (
          <span key={start}>{part}</span>
        ) : (
          <mark key={start} title={[...new Set(here.map(({ cue }) => cueName(cue)))].join(', ')}>
            {part}
          </mark>
        );
      })}
    </p>
  );
}
