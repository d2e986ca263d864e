import { parseArgs } from 'node:util';
import { readConfig } from '../base/config.ts';
import { type Demo, seedDemo } from '../demo.ts';
import { start } from '../start.ts';

/** `keben start|web|worker`: runs until SIGINT or SIGTERM, then finishes what is at hand. */
export async function serve(role: 'all' | 'web' | 'worker', words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: { demo: { type: 'boolean', default: false } } });
  const began = performance.now();
  const config = readConfig(process.env);
  const running = await start(config, role);
  onStop(() => running.stop());
  const demo = values.demo ? await seedDemo(running.services) : undefined;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`Kề Bên is running (ready in ${seconds} s)`);
  if (running.url !== undefined) console.log(`  ${config.publicUrl}/`);
  if (demo) printSignIns(demo, config.dataDir);
}

/** Ends the process cleanly on Ctrl-C; a second one ends it at once. */
export function onStop(stop: () => Promise<void>): void {
  let stopping = false;
  const handle = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(130);
    stopping = true;
    console.log(`\n${signal}: finishing what is at hand …`);
    stop().then(
      () => {
        console.log('Stopped.');
        process.exit(0);
      },
      (cause: unknown) => {
        console.error('Stopping failed; nothing accepted was lost.', cause);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}

export function printSignIns(demo: Demo, folder: string): void {
  console.log(`\n  Đăng nhập thử · Demo sign-ins (kept in ${folder}/demo.json):`);
  for (const { organisation, role, email, password } of demo.signIns) {
    console.log(`    ${email.padEnd(28)} ${password}   ${role}, ${organisation}`);
  }
  console.log(
    `    Mật khẩu khóa của đường dây trợ giúp · Helpline key passphrase: ${demo.helpline.passphrase}`,
  );
}
