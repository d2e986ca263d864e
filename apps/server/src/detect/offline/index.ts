/** Detection without a server: what `keben screen` and `keben replay` need, and no more, so that they start at once. */
export { loadDetectionPolicy } from '../policy.ts';
export { type ReplayedLine, replay } from '../replay.ts';
export { type ScreenedLine, screen } from './screen.ts';
