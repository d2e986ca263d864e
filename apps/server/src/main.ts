import { ConfigError } from './base/config.ts';
import { StartError } from './base/data-dir.ts';
import { UsageError } from './commands/usage-error.ts';
import { LineError } from './detect/index.ts';

/** A command: its line in the help, and what it does with the words after its name. */
interface Command {
  about: string;
  run(words: string[]): Promise<void>;
}

const commands: Record<string, Command> = {
  start: {
    about: 'server and worker in one process [--demo seeds the demonstration organisations]',
    run: async (words) => (await import('./commands/serve.ts')).serve('all', words),
  },
  web: {
    about: 'the HTTP server alone',
    run: async (words) => (await import('./commands/serve.ts')).serve('web', words),
  },
  worker: {
    about: 'the event log worker alone',
    run: async (words) => (await import('./commands/serve.ts')).serve('worker', words),
  },
  migrate: {
    about: 'bring the database to this version',
    run: async () => (await import('./commands/operate.ts')).migrate(),
  },
  seed: {
    about: 'make the demonstration organisations and sign-ins',
    run: async () => (await import('./commands/operate.ts')).seed(),
  },
  'organisation add': {
    about: '--kind platform|hotline|police|school --vi NAME --en NAME [--webhook URL]',
    run: async (words) => (await import('./commands/members.ts')).addOrganisation(words),
  },
  'key add': {
    about: '--organisation NAME [--label TEXT]: an API key of a platform',
    run: async (words) => (await import('./commands/members.ts')).addKey(words),
  },
  'staff add': {
    about: '--organisation NAME --email ADDRESS --name NAME --role ROLE: somebody who may sign in',
    run: async (words) => (await import('./commands/members.ts')).addStaff(words),
  },
  'audit verify': {
    about: 'recompute every audit chain; exit 1 when one is broken',
    run: async () => (await import('./commands/operate.ts')).auditVerify(),
  },
  'labels export': {
    about: '--out FILE: texts of decided cases with their labels, opened, for training (NDJSON)',
    run: async (words) => (await import('./commands/labels.ts')).exportLabelsToFile(words),
  },
  'hashes import': {
    about:
      'FILE --list NAME [--ai-generated] [--organisation NAME] …: hashes of known abuse imagery (CSV, NDJSON)',
    run: async (words) => (await import('./commands/media.ts')).importHashFile(words),
  },
  'hashes list': {
    about: '[--organisation NAME]: the lists of known hashes',
    run: async (words) => (await import('./commands/media.ts')).printHashLists(words),
  },
  'hashes remove': {
    about: '--list NAME [--organisation NAME]: a list and all its hashes',
    run: async (words) => (await import('./commands/media.ts')).removeHashList(words),
  },
  provenance: {
    about: 'FILE…: what pictures say of their own making (XMP, C2PA), one JSON line each',
    run: async (words) => (await import('./commands/media.ts')).printProvenance(words),
  },
  trace: {
    about: 'EVENT_ID: intake, cues, risk, cases and actions of an accepted event, as JSON',
    run: async (words) => (await import('./commands/operate.ts')).trace(words),
  },
  'dead list': {
    about: 'entries of the event log that could not be processed, with the reason, one JSON line each',
    run: async () => (await import('./commands/operate.ts')).deadList(),
  },
  'dead replay': {
    about: '[--id ID …]: put them back into the event log, all or those named',
    run: async (words) => (await import('./commands/operate.ts')).deadReplay(words),
  },
  config: {
    about: 'print the configuration in use (secrets hidden)',
    run: async () => (await import('./commands/operate.ts')).printConfig(),
  },
  openapi: {
    about: 'print the OpenAPI description',
    run: async () => (await import('./commands/operate.ts')).printOpenApi(),
  },
  'rules test': {
    about: '[DIR]: run the tests beside the rule files (policy/rules without DIR); exit 1 when one fails',
    run: async (words) => (await import('./commands/offline.ts')).testRules(words),
  },
  replay: {
    about: 'FILE.ndjson [--rules DIR]: run events through detection offline, one JSON line an event',
    run: async (words) => (await import('./commands/offline.ts')).replayFile(words),
  },
  screen: {
    about: '[FILE.ndjson]: find cues in {"id","text","lang"?} lines (standard input without FILE)',
    run: async (words) => (await import('./commands/offline.ts')).screenFile(words),
  },
  simulate: {
    about: '--seed N --accounts N --events N --out FILE --labels FILE: a synthetic, labelled event stream',
    run: async (words) => (await import('./commands/offline.ts')).simulateToFile(words),
  },
};

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);
  return `keben — protection of children and teenagers online\n\nUsage: keben <command>\n\n${lines.join('\n')}\n`;
}

/** Runs one command line; problems that the operator can mend are told without a stack. */
export async function main(words: string[]): Promise<void> {
  const two = words.slice(0, 2).join(' ');
  const name = commands[two] ? two : (words[0] ?? 'help');
  if (name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(help());
    return;
  }
  const command = commands[name];
  try {
    if (!command) throw new UsageError(`There is no command "${name}".\n\n${help()}`);
    await command.run(words.slice(name.split(' ').length));
  } catch (cause) {
    const expected =
      cause instanceof StartError ||
      cause instanceof ConfigError ||
      cause instanceof UsageError ||
      cause instanceof LineError ||
      (cause instanceof TypeError && 'code' in cause && String(cause.code).startsWith('ERR_PARSE_ARGS')) ||
      (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (!expected) throw cause;
    process.stderr.write(`keben: ${(cause as Error).message}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) {
  try {
    process.loadEnvFile();
  } catch {
    // Without an .env file the environment alone counts.
  }
  await main(process.argv.slice(2));
}
