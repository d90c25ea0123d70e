import { hub, type Site, type SiteInfo } from './hub.ts';
import { UNCOUNTED } from './uncounted.ts';

/** From one seed's await to the next seed's: a prime, so that all have their turn, and seeds in a row differ. */
const STRIDE = 7919;

/** Awaits of one seed. */
const AT_ONCE = 3;

/** Every await of every module under test that a process can come to in a world, sorted. */
export function countedSites(): readonly SiteInfo[] {
  const all = new Map<Site, SiteInfo>([...hub.sites.values()].flatMap((sites) => [...sites]));
  return [...all.values()].filter((info) => !isUncounted(info)).toSorted((a, b) => (a.site < b.site ? -1 : 1));
}

function isUncounted({ site, within }: SiteInfo): boolean {
  const [file = ''] = site.split(':');
  return UNCOUNTED.some((one) => one.file === file && (one.within === undefined || one.within === within));
}

/** The awaits whose turn it is, neighbours in the source: seeds in a row visit all. */
export function visitsOf(seed: number): readonly SiteInfo[] {
  const sites = countedSites();
  const groups = Math.ceil(sites.length / AT_ONCE);
  const first = ((seed * STRIDE) % groups) * AT_ONCE;
  return sites.slice(first, first + AT_ONCE);
}

/** Processes that have the await in one of their modules. */
export function processesAt(site: Site): readonly string[] {
  return [...hub.sites].filter(([, sites]) => sites.has(site)).map(([name]) => name);
}
