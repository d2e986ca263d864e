import { ConfigError } from './base/config.ts';
import { StartError } from './base/data-dir.ts';
import { UsageError } from './commands/usage-error.ts';

/** A command: the words that it takes (none without `usage`), its line in the help, and what it does with the words. */
interface Command {
  usage?: string;
  about: string;
  run(words: string[]): Promise<void>;
}

const commands: Record<string, Command> = {
  start: {
    usage: '[--demo]',
    about: 'server and worker in one process; --demo makes the demonstration organisations',
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
    usage: '--kind platform|hotline|police|school --vi NAME --en NAME [--webhook URL]',
    about: 'a new organisation; prints its secrets once',
    run: async (words) => (await import('./commands/members.ts')).addOrganisation(words),
  },
  'key add': {
    usage: '--organisation NAME [--label TEXT]',
    about: 'an API key of a platform',
    run: async (words) => (await import('./commands/members.ts')).addKey(words),
  },
  'staff add': {
    usage: '--organisation NAME --email ADDRESS --name NAME --role ROLE',
    about: 'somebody who may sign in',
    run: async (words) => (await import('./commands/members.ts')).addStaff(words),
  },
  'audit verify': {
    about: 'recompute every audit chain; exit 1 when one is broken',
    run: async () => (await import('./commands/operate.ts')).auditVerify(),
  },
  'labels export': {
    usage: '--out FILE',
    about: 'texts of decided cases with their labels, opened, for training (NDJSON)',
    run: async (words) => (await import('./commands/labels.ts')).exportLabelsToFile(words),
  },
  'hashes import': {
    usage:
      'FILE --list NAME [--ai-generated] [--organisation NAME] [--source TEXT] [--reason TEXT] [--platform ID] [--action observe|hold|block] [--replace] [--skip-bad]',
    about: 'hashes of known abuse imagery (CSV, NDJSON), or of confirmed requests to take pictures down',
    run: async (words) => (await import('./commands/media.ts')).importHashFile(words),
  },
  'hashes list': {
    usage: '[--organisation NAME]',
    about: 'the lists of known hashes',
    run: async (words) => (await import('./commands/media.ts')).printHashLists(words),
  },
  'hashes remove': {
    usage: '--list NAME [--organisation NAME]',
    about: 'a list and all its hashes',
    run: async (words) => (await import('./commands/media.ts')).removeHashList(words),
  },
  hash: {
    usage: 'FILE… [--json] [--dihedral] [--md5]',
    about: 'PDQ hashes of pictures, one line each: hash, quality, path (- reads paths from standard input)',
    run: async (words) => (await import('./commands/hash.ts')).printHashes(words),
  },
  match: {
    usage: '--index HASHES --queries HASHES [--radius 31] [--json]',
    about: 'PDQ hashes near others, one line a pair: query line, index line, distance (- is standard input)',
    run: async (words) => (await import('./commands/match.ts')).printMatches(words),
  },
  provenance: {
    usage: 'FILE…',
    about: 'what pictures say of their own making (XMP, C2PA), one JSON line each',
    run: async (words) => (await import('./commands/media.ts')).printProvenance(words),
  },
  trace: {
    usage: 'EVENT_ID',
    about: 'intake, cues, risk, cases and actions of an accepted event, as JSON',
    run: async (words) => (await import('./commands/operate.ts')).trace(words),
  },
  'dead list': {
    about: 'entries of the event log that could not be processed, with the reason, one JSON line each',
    run: async () => (await import('./commands/operate.ts')).deadList(),
  },
  'dead replay': {
    usage: '[--id ID …]',
    about: 'put them back into the event log, all or those named',
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
    usage: '[DIR]',
    about: 'run the tests beside the rule files (policy/rules without DIR); exit 1 when one fails',
    run: async (words) => (await import('./commands/offline.ts')).testRules(words),
  },
  'safeguards test': {
    usage: '[--dir DIR]',
    about:
      'compile a folder of policies (policy/safeguards without DIR), try them on what must stay and on the built-in situations',
    run: async (words) => (await import('./commands/policies.ts')).testSafeguards(words),
  },
  replay: {
    usage: '[FILE.ndjson] [--rules DIR]',
    about: 'run events through detection offline, one JSON line for each (standard input without FILE)',
    run: async (words) => (await import('./commands/offline.ts')).replayFile(words),
  },
  screen: {
    usage: '[FILE.ndjson]',
    about:
      'find cues in {"id","text","lang"?} lines offline, one JSON line for each (standard input without FILE)',
    run: async (words) => (await import('./commands/offline.ts')).screenFile(words),
  },
  simulate: {
    usage:
      '[--seed N] [--accounts N] [--events N] [--harmful N] [--days N] [--start TIME] [--out FILE] [--labels FILE]',
    about: 'a synthetic, labelled event stream',
    run: async (words) => (await import('./commands/offline.ts')).simulateToFile(words),
  },
};

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);
  return `keben — protection of children and teenagers online\n\nUsage: keben <command>\n\n${lines.join('\n')}\n\nkeben <command> --help tells what a command takes; docs/cli.md tells more.\n`;
}

function helpOf(name: string, { usage, about }: Command): string {
  return `Usage: keben ${name}${usage === undefined ? '' : ` ${usage}`}\n\n${about}\n`;
}

/** Runs one command line; problems that the operator can mend are told without a stack. */
async function runWords(words: string[]): Promise<void> {
  const two = words.slice(0, 2).join(' ');
  const name = commands[two] ? two : (words[0] ?? 'help');
  if (name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(help());
    return;
  }
  const command = commands[name];
  try {
    if (!command) throw new UsageError(`There is no command "${name}".\n\n${help()}`);
    const rest = words.slice(name.split(' ').length);
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(helpOf(name, command));
      return;
    }
    if (command.usage === undefined && rest.length > 0)
      throw new UsageError(`${name} takes no words after it, but got: ${rest.join(' ')}`);
    await command.run(rest);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const expected =
      cause instanceof StartError ||
      cause instanceof ConfigError ||
      cause instanceof UsageError ||
      (cause instanceof TypeError && String(code).startsWith('ERR_PARSE_ARGS')) ||
      (code !== undefined && MENDABLE.has(code));
    if (!expected) throw cause;
    process.stderr.write(`keben: ${(cause as Error).message}\n`);
    process.exitCode = 1;
  }
}

/** What the file system says of a path that somebody gave. */
const MENDABLE = new Set(['ENOENT', 'EISDIR', 'ENOTDIR', 'EACCES', 'ENOSPC']);

/** The program: reads `.env` and runs what the command line asks for. */
export async function main(words: string[]): Promise<void> {
  try {
    process.loadEnvFile();
  } catch {
    // Without an .env file the environment alone counts.
  }
  // Whoever reads the output may have seen enough (`keben screen | head`).
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EPIPE') throw cause;
    process.exit(0);
  });
  await runWords(words);
}

if (import.meta.main) await main(process.argv.slice(2));
