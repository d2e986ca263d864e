import { randomBytes, randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiKey, organisationOfKey } from './base/api-keys.ts';
import { createAuth } from './base/auth.ts';
import type { Tx } from './base/database.ts';
import {
  insertMember,
  insertOrganisation,
  organisationNamed,
  updateOrganisation,
  updatePasswordHash,
  userIdOf,
} from './base/organisation-store.ts';
import type { Services } from './base/services.ts';
import type { OrganisationKind, Role } from './base/vocabulary.ts';
import { makeOrganisationKey } from './respond/index.ts';

/** What `DATA_DIR/demo.json` holds (mode 0600): random secrets of the demonstration set, made on this machine. */
export interface Demo {
  platform: { organisation: string; apiKey: string; webhookSecret: string };
  helpline: { organisation: string; passphrase: string };
  signIns: { organisation: string; role: Role; name: string; email: string; password: string }[];
}

interface DemoOrganisation {
  kind: OrganisationKind;
  vi: string;
  en: string;
  people: { role: Role; name: string; email: string }[];
}

const organisations: DemoOrganisation[] = [
  {
    kind: 'platform',
    vi: 'Sân Chơi',
    en: 'Sân Chơi (demo platform)',
    people: [
      { role: 'moderator', name: 'Lê Minh An', email: 'moderator@san-choi.example' },
      { role: 'lead', name: 'Phạm Thu Hà', email: 'lead@san-choi.example' },
      { role: 'analyst', name: 'Đỗ Quang Huy', email: 'analyst@san-choi.example' },
      // Policies take a second person.
      { role: 'admin', name: 'Bùi Khánh Vy', email: 'admin@san-choi.example' },
    ],
  },
  {
    kind: 'hotline',
    vi: 'Đường dây trợ giúp (mẫu)',
    en: 'Helpline (demo)',
    people: [{ role: 'counsellor', name: 'Trần Ngọc Mai', email: 'counsellor@helpline.example' }],
  },
  {
    kind: 'police',
    vi: 'Đơn vị công an tiếp nhận (mẫu)',
    en: 'Police liaison unit (demo)',
    people: [{ role: 'police-liaison', name: 'Nguyễn Văn Bình', email: 'liaison@police.example' }],
  },
  {
    kind: 'school',
    vi: 'Trường THCS Hoa Sen (mẫu)',
    en: 'Hoa Sen lower secondary school (demo)',
    people: [{ role: 'teacher', name: 'Vũ Thị Lan', email: 'teacher@school.example' }],
  },
];

/** Makes the demonstration organisations and sign-ins, once; later starts read them from demo.json. */
export async function seedDemo(services: Services): Promise<Demo> {
  const { config, database } = services;
  const path = join(config.dataDir, 'demo.json');
  const known = await readDemo(path);
  if (known && (await database.transaction('system', (tx) => organisationOfKey(tx, known.platform.apiKey)))) {
    return known;
  }
  const demo = await database.transaction('system', (tx) => seedOrganisations(tx, services));
  for (const wanted of organisations) {
    for (const person of wanted.people) {
      const password = newPassword();
      await seedPerson(services, wanted.vi, person, password);
      demo.signIns.push({ organisation: wanted.vi, ...person, password });
    }
  }
  await writeFile(`${path}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return demo;
}

/** Points the demonstration platform's webhooks at where Sân Chơi listens now. */
export async function setDemoWebhook(services: Services, demo: Demo, url: string): Promise<void> {
  await services.database.transaction('system', (tx) =>
    updateOrganisation(tx, demo.platform.organisation, { webhookUrl: url }),
  );
}

async function readDemo(path: string): Promise<Demo | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Demo;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

async function seedOrganisations(tx: Tx, { keys, now }: Services): Promise<Demo> {
  const at = now();
  const ids = new Map<string, string>();
  for (const { kind, vi, en } of organisations) {
    const there = await organisationNamed(tx, vi);
    const id = there?.id ?? crypto.randomUUID();
    if (!there) await insertOrganisation(tx, { id, kind, nameVi: vi, nameEn: en, createdAt: at });
    ids.set(kind, id);
  }
  const platform = ids.get('platform') ?? '';
  const helpline = ids.get('hotline') ?? '';
  const webhookSecret = `whsec_${randomBytes(24).toString('base64')}`;
  const sealer = await keys.sealerOf(tx, platform, at);
  await updateOrganisation(tx, platform, { webhookSecretSealed: sealer.seal(webhookSecret) });
  const passphrase = newPassword();
  const key = await makeOrganisationKey(passphrase);
  await updateOrganisation(tx, helpline, { publicKey: key.publicKey, wrappedSecretKey: key.wrapped });
  return {
    platform: { organisation: platform, apiKey: await createApiKey(tx, platform, 'demo', at), webhookSecret },
    helpline: { organisation: helpline, passphrase },
    signIns: [],
  };
}

async function seedPerson(
  { database, keys, config }: Services,
  organisationName: string,
  { role, name, email }: DemoOrganisation['people'][number],
  password: string,
): Promise<void> {
  const auth = createAuth(database, keys, config.publicUrl, { allowSignUp: true });
  const there = await database.transaction('system', (tx) => userIdOf(tx, email));
  if (there !== undefined) {
    // The file with the passwords is gone: the old ones cannot be known again, so there are new ones.
    const hash = await (await auth.$context).password.hash(password);
    await database.transaction('system', (tx) => updatePasswordHash(tx, there, hash));
    return;
  }
  const made = await auth.api.signUpEmail({ body: { name, email, password } });
  await database.transaction('system', async (tx) => {
    const owner = await organisationNamed(tx, organisationName);
    if (!owner) throw new Error(`the demo organisation ${organisationName} is missing`);
    await insertMember(tx, made.user.id, owner.id, role);
  });
}

const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of four letters and digits that are not mistaken for one another (79 bits). */
function newPassword(): string {
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
