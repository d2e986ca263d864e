import { describe } from 'vitest';
import { whyNoKafka } from '../scripts/kafka.ts';

const missing = whyNoKafka();
if (missing !== undefined && !process.env.CI) console.warn(`Kafka tests are skipped: ${missing}`);

/** Tests on a real broker: skipped, with the reason told, where none can run; in CI they run or fail. */
export const describeWithKafka = missing === undefined || process.env.CI ? describe : describe.skip;
