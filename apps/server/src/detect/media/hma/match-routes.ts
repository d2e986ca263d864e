import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PDQ_RADIUS } from '../banks/index.ts';
import type { HashMatch } from '../hash-match.ts';
import { type FileHashes, hashUpload, hashUrl, refuseFlat } from './hash-file.ts';
import { HmaError } from './hma-error.ts';
import { type HmaParts, isTrue, parameter } from './parts.ts';
import { schemaOf } from './route-schema.ts';
import { pdqDistance, type SignalType, signalTypeNamed, signalTypes } from './signal-types.ts';

/** `/m/…`: what a signal or a file matches. */
export function addMatchRoutes(
  scope: FastifyInstance,
  { live, media, signals, organisationOf }: HmaParts,
): void {
  scope.get('/m/raw_lookup', schemaOf('Contents near a signal'), async (request) => {
    const organisationId = await organisationOf(request);
    const { type, signal } = askedSignal(request);
    const matches = await signals(organisationId, type, signal, parameter(request, 'seed'));
    if (!isTrue(parameter(request, 'include_distance')))
      return { matches: matches.map(({ content }) => content) };
    // Versions of HMA name the content differently.
    return {
      matches: matches.map((match) => ({
        content_id: match.content,
        bank_content_id: match.content,
        distance: distanceOf(match),
      })),
    };
  });

  scope.get('/m/lookup', schemaOf('Banks that know a signal, or the file at an address'), async (request) => {
    const organisationId = await organisationOf(request);
    const url = parameter(request, 'url');
    if (url !== undefined) {
      const file = await hashUrl(media, request, url);
      refuseFlat(file);
      return lookUpAll(organisationId, request, file.hashes);
    }
    const { type, signal } = askedSignal(request);
    return byBank(await signals(organisationId, type, signal, parameter(request, 'seed')));
  });

  scope.post(
    '/m/lookup',
    schemaOf('Banks that know a file (multipart field photo or video)'),
    async (request) => {
      const organisationId = await organisationOf(request);
      const file = await hashUpload(media, request);
      refuseFlat(file);
      return lookUpAll(organisationId, request, file.hashes);
    },
  );

  async function lookUpAll(organisationId: string, request: FastifyRequest, hashes: FileHashes) {
    const found: Record<string, unknown> = {};
    for (const [type, signal] of Object.entries(hashes)) {
      const matches = await signals(
        organisationId,
        signalTypeNamed(type),
        signal,
        parameter(request, 'seed'),
      );
      found[type] = byBank(matches);
    }
    return found;
  }

  scope.post('/m/compare', schemaOf('Compare two signals of a type'), async (request) => {
    await organisationOf(request);
    const { body } = request;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new HmaError(400, 'this endpoint expects a json object: { signal_type: [signal, signal] }');
    }
    return Object.fromEntries(
      Object.entries(body).map(([name, pair]) => [name, compared(signalTypeNamed(name), pair)]),
    );
  });

  scope.get('/m/index/status', schemaOf('Where the indexes stand'), async (request) => {
    const organisationId = await organisationOf(request);
    const limit = parameter(request, 'signal_type');
    if (limit !== undefined) signalTypeNamed(limit);
    const states = live.state(organisationId);
    const told = Object.entries(signalTypes)
      .filter(([name]) => limit === undefined || name === limit)
      .map(([name, kind]) => {
        const state = states.find((one) => one.kind === kind);
        // Hashes that are compared to the bit are asked of the database: always there, never built.
        if (!state) return [name, { present: true, built_to: Math.floor(Date.now() / 1000), size: -1 }];
        return [
          name,
          {
            present: state.asOf !== undefined,
            built_to: state.asOf ? Math.floor(state.asOf.getTime() / 1000) : -1,
            size: state.size,
          },
        ];
      });
    return Object.fromEntries(told);
  });
}

function askedSignal(request: FastifyRequest): { type: SignalType; signal: string } {
  const signal = parameter(request, 'signal');
  if (signal === undefined) throw new HmaError(400, 'signal is required');
  const name = parameter(request, 'signal_type');
  if (name === undefined) throw new HmaError(400, 'signal_type is required');
  return { type: signalTypeNamed(name), signal };
}

/** `{ BANK: [{ bank_content_id, distance }] }`; the distance is text, as in HMA. */
function byBank(matches: HashMatch[]) {
  const by: Record<string, { bank_content_id: number | null; distance: string }[]> = {};
  for (const match of matches) {
    by[match.bank] ??= [];
    by[match.bank]?.push({ bank_content_id: match.content, distance: distanceOf(match) });
  }
  return by;
}

function distanceOf({ distance, film }: HashMatch): string {
  return film ? `${film.queryPercent}% ${film.contentPercent}%` : String(distance);
}

function compared(type: SignalType, pair: unknown): [boolean, { distance: number }] {
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((one) => typeof one === 'string')) {
    throw new HmaError(400, `${type} needs a list of two signals`);
  }
  const [left, right] = pair as [string, string];
  if (type === 'vpdq') throw new HmaError(400, 'vpdq signals cannot be compared here: look one up instead');
  if (type === 'pdq') {
    const distance = pdqDistance(left, right);
    return [distance <= PDQ_RADIUS, { distance }];
  }
  const same = left.trim().toLowerCase() === right.trim().toLowerCase();
  return [same, { distance: same ? 0 : 1 }];
}
