import { parentPort, workerData } from 'node:worker_threads';
import { createExamine } from './examine.ts';
import type { Answered, Asked, ThreadData } from './examiner.ts';

const { files, schema } = workerData as ThreadData;
const examine = createExamine(files, schema);

parentPort?.on('message', ({ id, task, own, against, samples }: Asked) => {
  const work = () => {
    switch (task) {
      case 'faults':
        return examine.faults(own);
      case 'examine':
        return examine.examine(own, against);
      case 'compare':
        return examine.compare(own, against, samples);
    }
  };
  let answer: Answered;
  try {
    answer = { id, result: work(), compiled: examine.compiled() };
  } catch (error) {
    answer = {
      id,
      fault: error instanceof Error ? error.message : String(error),
      compiled: examine.compiled(),
    };
  }
  parentPort?.postMessage(answer);
});
