import { type C2paClaims, readC2pa } from './c2pa.ts';
import { readContainer } from './container.ts';
import { madeByModel, sourceTypeOf } from './source-type.ts';
import { digitalSourceTypes } from './xmp.ts';

/** What an event's `media` may carry of a file's provenance; copy it there as it is. */
export interface MediaProvenance {
  digitalSourceType?: string;
  c2pa?: { integrity: C2paClaims['integrity']; generator?: string; actions?: string[] };
}

/**
 * What a file says of its own making. `found`: it says something. `none`: it was read whole and says nothing, which is
 * not proof of anything. `unavailable`: it could not be read, `why` tells.
 */
export interface Provenance {
  status: 'found' | 'none' | 'unavailable';
  why?: 'not-supported' | 'damaged' | 'too-large' | 'timeout' | 'failed';
  format: 'jpeg' | 'png' | 'webp' | null;
  /** True when XMP or C2PA says that a trained model made the whole or a part. */
  generativeAi: boolean;
  /** Every digital source type that was found, with where it stood. */
  sources: { from: 'xmp' | 'c2pa'; value: string; known: boolean }[];
  c2pa: C2paClaims | null;
  media: MediaProvenance;
  problems: string[];
}

export function unavailable(why: NonNullable<Provenance['why']>, problem: string): Provenance {
  return {
    status: 'unavailable',
    why,
    format: null,
    generativeAi: false,
    sources: [],
    c2pa: null,
    media: {},
    problems: [problem],
  };
}

/** Reads XMP and C2PA of a JPEG, PNG or WebP file. Never throws: a file of a stranger may hold anything. */
export async function readProvenance(file: Uint8Array): Promise<Provenance> {
  const container = readContainer(file);
  if (!container) return unavailable('not-supported', 'The file is neither JPEG, PNG nor WebP.');
  const problems = [...container.problems];
  let c2pa: C2paClaims | null = null;
  try {
    c2pa = (await readC2pa(file, container)) ?? null;
  } catch (cause) {
    problems.push(
      `the C2PA manifest cannot be read: ${String(cause instanceof Error ? cause.message : cause).slice(0, 200)}`,
    );
  }
  const sources = [
    ...(c2pa?.actions ?? []).flatMap(({ digitalSourceType }) =>
      digitalSourceType === null ? [] : [{ from: 'c2pa' as const, value: digitalSourceType }],
    ),
    ...container.xmp
      .flatMap(digitalSourceTypes)
      .map((value) => ({ from: 'xmp' as const, value: value.slice(0, 200) })),
  ].map((source) => ({ ...source, known: sourceTypeOf(source.value) !== undefined }));
  const known = sources.flatMap(({ value }) => sourceTypeOf(value) ?? []);
  const model = known.find(madeByModel);
  const says = c2pa !== null || sources.length > 0;
  const media: MediaProvenance = {
    ...(known[0] === undefined ? {} : { digitalSourceType: model ?? known[0] }),
    ...(c2pa === null ? {} : { c2pa: summaryOf(c2pa) }),
  };
  return {
    status: says ? 'found' : problems.length > 0 ? 'unavailable' : 'none',
    ...(says || problems.length === 0 ? {} : { why: 'damaged' as const }),
    format: container.format,
    generativeAi: model !== undefined,
    sources,
    c2pa,
    media,
    problems,
  };
}

function summaryOf({ integrity, generator, actions }: C2paClaims): NonNullable<MediaProvenance['c2pa']> {
  const names = [...new Set(actions.map(({ action }) => action.slice(0, 64)))].slice(0, 32);
  return {
    integrity,
    ...(generator === null ? {} : { generator: generator.slice(0, 128) }),
    ...(names.length === 0 ? {} : { actions: names }),
  };
}
