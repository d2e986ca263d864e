import { startPlayground } from '../apps/playground/server/index.ts';
import { readConfig } from '../apps/server/src/base/config.ts';
import { StartError } from '../apps/server/src/base/data-dir.ts';
import { onStop, printSignIns } from '../apps/server/src/commands/serve.ts';
import { seedDemo, setDemoWebhook } from '../apps/server/src/demo.ts';
import { start } from '../apps/server/src/start.ts';

/** Everything at once for a newcomer: the server with its demonstration organisations, and Sân Chơi beside it. */
export async function startDemo(began: number): Promise<void> {
  const config = readConfig({ ALLOW_PRIVATE_WEBHOOKS: 'true', ...process.env });
  const running = await start(config, 'all');
  const demo = await seedDemo(running.services);
  const url = running.url ?? config.publicUrl;
  const playground = await startPlayground({
    host: config.host,
    port: config.playgroundPort,
    kebenUrl: url,
    apiKey: demo.platform.apiKey,
    webhookSecret: demo.platform.webhookSecret,
  }).catch(async (cause: NodeJS.ErrnoException) => {
    await running.stop();
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new StartError(
      `PLAYGROUND_PORT: ${config.host}:${config.playgroundPort} is in use by another program. Stop it or set PLAYGROUND_PORT to a free port.`,
      { cause },
    );
  });
  await setDemoWebhook(running.services, demo, `${playground.url}/webhooks/keben`);
  onStop(async () => {
    await playground.close();
    await running.stop();
  });
  const port = new URL(url).port;
  const local = `http://localhost:${port}`;
  console.log(`
Kề Bên đang chạy · Kề Bên is running (${((performance.now() - began) / 1000).toFixed(1)} s)

  Trang cho trẻ em · Portal          ${local}/  (English: ${local}/en/)
  Bàn làm việc · Console             ${local}/console/
  Sân Chơi · Demo chat platform      http://localhost:${new URL(playground.url).port}/
  API, tài liệu · API with docs      ${local}/docs`);
  printSignIns(demo, config.dataDir);
  console.log('\n  Ctrl-C để dừng · to stop');
}
