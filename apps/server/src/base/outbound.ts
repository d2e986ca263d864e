import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The host is no address of the public internet, or one of its addresses is not. */
export class OutboundRefused extends Error {
  constructor(host: string) {
    super(`the host ${host} has an address that is not on the public internet`);
    this.name = 'OutboundRefused';
  }
}

/** All addresses of a name; rejects when it has none. */
export type OutboundLookup = (host: string) => Promise<LookupAddress[]>;

/** Azure answers machines about themselves at this address, which looks public. */
const INSIDE_CLOUDS = ['168.63.129.16'];

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an IP address is one of the public internet: not of this machine, its networks or a cloud's own (loopback,
 * private, link-local, shared, multicast, reserved), nor IPv6 that stands for an IPv4 address by way of a translator.
 * An IPv4 address written as IPv6 (`::ffff:…`) is judged as what it is. False for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  // Strict, so that ipaddr's forms of few or octal numbers never come into it.
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv6
    ? parsed.match(GLOBAL_UNICAST)
    : !INSIDE_CLOUDS.includes(parsed.toString());
}

/** For operators whose platforms stand in their own network. */
export const anyAddress = () => true;

export interface OutboundRequest {
  method?: 'GET' | 'POST';
  headers?: OutgoingHttpHeaders;
  body?: string;
  signal: AbortSignal;
  /** Which addresses may be called; public ones when left out. `anyAddress` when the operator says so. */
  allows?: (address: string) => boolean;
  lookup?: OutboundLookup;
}

/**
 * Calls an http or https address that somebody else chose, and gives the answer once its headers are there; follows
 * no redirect. A name is resolved once and the addresses checked are those that are called, so that it cannot change
 * in between (server-side request forgery by DNS rebinding). Rejects with OutboundRefused, or a fault of the network.
 * The caller reads the answer to its end or destroys it.
 */
export async function requestOutside(url: URL, options: OutboundRequest): Promise<IncomingMessage> {
  const { method = 'GET', headers, body, signal, allows = isPublicAddress, lookup = resolve } = options;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !allows(host)) throw new OutboundRefused(host);
  const checked: LookupFunction = (name, { all }, answer) => {
    lookup(name)
      .then((found) => {
        if (found.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
        if (!found.every(({ address }) => allows(address))) {
          throw new OutboundRefused(name);
        }
        const [first] = found as [LookupAddress];
        if (all) answer(null, found);
        else answer(null, first.address, first.family);
      })
      .catch((cause: NodeJS.ErrnoException) => answer(cause, ''));
  };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  // A connection for this request alone: one that is kept could lead elsewhere by now.
  const request = send(url, { method, agent: false, lookup: checked, signal, ...(headers && { headers }) });
  request.end(body);
  // After the answer has begun its own error tells of a fault.
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

function resolve(host: string): Promise<LookupAddress[]> {
  return new Promise((done, fail) => {
    systemLookup(host, { all: true, order: 'verbatim' }, (fault, found) =>
      fault ? fail(fault) : done(found),
    );
  });
}
