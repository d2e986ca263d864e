import { parseHash } from '@keben/pdq';
import { z } from 'zod';
import type { App } from '../../../base/http.ts';
import { type HashedFile, hashUpload, hashUrl } from './hash-file.ts';
import { HmaError } from './hma-error.ts';
import type { HmaParts } from './hma-parts.ts';
import { indexStatus } from './index-status.ts';
import { type HmaMatch, hmaMatch, hmaNames, lookUpSignals } from './look-up.ts';
import { banksOf, Flag, read } from './query.ts';
import {
  compareSignals,
  type ParsedSignal,
  parseSignal,
  type SignalTypeName,
  signalTypeOf,
} from './signal-types.ts';

const RawQuery = z.object({
  signal: z.string(),
  signal_type: z.string(),
  banks: z.string().optional(),
  include_distance: Flag.optional(),
});
const LookupQuery = z.object({
  url: z.string().optional(),
  content_type: z.string().optional(),
  types: z.string().optional(),
  signal: z.string().optional(),
  signal_type: z.string().optional(),
  banks: z.string().optional(),
  seed: z.string().max(500).optional(),
  bypass_coinflip: Flag.optional(),
  dihedral: Flag.optional(),
});
const Match = z.object({ content_id: z.int(), bank_content_id: z.int(), distance: z.string() });
const ByBank = z.record(z.string(), z.array(Match));

/** `/m`: look-ups, comparison, state of the indexes. */
export function addMatchingRoutes(app: App, parts: HmaParts): void {
  const { who, database, media, nearPicture } = parts;
  const schema = parts.describe('matching');

  async function rawMatches(organisationId: string, query: z.infer<typeof RawQuery>): Promise<HmaMatch[]> {
    const type = signalTypeOf(query.signal_type);
    const banks = banksOf(query.banks);
    if (type === 'pdq') {
      const hash = parseHash(query.signal.trim());
      if (!hash) throw new HmaError(400, 'invalid signal: a pdq hash has 64 hexadecimal digits');
      const found = await nearPicture.raw(organisationId, hash);
      const names = banks && found.length > 0 ? await hmaNames(database, organisationId) : undefined;
      return found
        .filter(({ bank: { name } }) => !banks || banks.has(names?.get(name) ?? name) || banks.has(name))
        .map(({ content, distance }) => hmaMatch(content, String(distance)));
    }
    const signal = parsed(type, query.signal);
    const [by = {}] = await lookUpSignals(parts, organisationId, [signal], { banks, everyBank: true });
    return Object.values(by).flat();
  }

  app.get(
    '/raw_lookup',
    {
      // Thousands a second: what is wrong is told by hand, in HMA's shape.
      validatorCompiler: () => (value) => ({ value }),
      schema: {
        ...schema,
        summary: 'Contents near a signal, whatever their state',
        querystring: RawQuery,
      },
    },
    async (request, reply) => {
      const organisationId = await who(request);
      const query = read(RawQuery, request.query);
      const matches = await rawMatches(organisationId, query);
      const shown = query.include_distance ? matches : matches.map(({ bank_content_id: id }) => id);
      return reply.type('application/json').send(JSON.stringify({ matches: shown }));
    },
  );

  const optionsOf = ({ seed, bypass_coinflip: everyBank, banks }: z.infer<typeof LookupQuery>) => ({
    seed,
    everyBank,
    banks: banksOf(banks),
  });

  async function lookUpFile(
    organisationId: string,
    { hashes, dihedral, complete }: HashedFile,
    query: z.infer<typeof LookupQuery>,
  ): Promise<Record<string, z.infer<typeof ByBank>>> {
    const types = [...hashes.keys()];
    const signals = types.map((type) => {
      const signal = parseSignal(type, hashes.get(type) ?? '');
      if ('problem' in signal) {
        throw new HmaError(400, `invalid signal: the file has too little shape for ${type}`, signal.problem);
      }
      const isTurned = type === 'pdq' && query.dihedral !== false;
      return isTurned ? { ...signal, lookedUp: { ...signal.lookedUp, dihedral } } : signal;
    });
    const found = await lookUpSignals(parts, organisationId, signals, optionsOf(query));
    if (!complete && types.includes('vpdq') && found.every((by) => Object.keys(by).length === 0)) {
      throw new HmaError(
        413,
        'Content too large',
        'the film goes on after the last frame that was read, and what was read matches nothing',
      );
    }
    return Object.fromEntries(types.map((type, at) => [type, found[at] ?? {}]));
  }

  app.get(
    '/lookup',
    {
      schema: {
        ...schema,
        summary: 'Banks and contents that a signal, or the file at an address, matches',
        querystring: LookupQuery,
        response: { 200: z.union([ByBank, z.record(z.string(), ByBank)]) },
      },
      validatorCompiler: () => (value) => ({ value }),
      serializerCompiler: () => JSON.stringify,
    },
    async (request) => {
      const organisationId = await who(request);
      const query = read(LookupQuery, request.query);
      const { url, signal, signal_type: type } = query;
      if (url !== undefined && url !== '') {
        const found = await lookUpFile(organisationId, await hashUrl(media, request, url), query);
        return type === undefined ? found : (found[type] ?? {});
      }
      if (!signal || !type) {
        throw new HmaError(400, 'Either url or both signal and signal_type are required');
      }
      const signals = [parsed(signalTypeOf(type), signal)];
      const [by = {}] = await lookUpSignals(parts, organisationId, signals, optionsOf(query));
      return by;
    },
  );

  app.post(
    '/lookup',
    {
      schema: {
        ...schema,
        summary: 'Banks and contents that an uploaded file matches',
        description: 'multipart/form-data with one file in a field called photo or video.',
        consumes: ['multipart/form-data'],
        querystring: LookupQuery,
        response: { 200: z.record(z.string(), ByBank) },
      },
      validatorCompiler: () => (value) => ({ value }),
      serializerCompiler: () => JSON.stringify,
    },
    async (request) => {
      const organisationId = await who(request);
      const query = read(LookupQuery, request.query);
      return lookUpFile(organisationId, await hashUpload(media, request), query);
    },
  );

  app.post(
    '/compare',
    {
      schema: {
        ...schema,
        summary: 'How near pairs of signals are',
        response: { 200: z.record(z.string(), z.array(z.unknown())) },
      },
      serializerCompiler: () => JSON.stringify,
    },
    async (request) => {
      await who(request);
      const { body } = request;
      if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        throw new HmaError(400, 'Request input was not a dict');
      }
      return Object.fromEntries(Object.entries(body).map(([name, pair]) => [name, compared(name, pair)]));
    },
  );

  app.get(
    '/index/status',
    {
      schema: {
        ...schema,
        summary: 'State of the indexes',
        querystring: z.object({ signal_type: z.string().optional() }),
        response: {
          200: z.record(z.string(), z.object({ present: z.boolean(), built_to: z.int(), size: z.int() })),
        },
      },
    },
    async (request) => {
      const organisationId = await who(request);
      return indexStatus(parts, organisationId, request.query.signal_type);
    },
  );
}

function parsed(type: SignalTypeName, given: string): ParsedSignal {
  const signal = parseSignal(type, given);
  if ('problem' in signal) throw new HmaError(400, `invalid signal: ${signal.problem}`);
  return signal;
}

function compared(name: string, pair: unknown) {
  if (!Array.isArray(pair)) throw new HmaError(400, `Comparison hashes for ${name} was not a list`);
  if (pair.length !== 2) throw new HmaError(400, 'Comparison hash list length must be exactly 2');
  const type = signalTypeOf(name);
  const [left, right] = pair.map((given: unknown) => {
    const signal = typeof given === 'string' ? parseSignal(type, given) : { problem: 'it is not a text' };
    if ('problem' in signal) throw new HmaError(400, `Invalid ${name} hash: ${signal.problem}`);
    return signal;
  });
  if (!left || !right) throw new Error('a pair that was read is none');
  return compareSignals(type, left, right);
}
