/**
 * Apache Kafka for tests, benchmarks and trying out: one KRaft broker on loopback with a throw-away folder.
 * `node scripts/kafka.ts` starts one, prints its address and runs until Ctrl-C. Needs Java 17 or newer and, the first
 * time, Maven: the jars come from Maven Central into `.cache/kafka/`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findProgram } from './test-needs.ts';

const VERSION = '4.1.0';
const cache = join(import.meta.dirname, '..', '.cache', 'kafka', VERSION);

export interface Broker {
  /** host:port for KAFKA_BROKERS. */
  readonly address: string;
  /** Ends it with SIGKILL, as a power cut would; its data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Why no broker can run here, or undefined when one can. */
export function whyNoKafka(): string | undefined {
  if (!findProgram('java')) return 'Java is not installed (Debian: apt-get install default-jre-headless)';
  if (jars().length > 0 || findProgram('mvn')) return undefined;
  return 'Maven is not installed (Debian: apt-get install maven), so Kafka cannot be fetched';
}

/** Fetches Kafka's jars from Maven Central once; returns their folder. Throws with Maven's own words. */
export function obtainKafka(): string {
  if (jars().length > 0) return cache;
  mkdirSync(join(cache, '..'), { recursive: true });
  const folder = mkdtempSync(join(cache, '..', 'fetching-'));
  try {
    writeFileSync(
      join(folder, 'pom.xml'),
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>keben</groupId><artifactId>kafka-broker</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency></dependencies></project>`,
    );
    const words = [
      '-q',
      '-B',
      'dependency:copy-dependencies',
      '-DoutputDirectory=jars',
      '-DincludeScope=runtime',
    ];
    const made = spawnSync('mvn', words, { cwd: folder, encoding: 'utf8', timeout: 300_000 });
    if (made.status !== 0)
      throw new Error(
        `Kafka ${VERSION} could not be fetched from Maven Central:\n${made.stdout}${made.stderr}`,
      );
    try {
      renameSync(join(folder, 'jars'), cache);
    } catch (cause) {
      // Another process was quicker.
      if (jars().length === 0) throw cause;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return cache;
}

/** Starts a broker and waits until it takes connections (some four seconds). */
export async function startKafka(options: { heapMegabytes?: number } = {}): Promise<Broker> {
  const missing = whyNoKafka();
  if (missing !== undefined) throw new Error(missing);
  const classPath = join(obtainKafka(), '*');
  const folder = mkdtempSync(join(tmpdir(), 'keben-kafka-'));
  const port = await freePort();
  const settings = join(folder, 'server.properties');
  writeFileSync(settings, serverProperties(port, await freePort(), join(folder, 'log')));
  // Few threads and a simple collector: the broker shares a small machine with what is tested.
  const flags = [
    `-Xmx${options.heapMegabytes ?? 512}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=4',
    '-cp',
    classPath,
  ];
  const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', settings];
  const formatted = spawnSync('java', [...flags, '-XX:TieredStopAtLevel=1', ...format], {
    encoding: 'utf8',
    cwd: folder,
  });
  if (formatted.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`Kafka could not format its folder: ${formatted.stdout}${formatted.stderr}`);
  }
  let child = await launch([...flags, 'kafka.Kafka', settings], folder, port);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return {
    address: `127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL');
      child = await launch([...flags, 'kafka.Kafka', settings], folder, port);
    },
    async stop() {
      // Its folder goes anyway, so there is nothing to tidy first.
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(words: string[], folder: string, port: number): Promise<ChildProcess> {
  const child = spawn('java', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const listen = (text: Buffer) => {
    said = `${said}${text.toString()}`.slice(-4000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`Kafka ended with exit code ${child.exitCode}: ${said}`);
    if (await answers(port)) return child;
    await wait(100);
  }
  child.kill('SIGKILL');
  throw new Error(`Kafka did not take connections within a minute: ${said}`);
}

function serverProperties(port: number, controllerPort: number, logs: string): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    `log.dirs=${logs}`,
    'auto.create.topics.enable=false',
    'offsets.topic.num.partitions=1',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    // A killed broker is let in again as soon as its old session is over.
    'broker.session.timeout.ms=1500',
    'broker.heartbeat.interval.ms=300',
    'controller.quorum.election.timeout.ms=300',
    'group.min.session.timeout.ms=1000',
    'log.cleaner.enable=false',
    'num.network.threads=2',
    'num.io.threads=2',
    'background.threads=2',
    'num.recovery.threads.per.data.dir=1',
    '',
  ].join('\n');
}

function jars(): string[] {
  return existsSync(cache) ? readdirSync(cache).filter((name) => name.endsWith('.jar')) : [];
}

/** A Kafka id: 16 random bytes in URL-safe base 64 that do not start with a dash. */
function clusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    const tell = (up: boolean) => {
      socket.destroy();
      done(up);
    };
    socket.once('connect', () => tell(true));
    socket.once('error', () => tell(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('No free port.');
  return address.port;
}

if (import.meta.main) {
  const missing = whyNoKafka();
  if (missing !== undefined) {
    console.error(missing);
    process.exit(1);
  }
  const broker = await startKafka();
  console.log(`KAFKA_BROKERS=${broker.address}`);
  const end = () => void broker.stop().then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}
