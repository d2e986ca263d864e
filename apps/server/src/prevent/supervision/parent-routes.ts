import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, errorCodes } from '../../base/errors.ts';
import { refuseOtherSite } from '../../base/http.ts';
import { organisationById } from '../../base/organisation-store.ts';
import { newDigits } from '../../base/secret-digits.ts';
import type { Services } from '../../base/services.ts';
import { catalogue } from '../catalogue.ts';
import { acceptInvitation, openInvitation } from './accept-invitation.ts';
import { answerWish, decidePublishing, decideSetting } from './decide-as-parent.ts';
import { type Connection, pageOfHome } from './home-page.ts';
import { pageTexts } from './page-texts.ts';
import { familyStyle, type Lang, pageOfKey, pageOfOffer, pageOfProblem } from './pages.ts';
import { type Hashes, hashOfToken, newToken, readFamilyKey } from './secrets.ts';
import { dropSession, familyOfSession, insertSession, SESSION_MINUTES } from './session-store.ts';
import { type Supervision, supervisionsOfFamily } from './store.ts';
import { parentActor, takeStep } from './take-step.ts';
import { readValue } from './value-words.ts';
import { describeSupervision, isTold, namesOf } from './view.ts';

const COOKIE = 'keben_family';
const PATH = '/v1/family';
const ReadLang = z.enum(['vi', 'en']).default('vi').catch('vi');
const hidden = { schema: { hide: true } };
// Counted after the body was read: the answer knows its language.
const limited = (max: number) => ({
  ...hidden,
  config: { rateLimit: { max, timeWindow: '10 minutes', hook: 'preHandler' as const } },
});
const Fields = z.record(z.string(), z.string().max(200)).catch({});

/** The parents' pages: forms and links alone, so they work without JavaScript. No name, no address, no-store. */
export function addParentRoutes(app: FastifyInstance, services: Services, hashes: Hashes): void {
  const { database, keys, now, config } = services;
  const secure = config.publicUrl.startsWith('https://') ? '; Secure' : '';

  const html = (reply: FastifyReply, page: string, status = 200) =>
    reply.status(status).type('text/html').send(page);

  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.setErrorHandler((error, request, reply) => {
    if (!(error instanceof AppError)) throw error;
    const lang = ReadLang.parse((request.body as { lang?: unknown } | undefined)?.lang);
    const { status } = errorCodes[error.code];
    const problem = error.code === 'too-many-requests' ? 'tooMany' : 'changed';
    return html(reply, pageOfProblem(lang, problem, pageTexts[lang].portal), status);
  });

  const setCookie = (reply: FastifyReply, token: string, seconds: number) =>
    reply.header(
      'set-cookie',
      `${COOKIE}=${token}; Path=${PATH}/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`,
    );
  const tokenOf = (request: FastifyRequest) =>
    /(?:^|;\s*)keben_family=([\w-]{43})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];

  /** The family whose session the request carries; the session and its cookie run on. */
  async function familyOf(request: FastifyRequest, reply: FastifyReply): Promise<Uint8Array | undefined> {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    const family = await database.transaction('system', (tx) =>
      familyOfSession(tx, hashOfToken(token), now()),
    );
    if (family) setCookie(reply, token, SESSION_MINUTES * 60);
    return family;
  }

  async function begin(reply: FastifyReply, family: Uint8Array): Promise<void> {
    const token = newToken();
    await database.transaction('system', (tx) => insertSession(tx, hashOfToken(token), family, now()));
    setCookie(reply, token, SESSION_MINUTES * 60);
  }

  const fieldsOf = (request: FastifyRequest) => {
    refuseOtherSite(request);
    const fields = Fields.parse(request.body);
    return { fields, lang: ReadLang.parse(fields.lang) };
  };
  const home = (lang: Lang) => `${PATH}/?lang=${lang}`;

  /** What is told of a family's supervisions, oldest first. */
  async function toldOf(family: Uint8Array): Promise<Supervision[]> {
    const all = await database.transaction('system', (tx) => supervisionsOfFamily(tx, family));
    return all.filter((row) => isTold(row, now()));
  }

  app.get(`${PATH}/style.css`, hidden, (_request, reply) => reply.type('text/css').send(familyStyle));

  app.post(`${PATH}/code`, limited(10), async (request, reply) => {
    const { fields, lang } = fieldsOf(request);
    const family = await familyOf(request, reply);
    const code = fields.code ?? '';
    const offer = await database.transaction('system', async (tx) => {
      const found = await openInvitation(tx, code, hashes, now());
      if (!found) return undefined;
      const organisation = await organisationById(tx, found.organisationId);
      const sealer = await keys.sealerOf(tx, found.organisationId, now());
      return {
        platform: (lang === 'en' ? organisation?.nameEn : organisation?.nameVi) ?? '',
        parent: namesOf(found, sealer).parent,
      };
    });
    if (!offer) return html(reply, pageOfProblem(lang, 'wrongCode', pageTexts[lang].portal), 404);
    return html(reply, pageOfOffer(lang, { ...offer, code, signedIn: family !== undefined }));
  });

  app.post(`${PATH}/accept`, limited(10), async (request, reply) => {
    const { fields, lang } = fieldsOf(request);
    const portal = pageTexts[lang].portal;
    let family = await familyOf(request, reply);
    const signedIn = family !== undefined;
    let shown: string | undefined;
    if (!family && (fields.key ?? '').trim() !== '') {
      const digits = readFamilyKey(fields.key ?? '');
      family = digits === undefined ? undefined : await hashes.ofFamilyKey(digits);
      if (!family || (await toldOf(family)).length === 0)
        return html(reply, pageOfProblem(lang, 'wrongKey', portal), 404);
    }
    if (!family) {
      shown = await newDigits();
      family = await hashes.ofFamilyKey(shown);
    }
    const as = family;
    const accepted = await database.transaction('system', (tx) =>
      acceptInvitation(tx, fields.code ?? '', as, hashes, now()),
    );
    if (!accepted) return html(reply, pageOfProblem(lang, 'wrongCode', portal), 404);
    // A cookie whose session ran out is no session.
    if (!signedIn) await begin(reply, family);
    if (shown !== undefined) return html(reply, pageOfKey(lang, shown), 201);
    return reply.redirect(home(lang), 303);
  });

  app.post(`${PATH}/sign-in`, limited(10), async (request, reply) => {
    const { fields, lang } = fieldsOf(request);
    const digits = readFamilyKey(fields.key ?? '');
    const family = digits === undefined ? undefined : await hashes.ofFamilyKey(digits);
    if (!family || (await toldOf(family)).length === 0)
      return html(reply, pageOfProblem(lang, 'wrongKey', pageTexts[lang].portal), 404);
    await begin(reply, family);
    return reply.redirect(home(lang), 303);
  });

  app.post(`${PATH}/sign-out`, hidden, async (request, reply) => {
    const { lang } = fieldsOf(request);
    const token = tokenOf(request);
    if (token !== undefined)
      await database.transaction('system', (tx) => dropSession(tx, hashOfToken(token)));
    setCookie(reply, '', 0);
    return reply.redirect(pageTexts[lang].portal, 303);
  });

  app.get(`${PATH}/`, limited(300), async (request, reply) => {
    const lang = ReadLang.parse((request.query as { lang?: unknown }).lang);
    const family = await familyOf(request, reply);
    if (!family) return reply.redirect(pageTexts[lang].portal, 303);
    const connections: Connection[] = [];
    for (const row of await toldOf(family)) {
      const { organisationId } = row;
      const organisation = await database.transaction('system', (tx) => organisationById(tx, organisationId));
      const supervisor = await database.transaction({ organisation: organisationId }, async (tx) =>
        describeSupervision(tx, row, await keys.sealerOf(tx, organisationId, now()), now()),
      );
      const platform = (lang === 'en' ? organisation?.nameEn : organisation?.nameVi) ?? '';
      connections.push({ supervisor, platform });
    }
    return html(reply, pageOfHome(lang, connections));
  });

  type Work = (
    tx: Parameters<typeof takeStep>[0],
    of: { organisationId: string; id: string },
    fields: Record<string, string>,
  ) => Promise<unknown>;

  /** A step of a parent on one of their own supervisions; back to the page, or why not. */
  function step(path: string, work: Work): void {
    app.post(`${PATH}/:id/${path}`, limited(120), async (request, reply) => {
      const { fields, lang } = fieldsOf(request);
      const family = await familyOf(request, reply);
      if (!family) return reply.redirect(pageTexts[lang].portal, 303);
      const { id } = request.params as { id: string };
      const row = (await toldOf(family)).find((one) => one.id === id);
      try {
        if (!row) throw new AppError('not-found', 'Not one of theirs.');
        const of = { organisationId: row.organisationId, id };
        await database.transaction({ organisation: row.organisationId }, (tx) => work(tx, of, fields));
      } catch (cause) {
        if (!(cause instanceof AppError)) throw cause;
        const locked = cause.code === 'setting-locked' || cause.code === 'invalid-request';
        return html(reply, pageOfProblem(lang, locked ? 'locked' : 'changed', home(lang)), 409);
      }
      return reply.redirect(home(lang), 303);
    });
  }

  step('decide', (tx, of, { setting = '', value = '' }) => {
    const definition = catalogue.get(setting);
    const chosen = value === '' || !definition ? null : (readValue(definition, value) ?? value);
    return decideSetting(tx, of, { setting, value: chosen }, now());
  });
  step('wish', (tx, of, { setting = '', value = '', answer = '' }) =>
    answerWish(tx, of, { setting, value, approve: answer === 'approve' }, now()),
  );
  step('publishing', (tx, of, { given }) => decidePublishing(tx, of, given === 'yes', now()));
  step('end', (tx, of) =>
    takeStep(
      tx,
      { ...of, happening: { step: 'ended' }, by: { actor: 'parent', id: parentActor(of.id) } },
      now(),
    ),
  );
}
