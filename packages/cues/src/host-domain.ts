/**
 * Registrable domain of a host, by a short list of public suffixes: those of .vn and the common ones of other
 * countries and kinds (after publicsuffix.org). The whole list would weigh more than all else that a phone loads here;
 * a suffix that is not on ours is read as one label, which at worst misses a look-alike.
 */
export function domainOf(host: string): { domain: string; suffix: string } | undefined {
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length < 2 || labels.some((label) => label === '')) return undefined;
  if (!/^[a-z]{2}$/.test(last) && !kinds.has(last)) return undefined;
  const two = labels.slice(-2).join('.');
  const length = seconds.has(labels.at(-2) ?? '') && /^[a-z]{2}$/.test(last) && labels.length > 2 ? 2 : 1;
  if (length === 1 && seconds.has(labels.at(-2) ?? '') && last === 'vn' && labels.length === 2)
    return undefined;
  return {
    domain: labels.slice(-1 - length).join('.'),
    suffix: length === 2 ? two : last,
  };
}

const words = (text: string) => new Set(text.split(' '));

/** Second labels under which countries register: com.vn, gov.vn, co.uk, com.au … */
const seconds = words('com net org edu gov ac co biz info name pro health int id io mil go or ne');

/** Generic top-level domains that are seen in links; country codes are recognised by their two letters. */
const kinds = words(
  'com net org info biz edu gov mil int name pro mobi asia app dev page web site website online store shop club vip top xyz icu fun live life world today news blog tech cloud digital email link click work works space host press money cash loan loans bank finance credit fund trade market markets center company group team game games bet casino poker win bid men date wang ltd inc llc agency academy school university social chat zone network systems services support help guru run studio design media video audio photo photos pics art music movie film tv fm radio travel tours hotel house homes land city global international plus one best cool red blue green black pink gold sale deals promo gift gifts rocks lol wtf monster quest beauty hair skin makeup fit yoga care clinic health doctor pharmacy tokyo london nyc berlin paris college degree express delivery exchange capital ventures partners solutions business watch cfd sbs shopping bar rest show voto buzz pics cyou autos boats homes yachts mom lat skin fans zip mov events community guide tips report reviews direct directory center careers jobs cards software codes academy institute education training courses',
);
