/**
 * Versions of the event schema. A platform names the one it follows in CloudEvents `dataschema`; without it the newest
 * counts. What is stored keeps its version and is brought to the newest when it is read, so that a change of the schema
 * never rewrites the log.
 */
export const NEWEST_SCHEMA = 1;

/** The address of a version, as platforms write it in `dataschema`. */
export const schemaUri = (version: number): string => `urn:keben:events:${version}`;

/** Brings the data of one event from a version to the one after it. */
export type Upcast = (type: string, data: unknown) => unknown;

/** By version that it starts from; there is one version so far, so there is none. */
export const upcasts: Readonly<Record<number, Upcast>> = {};

/** The version that a `dataschema` names, or undefined for one that is not known. */
export function schemaVersion(dataschema: string | undefined): number | undefined {
  if (dataschema === undefined) return NEWEST_SCHEMA;
  for (let version = 1; version <= NEWEST_SCHEMA; version++) {
    if (dataschema === schemaUri(version)) return version;
  }
  return undefined;
}

/** Data of `version` as the newest version would have written them. @throws Error when a step is missing. */
export function upcastData(
  version: number,
  type: string,
  data: unknown,
  steps: Readonly<Record<number, Upcast>> = upcasts,
  newest: number = NEWEST_SCHEMA,
): unknown {
  if (version > newest)
    throw new Error(`schema ${version} is newer than ${newest}, the newest that this program knows`);
  let current = data;
  for (let from = version; from < newest; from++) {
    const step = steps[from];
    if (!step) throw new Error(`there is no step from schema ${from} to ${from + 1}`);
    current = step(type, current);
  }
  return current;
}
