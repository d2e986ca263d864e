import { Card, Loader, Stack, Title } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { Refusal } from '../refusal.tsx';
import { useMe } from '../shell.tsx';
import { AddHashes } from './add-hashes.tsx';
import { addsToBanks, managesBanks, useBanks, useBankWords } from './banks-api.ts';
import { BankFacts } from './banks-page.tsx';
import { ContentList } from './content-list.tsx';
import { RemoveBank } from './remove-bank.tsx';

/** One bank: its settings, its contents by status, and what one may do with them. */
export function BankPage() {
  const { b, t, count } = useBankWords();
  const { id } = useParams({ from: '/banks/$id' });
  const me = useMe();
  const banks = useBanks();
  const bank = banks.data?.banks.find((one) => one.id === id);
  return (
    <Stack>
      <Link to="/banks">{b('back')}</Link>
      {banks.isPending && <Loader aria-label={t('loading')} />}
      <Refusal error={banks.error} />
      {bank && me.data && (
        <>
          <Title order={1} size="h2">
            {bank.name}
          </Title>
          <Card withBorder p="md">
            <BankFacts
              bank={bank}
              more={[
                [b('threshold'), b('bits', { n: bank.threshold })],
                [b('share'), `${count(Math.round(100 * bank.enabledRatio))} %`],
                [
                  b('kept'),
                  bank.retentionDays === null ? b('always') : b('days', { n: count(bank.retentionDays) }),
                ],
                [b('reason'), bank.reason],
              ]}
            />
          </Card>
          {addsToBanks(me.data) && <AddHashes bank={bank.id} />}
          <ContentList bank={bank.id} me={me.data} />
          {managesBanks(me.data) && <RemoveBank bank={bank} />}
        </>
      )}
    </Stack>
  );
}
