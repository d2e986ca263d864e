import type { SettingValue } from '../catalogue.ts';
import type { Choices } from '../settings.ts';

/** Where a supervision stands. `paused`: suspended by a helpline or a court. */
export type State = 'invited' | 'accepted' | 'active' | 'paused' | 'ended' | 'declined' | 'expired';

/** Something that happened to a supervision. */
export type Happening =
  | { step: 'invited' }
  /** The parent redeemed the code. */
  | { step: 'accepted' }
  /** The young person said yes, or no. */
  | { step: 'agreed' }
  | { step: 'declined' }
  /** Withdrawn by either, or over because the young person has grown up. */
  | { step: 'ended' }
  | { step: 'suspended' }
  | { step: 'lifted' }
  | { step: 'expired' }
  /** The parent decided a setting; null takes the decision back. `wish`: in answer to one. */
  | { step: 'decided'; setting: string; value: SettingValue | null; wish?: boolean }
  | { step: 'refused'; setting: string; value: SettingValue }
  /** The parent's consent to make something personal public. */
  | { step: 'publishing'; given: boolean };

export interface Standing {
  state: State;
  decisions: Choices;
  publishes: boolean | null;
}

const empty = { decisions: {}, publishes: null };
const open = new Set<State>(['invited', 'accepted', 'active', 'paused']);

/**
 * What follows from a happening, or undefined when it cannot happen here. Whatever leaves `active` leaves every decision
 * of the parent behind: what is not active decides nothing.
 */
export function follow(standing: Standing | undefined, happening: Happening): Standing | undefined {
  if (!standing) return happening.step === 'invited' ? { state: 'invited', ...empty } : undefined;
  const { state } = standing;
  const to = (next: State, ...from: State[]) =>
    from.includes(state) ? { state: next, ...empty } : undefined;
  switch (happening.step) {
    case 'invited':
      return undefined;
    case 'accepted':
      return to('accepted', 'invited');
    case 'agreed':
      return to('active', 'accepted');
    case 'declined':
      return to('declined', 'accepted');
    case 'ended':
      return open.has(state) ? { state: 'ended', ...empty } : undefined;
    case 'suspended':
      return to('paused', 'accepted', 'active');
    // The young person is asked again: nobody comes back without their yes.
    case 'lifted':
      return to('accepted', 'paused');
    case 'expired':
      return to('expired', 'invited', 'accepted');
    case 'decided': {
      if (state !== 'active') return undefined;
      const { [happening.setting]: _before, ...rest } = standing.decisions;
      return {
        ...standing,
        decisions: happening.value === null ? rest : { ...rest, [happening.setting]: happening.value },
      };
    }
    case 'refused':
      return state === 'active' ? standing : undefined;
    case 'publishing':
      return state === 'active' ? { ...standing, publishes: happening.given } : undefined;
  }
}

/** The state that holds at a time: what nobody answered lapses by itself. */
export function stateAt(row: { state: State; expiresAt: Date | null }, now: Date): State {
  const waits = row.state === 'invited' || row.state === 'accepted';
  return waits && row.expiresAt !== null && row.expiresAt <= now ? 'expired' : row.state;
}

/** What parent and young person are told. A pause looks like any other end: nobody learns that a child spoke to somebody. */
export type ShownState = 'invited' | 'accepted' | 'active' | 'over';

export function shown(state: State): ShownState {
  return state === 'invited' || state === 'accepted' || state === 'active' ? state : 'over';
}
