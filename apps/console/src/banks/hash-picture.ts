/** Hashes of one picture, as a look-up takes them. */
export interface PictureHashes {
  md5: string;
  sha1: string;
  sha256: string;
  pdq?: string;
  /** 0–100. */
  pdqQuality?: number;
  dihedral?: { orientation: string; pdq: string }[];
}

export type FromWorker = { hashes: PictureHashes } | { error: string };

/**
 * Hashes a picture in a worker of its own, which ends with it: nothing of the picture leaves this device or stays in
 * memory. Without `pdq` where the browser cannot open it. Rejects when the file cannot be read.
 */
export async function hashPicture(file: Blob): Promise<PictureHashes> {
  const worker = new Worker(new URL('./picture-worker.ts', import.meta.url), { type: 'module' });
  try {
    const answer = await new Promise<FromWorker>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => resolve(data));
      worker.addEventListener('error', () => reject(new Error('the worker failed')));
      worker.postMessage(file);
    });
    if ('error' in answer) throw new Error(answer.error);
    return answer.hashes;
  } finally {
    worker.terminate();
  }
}
