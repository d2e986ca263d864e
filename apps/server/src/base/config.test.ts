import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { envExample, readConfig } from './config.ts';

describe('configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      dataDir: './data',
      publicUrl: 'http://localhost:3000',
    });
  });

  it('reports every problem together, each with the variable and the mend', () => {
    expect(() => readConfig({ PORT: 'abc', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud' })).toThrow(
      /3 problem\(s\)[\s\S]*PORT: [\s\S]*0 to 65535[\s\S]*DATABASE_URL: must start with postgres:\/\/[\s\S]*LOG_LEVEL/,
    );
  });

  it('opens hash banks without keys on loopback alone', () => {
    expect(readConfig({ HMA_OPEN_TO: 'Sân Chơi' }).hmaOpenTo).toBe('Sân Chơi');
    expect(() => readConfig({ HMA_OPEN_TO: 'Sân Chơi', HOST: '0.0.0.0' })).toThrow(/HMA_OPEN_TO: anybody/);
    expect(() => readConfig({ HMA_OPEN_TO: 'Sân Chơi', TRUST_PROXY: 'true' })).toThrow(
      /HMA_OPEN_TO: anybody/,
    );
  });

  it('never prints a secret', () => {
    const config = readConfig({
      DATABASE_URL: 'postgres://me:hunter2@db/keben',
      KEBEN_MASTER_KEY: 'ab'.repeat(32),
    });
    const printed = `${inspect(config)} ${JSON.stringify(config)} ${String(config.databaseUrl)}`;
    expect(printed).not.toMatch(/hunter2|abab/);
    expect(config.databaseUrl?.expose()).toContain('hunter2');
  });

  it('.env.example lists every variable', () => {
    const file = readFileSync(join(import.meta.dirname, '../../../../.env.example'), 'utf8');
    expect(file).toBe(envExample());
  });
});
