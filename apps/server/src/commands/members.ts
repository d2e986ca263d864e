import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createApiKey } from '../base/api-keys.ts';
import { createAuth } from '../base/auth.ts';
import { readConfig } from '../base/config.ts';
import type { Tx } from '../base/database.ts';
import { insertMember, insertOrganisation, organisationNamed, userIdOf } from '../base/organisation-store.ts';
import { OrganisationKind, Role } from '../base/vocabulary.ts';
import { makeOrganisationKey } from '../respond/index.ts';
import { open } from '../start.ts';
import { UsageError } from './usage-error.ts';

/** `keben organisation add`: a platform, hotline, police unit or school; a hotline gets its key for anonymous reports. */
export async function addOrganisation(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      kind: { type: 'string' },
      vi: { type: 'string' },
      en: { type: 'string' },
      webhook: { type: 'string' },
    },
  });
  const kind = OrganisationKind.safeParse(values.kind);
  if (!kind.success || !values.vi || !values.en) {
    throw new UsageError(
      `organisation add needs --kind ${OrganisationKind.options.join('|')} --vi NAME --en NAME [--webhook URL]`,
    );
  }
  if (values.webhook !== undefined && !URL.canParse(values.webhook)) {
    throw new UsageError(`--webhook must be a full address, not "${values.webhook}".`);
  }
  const { vi, en, webhook } = values;
  const passphrase = randomBytes(12).toString('base64url');
  const key = kind.data === 'hotline' ? await makeOrganisationKey(passphrase) : undefined;
  const { database, keys, close } = await open(readConfig(process.env));
  try {
    await database.transaction('system', async (tx) => {
      if (await organisationNamed(tx, vi))
        throw new UsageError(`There is an organisation called "${vi}" already.`);
      const id = crypto.randomUUID();
      const now = new Date();
      const secret = `whsec_${randomBytes(24).toString('base64')}`;
      const sealer = await keys.sealerOf(tx, id, now);
      await insertOrganisation(tx, {
        id,
        kind: kind.data,
        nameVi: vi,
        nameEn: en,
        createdAt: now,
        ...(webhook === undefined ? {} : { webhookUrl: webhook, webhookSecretSealed: sealer.seal(secret) }),
        ...(key === undefined ? {} : { publicKey: key.publicKey, wrappedSecretKey: key.wrapped }),
      });
      console.log(`organisation  ${id}  ${vi}`);
      if (webhook !== undefined) console.log(`webhook secret (shown once)  ${secret}`);
      if (key !== undefined)
        console.log(`key passphrase (shown once; without it reports cannot be read)  ${passphrase}`);
    });
  } finally {
    await close();
  }
}

/** `keben key add`: an API key of a platform, shown once. */
export async function addKey(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: { organisation: { type: 'string' }, label: { type: 'string', default: 'default' } },
  });
  if (!values.organisation) throw new UsageError('key add needs --organisation NAME [--label TEXT]');
  const name = values.organisation;
  const { database, close } = await open(readConfig(process.env));
  try {
    await database.transaction('system', async (tx) => {
      const owner = await knownOrganisation(tx, name);
      if (owner.kind !== 'platform')
        throw new UsageError(`${name} is not a platform: only platforms use API keys.`);
      console.log(`API key (shown once)  ${await createApiKey(tx, owner.id, values.label, new Date())}`);
    });
  } finally {
    await close();
  }
}

/** `keben staff add`: a person who may sign in to the console, with a first password that is shown once. */
export async function addStaff(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      organisation: { type: 'string' },
      email: { type: 'string' },
      name: { type: 'string' },
      role: { type: 'string' },
    },
  });
  const role = Role.safeParse(values.role);
  const { organisation: organisationName, email, name } = values;
  if (!role.success || !organisationName || !email || !name) {
    throw new UsageError(
      `staff add needs --organisation NAME --email ADDRESS --name NAME --role ${Role.options.join('|')}`,
    );
  }
  const config = readConfig(process.env);
  const { database, keys, close } = await open(config);
  try {
    const owner = await database.transaction('system', (tx) => knownOrganisation(tx, organisationName));
    if (await database.transaction('system', (tx) => userIdOf(tx, email)))
      throw new UsageError(`There is somebody with the address ${email} already.`);
    const password = randomBytes(15).toString('base64url');
    const auth = createAuth(database, keys, config.publicUrl, { allowSignUp: true });
    const made = await auth.api.signUpEmail({ body: { name, email, password } });
    await database.transaction('system', (tx) => insertMember(tx, made.user.id, owner.id, role.data));
    console.log(`${email}  ${role.data}, ${owner.nameVi}\nfirst password (shown once)  ${password}`);
  } finally {
    await close();
  }
}

async function knownOrganisation(tx: Tx, name: string) {
  const found = await organisationNamed(tx, name);
  if (!found) throw new UsageError(`There is no organisation called "${name}".`);
  return found;
}
