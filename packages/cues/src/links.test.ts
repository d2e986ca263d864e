import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import list from '../generated/brands.json' with { type: 'json' };
import { analyse } from './index.ts';
import { judgeHost, linksOf } from './links.ts';

const kindOf = (host: string) => judgeHost(host)?.kind;

describe('links', () => {
  it('never suspects a genuine domain or what lies under it', () => {
    const domains = list.brands.flatMap((brand) => brand.domains);
    fc.assert(
      fc.property(
        fc.constantFrom(...domains),
        fc.constantFrom('', 'www.', 'my.', 'ib-2.app.'),
        (domain, under) => {
          expect(['genuine', 'shortened']).toContain(kindOf(`${under}${domain}`));
        },
      ),
    );
    expect(kindOf('xinchao.bocongan.gov.vn')).toBe('genuine');
    expect(kindOf('thcs-hoasen.edu.vn')).toBe('other');
  });

  it('sees borrowed names: with a word added, as a subdomain, with other letters, one letter off', () => {
    for (const host of [
      'vietcombank-xacthuc.com',
      'vietcombank.com.vn.nhanqua.top',
      'v1etcombank.xyz',
      'vietconbank.vip',
      'dichvucong-gov.com',
      'vneid-capnhat.online',
      'techcornbank.shop',
      'garena-suкien.com'.replace('к', 'k'),
      'facebook-binhchon.site',
      'shopee-trian.club',
    ]) {
      expect(kindOf(host), host).toBe('look-alike');
    }
  });

  it('tells shortened, numeric and punycode hosts apart, and passes by what is no host', () => {
    expect(kindOf('bit.ly')).toBe('shortened');
    expect(linksOf('http://192.168.1.20/login')[0]?.kind).toBe('ip');
    expect(kindOf('xn--80ak6aa92e.com')).toBe('punycode');
    expect(linksOf('Mai 7h.30 nhé, nhớ mang vở.Toán và file bai-tap.docx')).toEqual([]);
  });

  it('points at the original characters and leaves sentence marks outside', () => {
    const text = 'Vào https://vietcombank-xacthuc.com/dang-nhap, nhanh nhé.';
    const [link] = linksOf(text);
    expect(text.slice(link?.start, link?.end)).toBe('https://vietcombank-xacthuc.com/dang-nhap');
    expect(analyse(text).cues.map(({ cue }) => cue)).toContain('look-alike-link');
    expect(analyse('Vào https://vietcombank.com.vn để xem').cues.map(({ cue }) => cue)).not.toContain(
      'look-alike-link',
    );
  });

  it('reads any text without fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.webUrl(), (text, url) => {
        for (const { start, end, text: found } of linksOf(`${text} ${url}`)) {
          expect(`${text} ${url}`.slice(start, end)).toBe(found);
        }
      }),
    );
  });
});
