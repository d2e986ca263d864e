import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const chromiumPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of the browser that the end-to-end tests drive, or undefined. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  return named && existsSync(named) ? named : chromiumPlaces.find((place) => existsSync(place));
}

/** Folder of the Postgres server programs (initdb, postgres), or undefined. */
export function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => `${root}/${version}/bin`).find((place) => existsSync(`${place}/initdb`));
}

/** Path of a program on PATH, or undefined. */
export function findProgram(name: string): string | undefined {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.find((place) => existsSync(place));
}

/**
 * Installs Debian's Chromium and Postgres, ffmpeg for films, and Java and Maven for Kafka, when they are absent and
 * this is root on Debian; otherwise says what to do. Without ffmpeg the tests of films are skipped, without Java and
 * Maven those of Kafka; except in CI.
 */
export function installTestNeeds(): void {
  const optional = [
    ...(findProgram('ffmpeg') ? [] : ['ffmpeg']),
    ...(findProgram('java') ? [] : ['default-jre-headless']),
    ...(findProgram('mvn') ? [] : ['maven']),
  ];
  const must = [...(findChromium() ? [] : ['chromium']), ...(findPostgres() ? [] : ['postgresql'])];
  const missing = [...must, ...optional];
  if (missing.length === 0) return;
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!canInstall && must.length === 0 && !process.env.CI) {
    console.warn(`Without ${optional.join(' and ')} the tests that need it are skipped.`);
    return;
  }
  if (!canInstall) {
    console.error(
      `The tests need ${missing.join(' and ')}. Install with: sudo apt-get install ${missing.join(' ')}`,
    );
    process.exit(1);
  }
  console.log(`Installing ${missing.join(' and ')} for the tests (Debian packages) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...missing, 'fonts-noto-core'],
  ]) {
    const result = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
    if (result.status !== 0) {
      console.error(
        `apt-get ${args.join(' ')} failed; install ${missing.join(' and ')} by hand and run npm test again.`,
      );
      process.exit(1);
    }
  }
}
