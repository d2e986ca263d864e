import { describe, expect, it } from 'vitest';
import { CloudEvent } from './event.ts';
import { NEWEST_SCHEMA, schemaUri, schemaVersion, upcastData, upcasts } from './schema-versions.ts';

describe('versions of the event schema', () => {
  const event = (dataschema?: string) => ({
    specversion: '1.0',
    id: 'e-1',
    source: '/test',
    type: 'account.deleted',
    time: '2026-11-24T08:00:00Z',
    data: { account: { id: 'u-1' } },
    ...(dataschema === undefined ? {} : { dataschema }),
  });

  it('takes the newest when none is named, and every known one by its address', () => {
    expect(schemaVersion(undefined)).toBe(NEWEST_SCHEMA);
    for (let version = 1; version <= NEWEST_SCHEMA; version++) {
      expect(schemaVersion(schemaUri(version))).toBe(version);
      expect(CloudEvent.safeParse(event(schemaUri(version))).success).toBe(true);
    }
    expect(CloudEvent.safeParse(event()).success).toBe(true);
  });

  it('refuses a version that is not known, naming field and mend', () => {
    const parsed = CloudEvent.safeParse(event(schemaUri(NEWEST_SCHEMA + 1)));
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['dataschema'] });
    expect(parsed.error?.issues[0]?.message).toContain(schemaUri(NEWEST_SCHEMA));
  });

  it('has a step from every older version, and brings data through all of them in order', () => {
    for (let version = 1; version < NEWEST_SCHEMA; version++) expect(upcasts[version]).toBeDefined();
    const steps = {
      1: (_: string, data: unknown) => ({ ...(data as object), second: true }),
      2: (type: string, data: unknown) => ({
        ...(data as object),
        third: type,
        order: Object.keys(data as object),
      }),
    };
    expect(upcastData(1, 'message.sent', { first: true }, steps, 3)).toEqual({
      first: true,
      second: true,
      third: 'message.sent',
      order: ['first', 'second'],
    });
    expect(upcastData(3, 'message.sent', { first: true }, steps, 3)).toEqual({ first: true });
  });

  it('says so when a step is missing or the version is newer than the program', () => {
    expect(() => upcastData(1, 'message.sent', {}, {}, 2)).toThrow('no step from schema 1 to 2');
    expect(() => upcastData(9, 'message.sent', {})).toThrow('newer than');
  });
});
