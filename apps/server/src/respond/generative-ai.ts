import { type GenerativeAiReason, generativeAiReasons } from '../detect/index.ts';

/**
 * The flag `generativeAi` of a case as the reasons for it, in a fixed order; none means the flag is not set. Once
 * somebody or something said that imagery of a case is AI-made, the case keeps saying so, with every reason. Pure.
 */
export function mergeGenerativeAi(
  before: readonly GenerativeAiReason[],
  found: readonly GenerativeAiReason[],
): GenerativeAiReason[] {
  return generativeAiReasons.filter((reason) => before.includes(reason) || found.includes(reason));
}

/** The two fields of the API: the flag as CyberTipline names it, and why it is set. */
export function generativeAiFields(reasons: readonly GenerativeAiReason[] | undefined): {
  generativeAi: boolean;
  generativeAiReasons: GenerativeAiReason[];
} {
  return { generativeAi: (reasons ?? []).length > 0, generativeAiReasons: [...(reasons ?? [])] };
}
