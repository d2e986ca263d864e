/** In a browser the model is fetched when it is needed (useModel): nothing is bundled. */
export function bundledModel(): Uint8Array | undefined {
  return undefined;
}
