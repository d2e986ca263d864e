import { accepted, type Send } from './http.ts';
import type { Answer } from './shapes.ts';

type Listed = Answer<'/v1/settings', 'get', 200>;
/** One setting: its values from the strictest to the loosest, defaults by age, who may loosen it and why. */
export type SettingDefinition = Listed['settings'][number];

/** All settings of the catalogue. Throws a KebenError. */
export async function listSettings(send: Send): Promise<SettingDefinition[]> {
  return (accepted(await send('GET', '/v1/settings')) as Listed).settings;
}
