import { type Asset, JPEG, PNG } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore } from '@trustnxt/c2pa-ts/manifest';
import type { Container } from './container.ts';

export interface C2paClaims {
  /**
   * `valid`: signature and hashes fit the file. `invalid`: they do not, `codes` say why (C2PA 2.1, section 15).
   * `not-checked`: the format's binding cannot be checked here (WebP).
   */
  integrity: 'valid' | 'invalid' | 'not-checked';
  /** Nobody's list of trusted signers is consulted: a valid signature says that somebody signed, not who. */
  trust: 'not-checked';
  generator: string | null;
  actions: { action: string; digitalSourceType: string | null; softwareAgent: string | null }[];
  codes: string[];
}

const MAX_ACTIONS = 200;
const short = (text: string) => text.slice(0, 200);

/**
 * The claims of a file's C2PA manifests (active manifest first), or undefined without one. Throws on what the library
 * cannot read.
 */
export async function readC2pa(file: Uint8Array, container: Container): Promise<C2paClaims | undefined> {
  const asset: Asset | undefined =
    container.format === 'jpeg' ? new JPEG(file) : container.format === 'png' ? new PNG(file) : undefined;
  const jumbf = asset ? asset.getManifestJUMBF() : container.jumbf;
  if (!jumbf) return undefined;
  const store = ManifestStore.read(SuperBox.fromBuffer(new Uint8Array(jumbf)));
  const active = store.getActiveManifest();
  const verdict = asset && (await store.validate(asset));
  // What was put in may itself be made by a model: an edit of a generated picture names it in an older manifest.
  const others = store.manifests.filter((manifest) => manifest !== active);
  const actions = [...(active ? [active] : []), ...others].flatMap((manifest) =>
    (manifest.assertions?.getActionAssertions() ?? []).flatMap((assertion) => assertion.actions),
  );
  const generator = active?.claim?.claimGeneratorName;
  return {
    integrity: verdict === undefined ? 'not-checked' : verdict.isValid ? 'valid' : 'invalid',
    trust: 'not-checked',
    generator: generator ? short(generator) : null,
    actions: actions.slice(0, MAX_ACTIONS).map(({ action, digitalSourceType, softwareAgent }) => ({
      action: short(String(action)),
      digitalSourceType: digitalSourceType ? short(String(digitalSourceType)) : null,
      softwareAgent: softwareAgent?.name ? short(String(softwareAgent.name)) : null,
    })),
    codes: [
      ...new Set(
        (verdict?.statusEntries ?? []).filter(({ success }) => success === false).map(({ code }) => code),
      ),
    ],
  };
}
