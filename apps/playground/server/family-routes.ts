import { type Keben, KebenError } from '@keben/sdk';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Stage } from './stage.ts';

interface Options {
  keben: Keben;
  kebenUrl: string;
  stageOf(id: string): Stage;
}

type OfStage = { Params: { id: string } };

/** The young phone's settings and who looks after it: what any platform would build on the SDK. */
export function addFamilyRoutes(app: FastifyInstance, { keben, kebenUrl, stageOf }: Options): void {
  /** What the sheet shows. Time is told first, so that a supervisor sees the minutes of today. */
  async function sheet(stage: Stage) {
    const { id, ageBand } = stage.young;
    const minutes = Math.min(1440, Math.ceil((Date.now() - stage.openedAt) / 60_000));
    const day = new Date(Date.now() + VIET_NAM_MS).toISOString().slice(0, 10);
    await keben.supervision.tellUsage(id, { day, kind: 'app', minutes });
    const [known, supervisors] = await Promise.all([
      keben.settings.get(id, { ageBand }),
      keben.supervision.list(id),
    ]);
    stage.state.settings = known.settings;
    // Where parents enter a code.
    const familyUrl = `${kebenUrl}${stage.state.lang === 'en' ? '/en' : ''}/family/`;
    return { settings: known.settings, supervisors, familyUrl };
  }

  /** Runs a step; what Kề Bên refuses is told with its code, so that the phone can show the reminder. */
  async function attempt(reply: FastifyReply, work: () => Promise<unknown>) {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof KebenError)) throw cause;
      return reply.status(cause.status).send({ code: cause.code, message: cause.message });
    }
  }

  app.get('/api/settings', (_request, reply) => attempt(reply, () => keben.settings.list()));

  app.get<OfStage>('/api/stages/:id/family', (request, reply) =>
    attempt(reply, () => sheet(stageOf(request.params.id))),
  );

  app.post<
    OfStage & { Body: { setting: string; value: boolean | number | string | null; reminded?: boolean } }
  >('/api/stages/:id/settings', (request, reply) =>
    attempt(reply, async () => {
      const stage = stageOf(request.params.id);
      const { setting, value, reminded = false } = request.body;
      const { outcome } = await keben.settings.choose(stage.young.id, setting, value, { reminded });
      return { outcome, ...(await sheet(stage)) };
    }),
  );

  app.post<OfStage & { Body: { label: string } }>('/api/stages/:id/family/invite', (request, reply) =>
    attempt(reply, async () => {
      const stage = stageOf(request.params.id);
      const invitation = await keben.supervision.invite(stage.young.id, {
        label: request.body.label,
        young: stage.young.name,
      });
      return { invitation, ...(await sheet(stage)) };
    }),
  );

  app.post<OfStage & { Body: { given: boolean } }>('/api/stages/:id/family/consent', (request, reply) =>
    attempt(reply, async () => {
      const stage = stageOf(request.params.id);
      await keben.supervision.consent(stage.young.id, request.body.given === true);
      return sheet(stage);
    }),
  );

  app.post<{ Params: { id: string; supervisor: string; step: string } }>(
    '/api/stages/:id/family/:supervisor/:step',
    (request, reply) =>
      attempt(reply, async () => {
        const stage = stageOf(request.params.id);
        const { supervisor, step } = request.params;
        if (step !== 'agree' && step !== 'decline' && step !== 'end')
          return reply.status(404).send({ message: 'There is no such step.' });
        await keben.supervision[step](stage.young.id, supervisor);
        return sheet(stage);
      }),
  );
}

const VIET_NAM_MS = 7 * 3_600_000;
