import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeBand } from '../base/vocabulary.ts';
import { loadSafeguards, type Situation, safeguardsFolder } from './safeguards.ts';

const safeguards = loadSafeguards();
const ask = (action: string, from: AgeBand, to: AgeBand, more: { connected?: boolean; risk?: number } = {}) =>
  safeguards.judge({
    subject: { id: 'a', ageBand: from, risk: more.risk ?? 0 },
    action,
    resource: { type: 'account', id: 'b', ageBand: to },
    connected: more.connected ?? false,
  });

describe('safeguards', () => {
  it('limit a stranger’s request to a young person and say why in both languages', () => {
    const verdict = ask('contact.request', 'adult', '13-15');
    expect(verdict.decision).toBe('limit');
    expect(verdict.obligations).toEqual([{ id: 'quiet-request', policy: 'stranger-request-is-quiet' }]);
    expect(verdict.reasons[0]?.text.vi).toMatch(/chưa quen/);
    expect(verdict.reasons[0]?.text.en).toMatch(/know each other/);
  });

  it('keep an account under 18 private, and leave adults alone', () => {
    expect(ask('profile.view', '16-17', '13-15').decision).toBe('limit');
    expect(ask('profile.view', 'adult', 'adult').decision).toBe('allow');
    expect(ask('message.send', 'adult', 'adult').decision).toBe('allow');
    expect(ask('message.send', '13-15', '13-15', { connected: true }).decision).toBe('allow');
  });

  it('deny everything towards minors at high risk, even to contacts', () => {
    for (const action of ['contact.request', 'message.send', 'call.start', 'profile.view', 'search.appear']) {
      const verdict = ask(action, 'adult', '16-17', { connected: true, risk: 3 });
      expect(verdict.decision).toBe('deny');
      expect(verdict.policies).toContain('high-risk-account-keeps-away-from-minors');
    }
  });

  it('no unconnected grown-up or account of unknown age may write privately to somebody who may be a minor', () => {
    const minors = ['under-13', '13-15', '16-17', 'unknown'] as const;
    const grown = ['18-24', 'adult', 'unknown'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...grown),
        fc.constantFrom(...minors),
        fc.integer({ min: 0, max: 4 }),
        (from, to, risk) => {
          expect(ask('message.send', from, to, { risk }).decision).toBe('deny');
          expect(ask('call.start', from, to, { risk }).decision).toBe('deny');
          expect(ask('search.appear', from, to, { risk }).decision).toBe('deny');
        },
      ),
    );
  });

  it('cover sensitive content for the young and the unknown, and stop public live under 16', () => {
    const content = (ageBand: AgeBand, sensitive: boolean) =>
      safeguards.judge({
        subject: { id: 'a', ageBand, risk: 0 },
        action: 'content.view',
        resource: { type: 'content', id: 'c', sensitive },
        connected: false,
      }).decision;
    expect(content('13-15', true)).toBe('limit');
    expect(content('unknown', true)).toBe('limit');
    expect(content('adult', true)).toBe('allow');
    expect(content('13-15', false)).toBe('allow');
    const live: Situation = {
      subject: { id: 'a', ageBand: '13-15', risk: 0 },
      action: 'stream.start',
      resource: { type: 'stream', id: 's', audience: 'public' },
      connected: false,
    };
    expect(safeguards.judge(live).decision).toBe('deny');
  });

  it('one may see and do with one’s own account', () => {
    const own = safeguards.judge({
      subject: { id: 'a', ageBand: '13-15', risk: 0 },
      action: 'profile.view',
      resource: { type: 'account', id: 'a', ageBand: '13-15' },
      connected: false,
    });
    expect(own.decision).toBe('allow');
  });

  it('every band pair gets an answer with a reason for whatever is not allowed', () => {
    for (const from of AgeBand.options) {
      for (const to of AgeBand.options) {
        const verdict = ask('contact.request', from, to);
        if (verdict.decision !== 'allow') expect(verdict.reasons.length).toBeGreaterThan(0);
      }
    }
  });

  it('a policy with a mistake stops the start and names the file or policy', () => {
    const folder = mkdtempSync(join(tmpdir(), 'safeguards-'));
    cpSync(safeguardsFolder, folder, { recursive: true });
    writeFileSync(join(folder, 'wrong.cedar'), 'permit (principal, action, resource');
    expect(() => loadSafeguards(folder)).toThrow(/wrong\.cedar/);
    writeFileSync(
      join(folder, 'wrong.cedar'),
      '@id("typo") @reason_vi("a") @reason_en("b") forbid (principal, action, resource) when { principal.colour == "red" };',
    );
    expect(() => loadSafeguards(folder)).toThrow(/typo/);
  });
});
