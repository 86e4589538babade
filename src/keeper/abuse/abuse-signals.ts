import type { AbuseReason, KeyActivity } from '#store/abuse-cases.ts';

export type AbuseSignal = { readonly reason: AbuseReason; readonly counted: number; readonly usual: number };

/** A key that does so little is nobody's worry. docs/reference/abuse.md names each number. */
const thresholds = {
  velocityRequests: 1_000,
  velocityTimes: 10,
  errorRequests: 100,
  errorPercent: 50,
  abandonedRequests: 100,
  abandonedPercent: 3,
  endUsers: 1_000,
  networks: 20,
} as const;

/** What is unusual about a key's hour. Counts alone: nobody here has seen what was asked. */
export function signalsOf(activity: KeyActivity): readonly AbuseSignal[] {
  const { requests, refused, abandoned, endUsers, usualRequests, networks, newNetworks } = activity;
  const signals: AbuseSignal[] = [];
  const add = (reason: AbuseReason, counted: number, usual: number) => signals.push({ reason, counted, usual });
  const isFast = requests >= thresholds.velocityRequests && requests > usualRequests * thresholds.velocityTimes;
  // Who is new has no habits yet.
  if (isFast && usualRequests > 0) add('velocity', requests, usualRequests);
  if (requests >= thresholds.errorRequests && refused * 100 >= requests * thresholds.errorPercent) {
    add('error-ratio', refused, requests);
  }
  if (requests >= thresholds.abandonedRequests && abandoned * 100 > requests * thresholds.abandonedPercent) {
    add('abandoned-share', abandoned, requests);
  }
  if (endUsers > thresholds.endUsers) add('many-end-users', endUsers, thresholds.endUsers);
  if (newNetworks > thresholds.networks) add('new-networks', newNetworks, networks - newNetworks);
  if (activity.newCountries > 0 && activity.countries > activity.newCountries) {
    add('new-country', activity.newCountries, activity.countries - activity.newCountries);
  }
  return signals;
}
