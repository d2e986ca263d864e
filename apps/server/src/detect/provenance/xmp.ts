const namespace = 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/';
const escapes: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Values of `DigitalSourceType` (IPTC Photo Metadata 2024.1, XMP namespace Iptc4xmpExt) in an XMP packet: as attribute,
 * as `rdf:resource`, or as text. Written for untrusted input: no XML parser, no entity is resolved but the five of XML,
 * and each pattern runs once over the text.
 */
export function digitalSourceTypes(packet: string): string[] {
  const prefixes = new Set<string>();
  for (const [, prefix = '', value = ''] of packet.matchAll(
    /xmlns:([\w-]{1,64})\s{0,8}=\s{0,8}["']([^"'<]{1,200})["']/g,
  )) {
    if (value === namespace) prefixes.add(prefix);
  }
  const found: string[] = [];
  for (const prefix of prefixes) {
    const name = `${prefix}:DigitalSourceType`;
    const patterns = [
      new RegExp(`\\s${name}\\s{0,8}=\\s{0,8}["']([^"'<]{1,300})["']`, 'g'),
      new RegExp(`<${name}\\s[^>]{0,300}?rdf:resource\\s{0,8}=\\s{0,8}["']([^"'<]{1,300})["']`, 'g'),
      new RegExp(`<${name}(?:\\s[^>]{0,300})?>([^<]{1,300})<`, 'g'),
    ];
    for (const pattern of patterns) {
      for (const [, value = ''] of packet.matchAll(pattern)) found.push(unescaped(value).trim());
    }
  }
  return found.filter((value) => value !== '');
}

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_whole, name: string) => escapes[name] ?? '');
}
