import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, connect } from '../examples/showdown/client.ts';
import { drained, openStage, type TestStage, until } from './stage.ts';

const folder = join(import.meta.dirname, '../examples/showdown');
let stage: TestStage;
let app: ChildProcess;
let home: string;
let port: number;
let output = '';
let stopped = false;
const people: Client[] = [];
let lan: Client;
let mai: Client;
let hung: Client;
let tom: Client;

/** The app as its readme says: `npm ci`, then `npm start`, with the key of a platform. */
beforeAll(async () => {
  const began = performance.now();
  install();
  const installed = performance.now();
  stage = await openStage();
  home = await mkdtemp(join(tmpdir(), 'keben-showdown-'));
  port = await freePort();
  app = spawn(process.execPath, ['start.ts'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: String(port),
      SHOWDOWN_HOME: home,
      KEBEN_URL: stage.url,
      KEBEN_API_KEY: stage.demo.platform.apiKey,
      // A busy machine that answers late would look as if Kề Bên were away.
      KEBEN_TIMEOUT: '20000',
    },
  });
  for (const stream of [app.stdout, app.stderr]) {
    stream?.on('data', (data) => {
      output += String(data);
    });
  }
  await listening();
  [lan, mai, hung, tom] = await Promise.all([
    signIn('lan', '13-15'),
    signIn('mai', '13-15'),
    signIn('hung', 'adult'),
    signIn('tom', 'adult'),
  ]);
  tom.say('/language english');
  const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
  console.log(
    `installed in ${seconds(began, installed)} s, up in ${seconds(installed, performance.now())} s`,
  );
});

afterAll(async () => {
  for (const person of people) await person.close();
  app.kill('SIGTERM');
  if (app.exitCode === null) await once(app, 'exit');
  if (!stopped) await stage.close();
  await rm(home, { recursive: true, force: true });
  expect(await free(port)).toBe(true);
});

describe('Pokémon Showdown with the plugin of examples/showdown', () => {
  it('tells Kề Bên of accounts, with the age bands that the login signed', async () => {
    const known = await until('the account is known', async () => {
      await drained(stage);
      const { ageBand } = await settingsOf('lan');
      return ageBand === '13-15' ? ageBand : undefined;
    });
    expect(known).toBe('13-15');
  });

  it('an adult stranger cannot write to a young person, and is told why in their language', async () => {
    const { decision, reasons } = await decided('hung', 'lan');
    expect(decision).toBe('deny');
    expect(await refusal(hung, '/msg lan, chào em')).toContain(reasons.map(({ text }) => text.vi).join(' '));
    const english = (await decided('tom', 'lan')).reasons.map(({ text }) => text.en).join(' ');
    expect(await refusal(tom, '/pm lan, hello there')).toContain(english);
    expect(await refusal(tom, '/challenge lan, gen9randombattle')).toContain(english);
    expect(lan.lines.filter((line) => line.startsWith('|pm|') || line.includes('challenge'))).toEqual([]);
  });

  it('adults among themselves just talk', async () => {
    hung.say('/msg tom, tối nay chơi một trận nhé');
    await tom.line((line) => line.startsWith('|pm|') && line.includes('tối nay chơi một trận nhé'));
  });

  it('a request from an adult waits without a notification', async () => {
    const from = hung.lines.length;
    hung.say('/friends add mai');
    await hung.line((line) => line.includes('nằm chờ ở mục riêng'), from);
    expect(mai.lines.some((line) => line.includes('hung'))).toBe(false);
    mai.say('/join view-friends-received');
    await mai.line((line) => line.includes('hung'));
  });

  it('a young person is asked to think before an adult becomes a friend', async () => {
    const { decision, reasons } = await decided('mai', 'hung', 'contact.accept');
    expect(decision).toBe('allow');
    expect(await refusal(mai, '/friends accept hung')).toContain(reasons[0]?.text.vi);
    expect(heard(hung, 'accepted your friend request')).toBe(false);
    mai.say('/friends accept hung');
    await hung.line((line) => line.includes('accepted your friend request'));
    await until('Kề Bên knows that they are friends', async () =>
      (await decided('hung', 'mai')).decision === 'allow' ? true : undefined,
    );
    hung.say('/msg mai, em chơi đội nào');
    await mai.line((line) => line.startsWith('|pm|') && line.includes('em chơi đội nào'));
  });

  it('young people make friends first, then write to each other', async () => {
    expect(await refusal(mai, '/msg lan, chơi không')).toContain('Hãy gửi lời mời kết bạn trước');
    mai.say('/friends add lan');
    await lan.line((line) => line.includes('sent you a friend request'));
    lan.say('/friends accept mai');
    await mai.line((line) => line.includes('accepted your friend request'));
    await until('Kề Bên knows that they are friends', async () =>
      (await decided('mai', 'lan')).decision === 'allow' ? true : undefined,
    );
    mai.say('/msg lan, chiều nay đá bóng không');
    await lan.line((line) => line.startsWith('|pm|') && line.includes('chiều nay đá bóng không'));
  });

  it('keeps the friends of a young person private', async () => {
    const why = (await settingsOf('lan')).settings.privateAccount?.reason.vi;
    expect(await refusal(lan, '/friends listdisplay on')).toContain(why);
  });

  it('holds a harmful message, in private and in a room, and says so to the sender only', async () => {
    const secret = 'Đừng kể mẹ nhé, đây là bí mật của hai đứa mình';
    const threat = 'Không làm theo thì tao tung ảnh của mày lên trường';
    const warned = lan.lines.length;
    mai.say(`/msg lan, ${secret}`);
    await lan.line((line) => line.includes('|/text '), warned);
    expect(heard(lan, secret)).toBe(true);
    expect(await refusal(mai, `/msg lan, ${threat}`)).toContain('Tin này chưa được gửi');
    for (const person of [mai, lan]) {
      const joined = person.lines.length;
      person.say('/join lobby');
      await person.line((line) => line.includes('You joined'), joined);
    }
    expect(await refusal(mai, threat, 'lobby')).toContain('Tin này chưa được gửi');
    mai.say('ai chơi một trận không', 'lobby');
    await lan.line((line) => line.includes('ai chơi một trận không'));
    expect(heard(lan, threat)).toBe(false);
  });

  it('what was held reaches Kề Bên as an event', async () => {
    const told = await until('detection has read it', async () => {
      await drained(stage);
      const response = await fetch(`${stage.url}/v1/assessments?after=0`, { headers: authorization() });
      const text = JSON.stringify(await response.json());
      return text.includes('"mai"') ? text : undefined;
    });
    expect(told).toContain('"lan"');
  });

  it('when Kề Bên is away the young are closed and adults go on', async () => {
    await stage.close();
    stopped = true;
    const before = lan.lines.length;
    // A friend may write, but nobody can look at what is written; a stranger may not, by what is remembered of the policies.
    expect(await refusal(mai, '/msg lan, mai gặp nhé')).toContain('Kề Bên chưa trả lời');
    expect(await refusal(tom, '/msg lan, hello again')).toContain('Kề Bên does not answer');
    expect(await refusal(mai, 'ai chơi nữa không', 'lobby')).toContain('Kề Bên chưa trả lời');
    tom.say('/msg hung, shall we play later');
    await hung.line((line) => line.startsWith('|pm|') && line.includes('shall we play later'));
    expect(lan.lines.slice(before)).toEqual([]);
    expect(output).not.toContain('CRASH');
  });
});

/** Resolves when the app takes connections; the time that the hook has is the limit. */
async function listening(): Promise<void> {
  for (;;) {
    if (app.exitCode !== null) throw new Error(`the app ended:\n${output}`);
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function signIn(name: string, band: string): Promise<Client> {
  const person = await connect(`http://127.0.0.1:${port}`, join(home, 'config/login.pem'), name, band);
  people.push(person);
  return person;
}

interface Decided {
  decision: string;
  reasons: { text: { vi: string; en: string } }[];
}

/** What Kề Bên says when one wants to do something to the other. */
async function decided(from: string, to: string, action = 'message.send'): Promise<Decided> {
  const response = await fetch(`${stage.url}/v1/decisions`, {
    method: 'POST',
    headers: { ...authorization(), 'content-type': 'application/json' },
    body: JSON.stringify({
      subject: { id: from },
      action,
      resource: { type: 'account', id: to },
    }),
  });
  return (await response.json()) as Decided;
}

async function settingsOf(account: string) {
  const response = await fetch(`${stage.url}/v1/accounts/${account}/settings`, { headers: authorization() });
  return (await response.json()) as {
    ageBand: string;
    settings: { privateAccount?: { reason: { vi: string } } };
  };
}

function authorization() {
  return { authorization: `Bearer ${stage.demo.platform.apiKey}` };
}

/** Says something and gives the refusal that comes back. */
async function refusal(person: Client, text: string, room = ''): Promise<string> {
  const from = person.lines.length;
  person.say(text, room);
  return person.line((line) => line.includes('|/error ') || line.startsWith('|error|'), from);
}

function heard(person: Client, text: string): boolean {
  return person.lines.some((line) => line.includes(text));
}

/** Installs the app where its readme says, once for each lock file. */
function install(): void {
  const note = join(folder, 'node_modules/.package-lock.json');
  const wanted = (file: string) =>
    (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { version?: string }> }).packages[
      'node_modules/pokemon-showdown'
    ]?.version;
  if (existsSync(note) && wanted(note) === wanted(join(folder, 'package-lock.json'))) return;
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`npm ci failed: ${result.stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** True when nobody listens on a port of this machine. */
async function free(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const [event] = await Promise.race([
    once(server, 'listening').then(() => ['listening']),
    once(server, 'error').then(() => ['error']),
  ]);
  server.close();
  return event === 'listening';
}
