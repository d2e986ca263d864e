import { en } from './texts-en.ts';
import { vi } from './texts-vi.ts';

/** Words of the console by language. */
export const texts = { vi, en };
