import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const RemovalPlatform = z
  .strictObject({ id: z.string().regex(/^[a-z0-9-]{1,40}$/), name: z.string().min(1).max(80) })
  .meta({ id: 'RemovalPlatform' });
export type RemovalPlatform = z.infer<typeof RemovalPlatform>;

/** Public platforms that a request can name, from policy/removal-platforms.yaml. */
export function loadRemovalPlatforms(): RemovalPlatform[] {
  const text = readFileSync(
    join(import.meta.dirname, '../../../../../policy/removal-platforms.yaml'),
    'utf8',
  );
  return z.strictObject({ platforms: RemovalPlatform.array().min(1) }).parse(parse(text)).platforms;
}
