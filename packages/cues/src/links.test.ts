import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import list from '../generated/brands.json' with { type: 'json' };
import { seeded } from '../scripts/evasions.ts';
import { genuineHosts, inventedHosts } from '../scripts/innocuous-hosts.ts';
import { hostRisk, hostThreshold } from './host-risk.ts';
import { analyse } from './index.ts';
import { judgeHost, judgeLinks, linksOf } from './links.ts';
import { unicodeHost } from './punycode.ts';

const kindOf = (host: string) => judgeHost(host)?.kind;
const kinds = (text: string) => linksOf(text).map(({ kind }) => kind);
const cuesOf = (text: string) => analyse(text).cues.map(({ cue }) => cue);

describe('hosts', () => {
  it('never suspects a genuine domain or what lies under it', () => {
    const domains = list.brands.flatMap((brand) => brand.domains).filter((domain) => domain.includes('.'));
    fc.assert(
      fc.property(
        fc.constantFrom(...domains),
        fc.constantFrom('', 'www.', 'my.', 'ib-2.app.', 'shopee.', 'vietcombank-xacthuc.'),
        (domain, under) => {
          expect(['genuine', 'shortened']).toContain(kindOf(`${under}${domain}`));
        },
      ),
    );
    expect(kindOf('xinchao.bocongan.gov.vn')).toBe('genuine');
    expect(kindOf('thcs-hoasen.edu.vn')).toBe('other');
    expect(kindOf('vietcombank-hoso.edu.vn')).toBe('other');
  });

  it('leaves genuine sites of all kinds and ordinary invented ones alone', () => {
    const borrowed = [...genuineHosts(), ...inventedHosts(4000, seeded(23))].filter(
      (host) => kindOf(host) === 'look-alike',
    );
    expect(borrowed).toEqual([]);
    const risky = genuineHosts().filter((host) => kindOf(host) === 'risky');
    expect(risky).toEqual([]);
    for (const host of [
      'google.co.jp',
      'amazon.de',
      'shopee.co.id',
      'hsbc.co.uk',
      'chinhphucdinhcao.com',
      'gamingarena.com',
      'telegraf.rs',
      'letelegramme.fr',
      'discard.io',
      'wificloud.com',
      'pineappleideas.com',
      'myvibe.com',
      'roblox.fandom.com',
      'discord.example.org',
      'vietbao.vn',
      'momoland.fan',
      'fcbbank.com',
      'thinkingmail.com',
    ])
      expect(kindOf(host), host).not.toBe('look-alike');
  });

  it('sees borrowed names: with a word added, as a subdomain, with other letters, one letter off', () => {
    for (const host of [
      'vietcombank-xacthuc.com',
      'vietcombank.com.vn.nhanqua.top',
      'vietcombank.xyz',
      'v1etcombank.xyz',
      'vietconbank.vip',
      'vietcombnak.com',
      'viet-com-bank.online',
      'dichvucong-gov.com',
      'dichvucong.gov-vn.cc',
      'thue.govvn.top',
      'vneid-capnhat.online',
      'techcornbank.shop',
      'garena-sukien.com',
      'facebook-binhchon.site',
      'faceb00k.live',
      'facebo0ok.com',
      'shopee-trian.club',
      'shoppee.top',
      't1ktok.vip',
      'tikt0k-shop.com',
      'vcb-xacthuc.com',
      'vcbdigibank.net',
      'acb-online.top',
      'tindung-vpb.com',
      'icloudvn.info',
      'tiki-vip.com',
    ])
      expect(kindOf(host), host).toBe('look-alike');
  });

  it('reads names in letters of other alphabets, also in punycode', () => {
    for (const shown of [
      'vietcоmbank.com',
      'fаcebook.com',
      'víetcombank.net',
      'аррӏе.com',
      'shореe.vn',
      'ｇarena.top',
    ])
      expect(judgeHost(domainToASCII(shown)), shown).toMatchObject({
        kind: expect.stringMatching(/look-alike|genuine/),
      });
    expect(kindOf('xn--80ak6aa92e.com')).toBe('look-alike');
    expect(judgeHost(domainToASCII('nаpthe.com'))).toMatchObject({
      kind: 'punycode',
      risk: expect.any(Number),
    });
    expect(judgeHost(domainToASCII('пример.рф'))).toEqual({ kind: 'punycode' });
  });

  it('knows suffixes of the public list, and that other names have none', () => {
    expect(kindOf('xacminh.gov.sg')).toBe('other');
    expect(kindOf('vietcombank.co.uk')).toBe('look-alike');
    expect(kindOf('may-in.printer')).toBeUndefined();
    expect(kindOf('bit.ly')).toBe('shortened');
  });

  it('decodes punycode as RFC 3492 does', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'abcxyz09àếđñöпривет例え子供'), minLength: 1, maxLength: 20 }),
        (label) => {
          const host = domainToASCII(`${label}.vn`);
          fc.pre(host !== '');
          expect(unicodeHost(host)).toBe(`${label}.vn`.normalize('NFC'));
        },
      ),
    );
    expect(unicodeHost('xn--999999999.com')).toBeTypeOf('string');
  });
});

describe('the model of hosts', () => {
  it('gives a probability to any host and stays below its threshold on genuine brands', () => {
    fc.assert(
      fc.property(fc.domain(), (host) => {
        const risk = hostRisk(host);
        expect(risk >= 0 && risk <= 1).toBe(true);
      }),
    );
    for (const { domains } of list.brands)
      for (const domain of domains) {
        expect(kindOf(domain), domain).not.toBe('risky');
        expect(hostRisk(domain), domain).toBeLessThan(hostThreshold);
      }
  });

  it('tells hosts that look like those of scams, with the cue and a chance', () => {
    expect(hostRisk('vaytiennhanh-24h88.xyz')).toBeGreaterThan(hostThreshold);
    expect(hostRisk('thuvien-tinh.vn')).toBeLessThan(0.5);
    const text = 'Anh em vào taixiu-doithuong88.vip nha';
    expect(kinds(text)).toEqual(['risky']);
    expect(cuesOf(text)).toContain('suspicious-link');
  });
});

describe('links in texts', () => {
  it('tells shortened, numeric and punycode hosts apart, and passes by what is no host', () => {
    expect(linksOf('http://192.168.1.20/login')).toMatchObject([{ kind: 'ip' }]);
    expect(cuesOf('vào http://192.168.1.1 đổi mật khẩu wifi')).not.toContain('suspicious-link');
    expect(linksOf('http://3405803794/nhan')).toMatchObject([
      { kind: 'ip', host: '203.0.113.18', risk: 0.6 },
    ]);
    expect(linksOf('Mai 7h.30 nhé, nhớ mang vở.Toán và file bai-tap.docx')).toEqual([]);
    expect(linksOf('Con về.me nấu cơm.Ba đón, gửi anh.zip với main.py nhé')).toEqual([]);
  });

  it('points at the original characters and leaves sentence marks outside', () => {
    const text = 'Vào https://vietcombank-xacthuc.com/dang-nhap, nhanh nhé.';
    const [link] = linksOf(text);
    expect(text.slice(link?.start, link?.end)).toBe('https://vietcombank-xacthuc.com/dang-nhap');
    expect(cuesOf(text)).toContain('look-alike-link');
    expect(cuesOf('Vào https://vietcombank.com.vn để xem')).not.toContain('look-alike-link');
  });

  it('sees through masks before an @, names in paths, hxxp, [.] and dots spelled out or with room', () => {
    for (const text of [
      'https://vietcombank.com.vn@dang-nhap.top/x',
      'https://abc-123.info/vietcombank.com.vn/login',
      'https://abc-123.info/vietcombank/dang-nhap.html',
      'hxxps://vietcombank-otp[.]com',
      'vào vietcombank-otp chấm com nha',
      'vào vietcombank-otp (dot) com nha',
      'go to facebook-login dot com now',
      'vietcombank . com . vn . nhanqua . top',
      'vietcombank-xacthuc .com',
      'cskh@vietcombank-hotro.com',
    ])
      expect(kinds(text), text).toEqual(['look-alike']);
    expect(linksOf('hxxps://vietcombank-otp[.]com')[0]?.disguised).toBe(true);
  });

  it('stays quiet where brands are talked about, mailed from, or words only look alike', () => {
    for (const text of [
      'Mở facebook. VN thắng rồi',
      'Tắt tiktok. Com chín rồi',
      'nuoc mam cham com ngon',
      'Cô chấm điểm facebook của lớp',
      'the dot com bubble',
      'minh.vu@gmail.com',
      'hotro@vietcombank.com.vn',
      'https://vnexpress.net/vietcombank-canh-bao-lua-dao-1.html',
      'https://tinhthanh.vn/cach-dang-nhap-vietcombank',
      'https://hanoi.edu.vn/login?next=/facebook',
      'đọc ở https://www.google.com/search?q=vietcombank+login',
    ])
      expect(kinds(text), text).not.toContain('look-alike');
  });

  it('judges addresses that were sent beside a text', () => {
    expect(
      judgeLinks(['https://vietcombank-otp.com/a', 'không phải', 'https://vnexpress.net']),
    ).toMatchObject([{ kind: 'look-alike' }, { kind: 'genuine' }]);
    expect(analyse('Xem cái này nè', { links: ['https://vietcombank-otp.com'] }).cues).toContainEqual({
      cue: 'look-alike-link',
      score: 0.9,
      start: 0,
      end: 0,
    });
    const both = analyse('https://vietcombank-otp.com', { links: ['https://vietcombank-otp.com'] });
    expect(both.cues.filter(({ cue }) => cue === 'look-alike-link')).toHaveLength(1);
    expect(analyse('', { links: ['https://vietcombank-otp.com'] }).harms.scam).toBeGreaterThan(0);
  });

  it('reads any text without fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.webUrl(), (text, url) => {
        const whole = `${text} ${url} chấm com ${text}`;
        for (const { start, end, text: found } of linksOf(whole)) expect(whole.slice(start, end)).toBe(found);
      }),
    );
  });
});
