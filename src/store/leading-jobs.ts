import type { JobName } from '#core/privacy/activities.ts';

/** Work that one of all keepers does at a time. */
export type JobStore = {
  /** Takes the lead, or keeps it, until then. False: somebody else leads at this instant. */
  lead(job: JobName, holder: string, until: number, now: number): Promise<boolean>;
  /** Every job that was ever led, with who led it last. */
  list(): Promise<readonly { readonly name: string; readonly holder: string; readonly until: number }[]>;
};
