import { describe, expect, it } from 'vitest';
import { compileSafeguards, loadSafeguards } from '../safeguards.ts';
import { belowFloor, protections } from './floor.ts';
import { layOver } from './own-policies.ts';

const files = loadSafeguards().list;

/** What of the floor is weakened when these policies are switched off. */
const without = (...ids: string[]) =>
  belowFloor(
    compileSafeguards(
      layOver(
        files,
        ids.map((id) => ({ id, off: true as const })),
      ),
    ),
  ).map(({ protection }) => protection);

describe('the floor', () => {
  it('holds with the shipped policies', () => {
    expect(belowFloor(loadSafeguards())).toEqual([]);
    expect(new Set(protections.map(({ id }) => id)).size).toBe(protections.length);
  });

  it.each([
    ['not-found-by-unconnected-adult', 'adults-do-not-reach-minors-alone'],
    ['high-risk-account-keeps-away-from-minors', 'high-risk-keeps-away-from-minors'],
    ['age-first-then-strangers', 'adults-do-not-reach-minors-alone'],
    ['high-risk-account-does-not-join-a-minors-stream', 'high-risk-keeps-away-from-minors'],
    ['no-intimate-picture-between-adult-and-minor', 'no-intimate-pictures-between-adults-and-minors'],
    ['no-intimate-content-by-minors', 'no-intimate-pictures-between-adults-and-minors'],
    ['publishing-about-a-child-needs-both-consents', 'publishing-about-children-needs-both-consents'],
    ['blocked-stays-blocked', 'blocked-stays-blocked'],
    ['sixty-minutes-a-game', 'game-time'],
    ['three-hours-of-games-a-day', 'game-time'],
    ['game-warning-every-thirty-minutes', 'game-warning'],
    ['game-class-fits-the-age', 'game-class-fits-the-age'],
  ])('breaks without %s', (policy, protection) => {
    expect(without(policy)).toContain(protection);
  });

  it.each([
    'context.insult',
    'context.link',
    'context.quiet',
    'context.relationship == "friend"',
    'principal.risk == 1',
    'resource.settings.messagesFrom == "contacts"',
  ])('sees that adults may write to minors where %s', (exception) => {
    const own = ['no-private-message-from-unconnected-adult', 'messages-as-chosen'].map((id) => {
      const { file, text } = files.find((one) => one.id === id) ?? { file: '', text: '' };
      return { id, file, text: text.replace('when {', `when { !(${exception}) &&`) };
    });
    expect(belowFloor(compileSafeguards(layOver(files, own))).map(({ protection }) => protection)).toContain(
      'adults-do-not-reach-minors-alone',
    );
  });

  it('is not touched by stricter policies or other words', () => {
    const stricter = {
      id: 'no-comments-at-all',
      file: 'contact.cedar',
      text: `@id("no-comments-at-all")
@reason_vi("Không ai bình luận.")
@reason_en("Nobody comments.")
forbid (principal, action == Action::"comment", resource);`,
    };
    const location = files.find(({ id }) => id === 'no-location-of-minor');
    const reworded = {
      id: 'no-location-of-minor',
      file: 'discovery.cedar',
      text: (location?.text ?? '').replace('is shared with nobody', 'stays private'),
    };
    expect(belowFloor(compileSafeguards(layOver(files, [stricter, reworded])))).toEqual([]);
  });

  it('sees a limit in place of a refusal, and a narrower condition, and says where', () => {
    const weaker = {
      id: 'no-location-of-minor',
      file: 'discovery.cedar',
      text: `@id("no-location-of-minor")
@reason_vi("Vị trí.")
@reason_en("Location.")
forbid (principal, action == Action::"location.view", resource)
when { resource.minor && !(resource.band == "16-17" && context.connected) };`,
    };
    const [broken] = belowFloor(
      compileSafeguards(layOver(files, [weaker, { id: 'location-as-chosen', off: true }])),
    );
    expect(broken).toMatchObject({
      protection: 'location-of-minors-is-not-shared',
      count: 6,
    });
    expect(broken?.situations[0]?.en).toMatch(
      /Seeing the location: .* → teenager of 16–17; the two are contacts/,
    );
  });
});
