import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  anyAddress,
  isPublicAddress,
  OutboundRefused,
  type OutboundRequest,
  requestOutside,
} from './outbound.ts';

describe('public addresses', () => {
  it.each(['1.1.1.1', '8.8.8.8', '113.160.0.1', '2606:4700:4700::1111', '2405:4800::1', '::ffff:8.8.8.8'])(
    'takes %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ['this machine', '127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '::'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1', 'fec0::1'],
    [
      'link-local and metadata',
      '169.254.169.254',
      'fe80::1',
      'fd00:ec2::254',
      '100.100.100.200',
      '192.0.0.192',
    ],
    ['a cloud answers there about itself', '168.63.129.16'],
    ['shared between customers', '100.64.0.1', '100.127.255.255'],
    ['multicast and broadcast', '224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
    [
      'reserved or for documents',
      '240.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '203.0.113.9',
      '2001:db8::1',
      '100::1',
    ],
    ['IPv4 inside IPv6', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::127.0.0.1'],
    ['IPv4 behind a translator', '64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::1', '2001::1'],
    ['not an address', '', 'localhost', '999.1.1.1', 'fe80::1%eth0', '1.2.3'],
  ])('refuses %s', (_, ...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });

  it('judges an IPv4 address the same when it is written as IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublicAddress(address));
      }),
    );
  });
});

describe('calling an address that somebody else chose', () => {
  const server = createServer((request, response) => response.end(request.headers.host));
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  const call = (host: string, options: Partial<OutboundRequest> = {}) =>
    requestOutside(new URL(`http://${host}:${port}/`), {
      signal: AbortSignal.timeout(5000),
      ...options,
    });
  const at = (...addresses: string[]) =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

  it.each(['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost'])(
    'refuses %s before anything is sent',
    (host) => expect(call(host)).rejects.toThrow(OutboundRefused),
  );

  it('refuses a name when any of its addresses is inside', async () => {
    await expect(call('inside.test', { lookup: () => at('8.8.8.8', '127.0.0.1') })).rejects.toThrow(
      OutboundRefused,
    );
  });

  it('calls the address that was checked, with the name that was asked for', async () => {
    let asked = 0;
    const lookup = (name: string) => {
      expect(name).toBe('outside.test');
      asked++;
      return at('127.0.0.1');
    };
    const response = await call('outside.test', { allows: anyAddress, lookup });
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) body += chunk;
    expect(body).toBe(`outside.test:${port}`);
    expect(asked).toBe(1);
  });

  it('tells of a name that has no address', async () => {
    await expect(call('nowhere.test', { lookup: () => at() })).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
