import { z } from 'zod';

const boolean = z
  .enum(['true', 'false', '1', '0', ''])
  .transform((value) => value === 'true' || value === '1');
const port = z.coerce.number().int().min(0).max(65_535);

/** Every variable the program reads, with its default; `.env.example` is generated from this list. */
const variables = {
  PORT: {
    schema: port.default(3000),
    about: 'Port of the server (portal, console, API).',
    mend: 'Give a whole number from 0 to 65535.',
  },
  HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    about: 'Address to listen on; 0.0.0.0 for all.',
    mend: 'Give an IP address or host name.',
  },
  PLAYGROUND_PORT: {
    schema: port.default(3001),
    about: 'Port of the Sân Chơi demo platform (npm start only; 0 picks a free one).',
    mend: 'Give a whole number from 0 to 65535.',
  },
  PUBLIC_URL: {
    schema: z.url().optional(),
    about: 'Address under which people reach the server; default http://localhost:PORT.',
    mend: 'Give a full address such as https://keben.example.',
  },
  DATA_DIR: {
    schema: z.string().min(1).default('./data'),
    about: 'Folder of the embedded database and the keys.',
    mend: 'Give a folder that this user may write to.',
  },
  DATABASE_URL: {
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
      .optional(),
    about: 'Postgres server; without it the embedded PGlite in DATA_DIR is used.',
    mend: 'Give postgres://user:password@host:5432/database, or leave it out.',
  },
  KAFKA_BROKERS: {
    schema: z
      .string()
      .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be host:port, several separated by commas')
      .transform((value) => value.split(','))
      .optional(),
    about: 'Kafka brokers; without them the event log is a table of the database. Needs DATABASE_URL.',
    mend: 'Give host:port,host:port, or leave it out.',
  },
  KAFKA_TOPIC: {
    schema: z
      .string()
      .regex(/^[a-zA-Z0-9._-]{1,240}$/, 'may hold letters, digits, dot, dash and underscore')
      .default('keben.events'),
    about: 'Kafka topic of the events; dead letters go to the same name with .dead after it.',
    mend: 'Give a topic name such as keben.events.',
  },
  KAFKA_PARTITIONS: {
    schema: z.coerce.number().int().min(1).max(1024).default(8),
    about:
      'Partitions of the topic: the most workers that can share the load. Never change it for a topic in use.',
    mend: 'Give a whole number from 1 to 1024.',
  },
  KAFKA_SESSION_SECONDS: {
    schema: z.coerce.number().int().min(1).max(300).default(10),
    about: 'Seconds after which the partitions of a worker that gives no sign of life go to the others.',
    mend: 'Give a whole number from 1 to 300.',
  },
  MAX_LAG: {
    schema: z.coerce.number().int().min(1).default(200_000),
    about: 'Accepted events that may wait for detection; beyond it POST /v1/events answers 429.',
    mend: 'Give a whole number of events, at least 1.',
  },
  KEBEN_MASTER_KEY: {
    schema: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
      .optional(),
    about: 'Key that wraps the data keys; without it one is made in DATA_DIR/master.key.',
    mend: 'Make one with: openssl rand -hex 32',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
    about: 'How much is logged.',
    mend: 'Give fatal, error, warn, info, debug, trace or silent.',
  },
  HASH_INDEX_MAX: {
    schema: z.coerce.number().int().min(0).default(20_000_000),
    about:
      'Known PDQ hashes of one organisation that are held in memory (about 130 bytes each); with more, look-ups by likeness answer that they are unavailable.',
    mend: 'Give a whole number of hashes.',
  },
  HMA_AT_ROOT: {
    schema: boolean.default(false),
    about:
      'true answers the paths of Hasher-Matcher-Actioner (/h, /m, /c, /status) at the root too, not under /hma alone.',
    mend: 'Give true or false.',
  },
  HMA_OPEN_TO: {
    schema: z.string().min(1).optional(),
    about:
      'Name of the organisation for which the paths of Hasher-Matcher-Actioner answer without a key; only where HOST is a loopback address.',
    mend: 'Give the name of an organisation, or leave it out.',
  },
  RETENTION_DAYS: {
    schema: z.coerce.number().int().min(1).max(3650).default(30),
    about: 'Days that event texts are kept unless a case needs them.',
    mend: 'Give a whole number of days from 1 to 3650.',
  },
  TEXT_MODEL_ONNX: {
    schema: z
      .string()
      .regex(/\.onnx$/, 'must end in .onnx')
      .optional(),
    about: 'A stronger text model (ONNX, its .json beside it) that reads beside the built-in one.',
    mend: 'Give the path of a .onnx file, or leave it out.',
  },
  TRUST_PROXY: {
    schema: boolean.default(false),
    about: 'true when a reverse proxy in front sets X-Forwarded-For.',
    mend: 'Give true or false.',
  },
  ALLOW_PRIVATE_WEBHOOKS: {
    schema: boolean.default(false),
    about: 'true lets webhooks go to loopback and private addresses (the demo sets it).',
    mend: 'Give true or false.',
  },
  MEDIA_WORKERS: {
    schema: z.coerce.number().int().min(1).max(64).default(2),
    about: 'Processes that read pictures and films, at most; each may take MEDIA_MEMORY_MB.',
    mend: 'Give a whole number from 1 to 64.',
  },
  MEDIA_MEMORY_MB: {
    schema: z.coerce.number().int().min(200).max(65_536).default(1000),
    about: 'Megabytes that one file may take while it is read; more ends the process that reads it.',
    mend: 'Give a whole number of megabytes from 200 to 65536.',
  },
  MEDIA_MAX_BYTES: {
    schema: z.coerce.number().int().min(1000).max(2_000_000_000).default(100_000_000),
    about: 'Bytes of the largest picture or film that is read.',
    mend: 'Give a whole number of bytes from 1000 to 2000000000.',
  },
  MEDIA_MAX_PIXELS: {
    schema: z.coerce.number().int().min(1_000_000).max(1_000_000_000).default(60_000_000),
    about: 'Width times height of the largest picture that is decoded.',
    mend: 'Give a whole number from 1000000 to 1000000000.',
  },
  ALLOW_PRIVATE_MEDIA: {
    schema: boolean.default(false),
    about: 'true lets media be fetched from loopback and private addresses.',
    mend: 'Give true or false.',
  },
} as const;

type Variables = typeof variables;
type Raw = { [Name in keyof Variables]: z.output<Variables[Name]['schema']> };

/** A secret that never prints itself: logging, JSON and inspection show `[secret]`. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  /** The secret itself: call it only where it is used. */
  expose(): string {
    return this.#value;
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}

export interface Config {
  port: number;
  host: string;
  playgroundPort: number;
  publicUrl: string;
  dataDir: string;
  databaseUrl: Secret | undefined;
  /** Undefined: the event log is a table of the database. */
  kafka: { brokers: string[]; topic: string; partitions: number; sessionSeconds: number } | undefined;
  maxLag: number;
  masterKey: Secret | undefined;
  logLevel: Raw['LOG_LEVEL'];
  retentionDays: number;
  hashIndexMax: number;
  hmaAtRoot: boolean;
  /** Name of the organisation that needs no key there. */
  hmaOpenTo: string | undefined;
  textModelOnnx: string | undefined;
  trustProxy: boolean;
  allowPrivateWebhooks: boolean;
  /** Reading of pictures and films: processes, and the limits of one file (pixels are width × height). */
  media: {
    workers: number;
    allowPrivate: boolean;
    limits: { bytes: number; pixels: number; memoryMegabytes: number };
  };
}

export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Reads and checks the environment once; reports every problem together, each with variable and mend. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, mend }] of Object.entries(variables)) {
    const given = environment[name];
    const result = schema.safeParse(given === '' ? undefined : given);
    if (result.success) values[name] = result.data;
    else problems.push(`${name}: ${result.error.issues[0]?.message ?? 'not valid'}. ${mend}`);
  }
  if (values.KAFKA_BROKERS !== undefined && values.DATABASE_URL === undefined) {
    problems.push(
      'KAFKA_BROKERS: needs DATABASE_URL, since offsets and states must be shared by all workers. Set it to a Postgres server, or leave KAFKA_BROKERS out.',
    );
  }
  // A proxy on the same machine would let others in as if they were of this machine.
  if (values.HMA_OPEN_TO !== undefined && (values.TRUST_PROXY === true || !isLoopback(String(values.HOST)))) {
    problems.push(
      'HMA_OPEN_TO: anybody could read and change hash banks, since HOST is no loopback address, or TRUST_PROXY is set. Leave it out and use API keys, or set HOST to 127.0.0.1 and TRUST_PROXY to false.',
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const raw = values as Raw;
  return {
    port: raw.PORT,
    host: raw.HOST,
    playgroundPort: raw.PLAYGROUND_PORT,
    publicUrl: (raw.PUBLIC_URL ?? `http://localhost:${raw.PORT}`).replace(/\/$/, ''),
    dataDir: raw.DATA_DIR,
    databaseUrl: raw.DATABASE_URL === undefined ? undefined : new Secret(raw.DATABASE_URL),
    kafka: raw.KAFKA_BROKERS && {
      brokers: raw.KAFKA_BROKERS,
      topic: raw.KAFKA_TOPIC,
      partitions: raw.KAFKA_PARTITIONS,
      sessionSeconds: raw.KAFKA_SESSION_SECONDS,
    },
    maxLag: raw.MAX_LAG,
    masterKey: raw.KEBEN_MASTER_KEY === undefined ? undefined : new Secret(raw.KEBEN_MASTER_KEY),
    logLevel: raw.LOG_LEVEL,
    retentionDays: raw.RETENTION_DAYS,
    hashIndexMax: raw.HASH_INDEX_MAX,
    hmaAtRoot: raw.HMA_AT_ROOT,
    hmaOpenTo: raw.HMA_OPEN_TO,
    textModelOnnx: raw.TEXT_MODEL_ONNX,
    trustProxy: raw.TRUST_PROXY,
    allowPrivateWebhooks: raw.ALLOW_PRIVATE_WEBHOOKS,
    media: {
      workers: raw.MEDIA_WORKERS,
      allowPrivate: raw.ALLOW_PRIVATE_MEDIA,
      limits: {
        bytes: raw.MEDIA_MAX_BYTES,
        pixels: raw.MEDIA_MAX_PIXELS,
        memoryMegabytes: raw.MEDIA_MEMORY_MB,
      },
    },
  };
}

/** Whether only programs of the same machine reach what listens there. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Text of `.env.example`: a test keeps the file equal to it. */
export function envExample(): string {
  const lines = Object.entries(variables).map(([name, { schema, about }]) => {
    const standard = schema.safeParse(undefined);
    const value = standard.success && standard.data !== undefined ? String(standard.data) : '';
    return `# ${about}\n${value === '' ? `# ${name}=` : `${name}=${value}`}\n`;
  });
  return `# Kề Bên reads these variables at start; all are optional.\n\n${lines.join('\n')}`;
}
