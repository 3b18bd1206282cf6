/** A replica serves each of its sites below this path, screens and API alike; a venue serves its own at the root. */
const ofASite = /^\/sites\/(?<site>[a-z0-9][a-z0-9-]*)(?=\/|$)/u;

/** The part of a page's path that belongs to its site and stands before everything else; empty at a venue. */
export function siteBaseOf(pathname: string): string {
  return ofASite.exec(pathname)?.[0] ?? '';
}

/** The screen of another site: to be opened as a page of its own, so that nothing of this site stays in memory. */
export function atSite(site: string, screen: string): string {
  return `/sites/${site}${screen}`;
}

/** Of the page that is open. It cannot change while the page stands. */
export const siteBase = siteBaseOf(globalThis.location?.pathname ?? '');
