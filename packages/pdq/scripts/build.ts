/**
 * `npm run build -w @keben/pdq`: compiles every `assembly/*.ts` into a TypeScript module of its own,
 * `src/generated/NAME.ts`, that holds the WebAssembly bytes as base64 text. The modules are committed;
 * a test compiles again and compares.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import asc from 'assemblyscript/asc';

const home = join(import.meta.dirname, '..');

/** What every entry is compiled with: no garbage collector, SIMD on, no fused or relaxed float operation. */
const FLAGS = ['--optimizeLevel', '3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];

/** The names of the entries: files in `assembly/`, not in folders below it. */
export function entries(): string[] {
  return readdirSync(join(home, 'assembly'), { withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .map((file) => basename(file.name, '.ts'))
    .sort();
}

/** Compiles one entry; the text of its generated module. A first line `// asc: FLAGS` adds flags. */
export async function compileEntry(name: string): Promise<string> {
  const entry = `assembly/${name}.ts`;
  const own = /^\/\/ asc: (.+)$/m.exec(readFileSync(join(home, entry), 'utf8').split('\n', 1)[0] ?? '');
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [entry, '--baseDir', home, '--outFile', 'out.wasm', ...FLAGS, ...(own?.[1]?.trim().split(/\s+/) ?? [])],
    {
      readFile: (file, base) => readIfThere(join(base, file)),
      writeFile: (_file, contents) => {
        if (typeof contents !== 'string') wasm = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || wasm === undefined) {
    throw new Error(`${entry} does not compile:\n${stderr.toString()}`, { cause: error });
  }
  return moduleText(name, wasm);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    // The compiler asks for several places in turn.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
}

function moduleText(name: string, wasm: Uint8Array): string {
  const text = Buffer.from(wasm).toString('base64');
  const lines = text.match(/.{1,100}/g) ?? [];
  return `// Made from assembly/${name}.ts by \`npm run build -w @keben/pdq\`; do not edit.
/** The WebAssembly module, ${wasm.length} bytes, as base64. */
export const wasmBase64 =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
}

if (import.meta.main) {
  mkdirSync(join(home, 'src/generated'), { recursive: true });
  for (const name of entries()) {
    const text = await compileEntry(name);
    writeFileSync(join(home, `src/generated/${name}.ts`), text);
    console.log(`assembly/${name}.ts → src/generated/${name}.ts (${text.length} characters)`);
  }
}
