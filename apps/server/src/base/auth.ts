import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { twoFactor as twoFactorPlugin } from 'better-auth/plugins';
import { eq } from 'drizzle-orm';
import type { Database, Tx } from './database.ts';
import type { Keys } from './keys.ts';
import { account, membership, organisation, session, twoFactor, user, verification } from './schema.ts';
import type { OrganisationKind, Role } from './vocabulary.ts';

/** A signed-in member of staff. */
export interface Staff {
  userId: string;
  name: string;
  email: string;
  organisationId: string;
  organisationKind: OrganisationKind;
  organisationName: { vi: string; en: string };
  role: Role;
}

/** Staff sign-in (better-auth 1.7): password of at least 12 characters, TOTP as a second factor. No self sign-up. */
export function createAuth(
  database: Database,
  keys: Keys,
  publicUrl: string,
  options: { allowSignUp?: boolean } = {},
) {
  return betterAuth({
    appName: 'Kề Bên',
    baseURL: publicUrl,
    secret: keys.derive('staff sessions').toString('hex'),
    telemetry: { enabled: false },
    trustedOrigins: (request) => (request ? sameHost(request, publicUrl) : [publicUrl]),
    // The adapter wants Drizzle's handle for one driver; ours stands for either, and both answer its queries.
    database: drizzleAdapter(database.outer as never, {
      provider: 'pg',
      schema: { user, session, account, verification, twoFactor },
      transaction: false,
    }),
    emailAndPassword: { enabled: true, disableSignUp: options.allowSignUp !== true, minPasswordLength: 12 },
    session: { expiresIn: 60 * 60 * 12, cookieCache: { enabled: true, maxAge: 60 } },
    // Staff sessions need no address either: collect the least.
    advanced: { ipAddress: { disableIpTracking: true }, useSecureCookies: publicUrl.startsWith('https://') },
    plugins: [twoFactorPlugin({ issuer: 'Kề Bên' })],
  });
}

export type Auth = ReturnType<typeof createAuth>;

/** localhost and 127.0.0.1 are one machine: on a loopback PUBLIC_URL both spellings may sign in. */
function sameHost(request: Request, publicUrl: string): string[] {
  const own = new URL(publicUrl);
  const loopback = ['localhost', '127.0.0.1', '[::1]'];
  if (!loopback.includes(own.hostname)) return [own.origin];
  const port = new URL(request.url).port || own.port;
  return [own.origin, ...loopback.map((host) => `${own.protocol}//${host}${port ? `:${port}` : ''}`)];
}

/** The member of staff that the session cookie in `headers` belongs to. */
export async function staffOf(auth: Auth, database: Database, headers: Headers): Promise<Staff | undefined> {
  const found = await auth.api.getSession({ headers });
  if (!found) return undefined;
  const member = await database.transaction('system', (tx) => memberOf(tx, found.user.id));
  return member && { userId: found.user.id, name: found.user.name, email: found.user.email, ...member };
}

async function memberOf(tx: Tx, userId: string) {
  const [row] = await tx
    .select({
      organisationId: organisation.id,
      kind: organisation.kind,
      vi: organisation.nameVi,
      en: organisation.nameEn,
      role: membership.role,
    })
    .from(membership)
    .innerJoin(organisation, eq(organisation.id, membership.organisationId))
    .where(eq(membership.userId, userId));
  return (
    row && {
      organisationId: row.organisationId,
      organisationKind: row.kind as OrganisationKind,
      organisationName: { vi: row.vi, en: row.en },
      role: row.role as Role,
    }
  );
}
