/**
 * `npm test`: installs what the tests need, then lint, types, borders, unit and flow tests. Prints how long each
 * step took and ends with one line: `N passed, N failed, N skipped`. Exits 1 when anything failed.
 * `npm test -- unit` (or lint, types, borders, knip, build, flow) runs only the steps named.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTestNeeds } from './test-needs.ts';

interface Outcome {
  name: string;
  ok: boolean;
  seconds: number;
  passed: number;
  failed: number;
  skipped: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'keben-test-'));
const steps: [string, string[]][] = [
  ['lint', ['biome', 'check', '--error-on-warnings', '.']],
  ['types', ['tsc', '-p', 'tsconfig.json']],
  ['types of the web parts', ['tsc', '-p', 'tsconfig.web.json']],
  ['borders', ['depcruise', '--config', '.dependency-cruiser.cjs', 'apps', 'packages', 'scripts', 'bench']],
  ['unused', ['knip', '--no-progress']],
  ['build', ['node', 'scripts/build.ts']],
  ['unit', vitest('unit')],
  ['flow', vitest('flow')],
];
const wanted = process.argv.slice(2);
const chosen =
  wanted.length === 0 ? steps : steps.filter(([name]) => wanted.some((word) => name.startsWith(word)));

installTestNeeds();
const outcomes = chosen.map(([name, command]) => run(name, command));
rmSync(scratch, { recursive: true, force: true });
report(outcomes);

function vitest(project: string): string[] {
  const report = join(scratch, `${project}.json`);
  return [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
}

function run(name: string, command: string[]): Outcome {
  console.log(`\n── ${name} ──`);
  const started = performance.now();
  const [program = '', ...rest] = command;
  const result = spawnSync(program, rest, {
    stdio: 'inherit',
    env: { ...process.env, FORCE_COLOR: '0', ASTRO_TELEMETRY_DISABLED: '1' },
  });
  const seconds = (performance.now() - started) / 1000;
  const ok = result.status === 0;
  if (result.error) console.error(`${program}: ${result.error.message}`);
  const counts =
    program === 'vitest' ? testCounts(name) : { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  return { name, ok, seconds, ...counts };
}

function testCounts(project: string): { passed: number; failed: number; skipped: number } {
  try {
    const told = JSON.parse(readFileSync(join(scratch, `${project}.json`), 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
    };
    return { passed: told.numPassedTests, failed: told.numFailedTests, skipped: told.numPendingTests };
  } catch (cause) {
    console.error(`no report from the ${project} tests: ${String(cause)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function report(all: Outcome[]): void {
  console.log('\n── summary ──');
  for (const { name, ok, seconds } of all)
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(7)} s  ${name}`);
  const sum = (pick: (outcome: Outcome) => number) =>
    all.reduce((total, outcome) => total + pick(outcome), 0);
  const failedSteps = all.filter((outcome) => !outcome.ok && outcome.failed === 0).length;
  const failed = sum((o) => o.failed) + failedSteps;
  console.log(`${sum((o) => o.passed)} passed, ${failed} failed, ${sum((o) => o.skipped)} skipped`);
  process.exitCode = failed > 0 || all.some((outcome) => !outcome.ok) ? 1 : 0;
}
