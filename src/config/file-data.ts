import type { DataHandling } from '#core/routing/data-handling.ts';
import type { EndpointType } from '#core/routing/endpoint.ts';
import type { DataSettings } from './file-schema.ts';
import { declared, defaultData } from './known-data.ts';

/** What the operator says replaces what is known as a whole: a source never covers what it did not say. */
export function readData(
  settings: DataSettings | undefined,
  at: { readonly provider: string; readonly type: EndpointType; readonly reachesProvider: boolean },
): DataHandling {
  if (settings === undefined) return defaultData(at);
  return {
    retentionDays: settings.retention_days ?? 'unknown',
    trains: settings.trains ?? 'unknown',
    ...(settings.human_review === undefined ? {} : { humanReview: settings.human_review }),
    ...(settings.storage_region === undefined ? {} : { storageRegion: settings.storage_region }),
    ...(settings.transfer_basis === undefined ? {} : { transferBasis: settings.transfer_basis }),
    source: settings.source ?? declared(),
    checked: settings.checked ?? '',
    ...(settings.terms === undefined ? {} : { terms: settings.terms }),
    ...(settings.opt_out === undefined ? {} : { optOut: settings.opt_out }),
  };
}
