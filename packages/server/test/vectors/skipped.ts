/**
 * Cases that do not hold under our rules, by id and with the reason. Every other one is asked of the functions that close
 * a period, and holds.
 */
export const SKIPPED: Readonly<Record<string, string>> = {
  'chg-lago-dyn-051': 'what usage costs is said by the catalog, never by the event',
  'chg-om-dynamic': 'what usage costs is said by the catalog, never by the event',
  'chg-lago-pct-048':
    'a percentage has its least and its most once a period: events are counted, their prices are not kept apart',
  'chg-om-pkg-035': 'there is no most that a package price comes to in a period',
  'chg-om-vol-075': 'there is no most that a tiered price comes to in a period',
  'chg-autumn-vol-free-095':
    'free units stay free when there are more, and the tiers count what is left without them',
  'cr-om-reset-at-start':
    'a reset at the very moment that a window begins is no error: it finds nothing to reset',
  'cr-om-reset-overage':
    'a rollover has a cap and a share but no minimum that it is filled up to, and overage ends with its window',
  'ctr-stripe-kwd':
    'ISO 4217 gives the dinar 3 decimals, each of which counts; rounding to 2 is for the provider that asks it',
  'ctr-stripe-zerodec-MGA':
    'ISO 4217 gives the ariary 2 decimals; that a provider counts whole ones is for its own table to say',
  'life-kb-cancel-fixed30': 'a month counts its own days here, never thirty',
  'pro-kb-frac-3months': 'three months are three periods, never one part of a longer one',
  'pro-kb-invalid-2': 'what ends before it begins is no error: it never began, and costs nothing',
  'pro-kb-invalid-3': 'what ends before it begins is no error: it never began, and costs nothing',
  'pro-kb-invalid-4': 'what ends before it begins is no error: it never began, and costs nothing',
}
