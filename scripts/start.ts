/** `npm start`: builds the web parts when needed, then runs server, worker and the Sân Chơi demo in one process. */
import { buildWebParts } from './build.ts';

const began = performance.now();
try {
  process.loadEnvFile();
} catch {
  // Without an .env file the environment alone counts.
}
try {
  buildWebParts({ ifStale: true });
  const { startDemo } = await import('./demo-stage.ts');
  await startDemo(began);
} catch (cause) {
  const mendable = cause instanceof Error && (cause.name === 'StartError' || cause.name === 'ConfigError');
  console.error(mendable ? `keben: ${cause.message}` : cause);
  process.exit(1);
}
