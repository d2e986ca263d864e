import { parentPort, workerData } from 'node:worker_threads';
import { createExamine } from './examine.ts';
import type { Answered, Asked, ThreadData } from './examiner.ts';

const { files, schema } = workerData as ThreadData;
const examine = createExamine(files, schema);

parentPort?.on('message', ({ id, task, own, against, samples }: Asked) => {
  let answer: Answered;
  try {
    const result =
      task === 'examine' ? examine.examine(own, against) : examine.compare(own, against, samples);
    answer = { id, result, compiled: examine.compiled() };
  } catch (error) {
    answer = {
      id,
      fault: error instanceof Error ? error.message : String(error),
      compiled: examine.compiled(),
    };
  }
  parentPort?.postMessage(answer);
});
