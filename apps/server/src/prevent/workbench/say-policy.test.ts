import { describe, expect, it } from 'vitest';
import { loadSafeguards } from '../safeguards.ts';
import { sayPolicy } from './say-policy.ts';

const shipped = loadSafeguards().list;
const say = (condition: string) =>
  sayPolicy({
    effect: 'forbid',
    text: `forbid (principal, action == Action::"follow", resource) ${condition};`,
  });

describe('a policy in words', () => {
  it.each(shipped.map((one) => [one.id, one] as const))(
    '%s comes out whole in both languages',
    (_, safeguard) => {
      const words = sayPolicy(safeguard);
      expect(words.whole).toBe(true);
      for (const text of [words.sentence.vi, words.sentence.en]) {
        expect(text).toBe(text.normalize('NFC'));
        expect(text).not.toMatch(/principal|resource\b|context\.|settings\.|==|&&|undefined/);
      }
      expect(words.sentence.vi).not.toBe(words.sentence.en);
    },
  );

  it('says effect, actions and condition', () => {
    const one = shipped.find(({ id }) => id === 'elevated-risk-waits-for-an-answer');
    expect(one && sayPolicy(one).sentence).toEqual({
      vi: 'Chỉ cho có điều kiện (không kèm ảnh và đường dẫn): nhắn tin riêng, khi người bên kia có thể chưa đủ 18 tuổi, nguy cơ của người thực hiện từ mức “đáng chú ý” trở lên, (có ảnh hoặc video hoặc có đường dẫn) và đó không phải tài khoản của chính mình.',
      en: 'Allows with a limit (without pictures and links): sending a private message, when the other person may be under 18, the risk of the person acting is “elevated” or above, (there are pictures or films or there are links) and it is not one’s own account.',
    });
  });

  it('carries a negation inward, and reads `unless` as its opposite', () => {
    const words = say('when { !(context.connected && resource.minor) }').sentence.en;
    expect(words).toContain('when the two are not contacts or the other person is certainly 18 or over');
    expect(say('unless { context.connected || context.peers }').sentence.en).toContain(
      'when the two are not contacts and the two are not young people of about the same age',
    );
    expect(say('when { !(principal.risk < 2) }').sentence.en).toContain(
      'the risk of the person acting is “elevated” or above',
    );
    expect(say('when { 2 <= principal.risk }').sentence.en).toBe(
      say('when { principal.risk >= 2 }').sentence.en,
    );
    expect(say('when { context.connected == false }').sentence.en).toBe(
      say('when { !context.connected }').sentence.en,
    );
  });

  it('shows Cedar text for what it has no words for, and says so', () => {
    const words = say('when { context.connected && principal.risk + 1 > 3 }');
    expect(words.whole).toBe(false);
    expect(words.condition).toEqual({
      kind: 'all',
      of: [
        { kind: 'fact', text: { vi: 'hai bên đã kết bạn', en: 'the two are contacts' } },
        {
          kind: 'fact',
          text: { vi: '(principal.risk + 1) > 3', en: '(principal.risk + 1) > 3' },
          cedar: true,
        },
      ],
    });
  });
});
