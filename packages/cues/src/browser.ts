type Analyser = typeof import('./index.ts');

let loading: Promise<Analyser> | undefined;

/**
 * The analyser in a browser, loaded when it is first wanted so that pages stay light. `modelUrl` is where
 * generated/model.bin.gz is served; without an answer from there the analyser works by patterns, links and numbers.
 * Rejects when the analyser itself cannot be loaded; the next call tries again.
 */
export function loadAnalyser(modelUrl: string): Promise<Analyser> {
  loading ??= load(modelUrl).catch((cause: unknown) => {
    loading = undefined;
    throw cause;
  });
  return loading;
}

async function load(modelUrl: string): Promise<Analyser> {
  const [analyser, model] = await Promise.all([import('./index.ts'), fetchModel(modelUrl)]);
  if (model instanceof Uint8Array) analyser.useModel(model);
  else console.warn('Messages are read by patterns alone: the text model did not load.', model);
  return analyser;
}

/** The unpacked model, or why there is none: a page must not fail for it. */
async function fetchModel(url: string): Promise<Uint8Array | Error> {
  try {
    const response = await fetch(url);
    if (!response.ok || !response.body) return new Error(`${url} answered ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    // A server may have unpacked it on the way (Content-Encoding).
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}
