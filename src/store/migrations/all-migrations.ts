import { firstTables } from './0001-first-tables.ts';
import { translations } from './0002-translations.ts';
import { storedObjects } from './0003-stored-objects.ts';
import { media } from './0004-media.ts';
import { keysAndUsage } from './0005-keys-and-usage.ts';
import { recall } from './0006-recall.ts';
import { endpointHints } from './0007-endpoint-hints.ts';
import { hedges } from './0008-hedges.ts';
import { limitsAndRates } from './0009-limits-and-rates.ts';
import { claims } from './0010-claims.ts';
import { endUsers } from './0011-end-users.ts';
import { oneLimitOfEachKind } from './0012-one-limit-of-each-kind.ts';
import { trust } from './0013-trust.ts';
import { ownKeys } from './0014-own-keys.ts';
import { retention } from './0015-retention.ts';
import { receiptBatches } from './0016-receipt-batches.ts';
import { rotationAndWarnings } from './0017-rotation-and-warnings.ts';
import { usageByDay } from './0018-usage-by-day.ts';
import { abuse } from './0019-abuse.ts';
import { ledgerAccounts } from './0020-ledger-accounts.ts';
import { reconciliation } from './0021-reconciliation.ts';
import { payments } from './0022-payments.ts';
import { operations } from './0023-operations.ts';
import { operationPrices } from './0024-operation-prices.ts';
import { members } from './0025-members.ts';
import { overruns } from './0026-overruns.ts';
import { team } from './0027-team.ts';
import { generationsOfWorkspace } from './0028-generations-of-workspace.ts';
import { limitsOfUpstreams } from './0029-limits-of-upstreams.ts';
import { operationUses } from './0030-operation-uses.ts';
import { privacyCases } from './0031-privacy-cases.ts';
import { pageViews } from './0032-page-views.ts';
import { policyAcceptances } from './0033-policy-acceptances.ts';
import { rights } from './0034-rights.ts';
import { upstreams } from './0035-upstreams.ts';
import { inspections } from './0036-inspections.ts';
import { margin } from './0037-margin.ts';
import { notices } from './0038-notices.ts';
import { erasures } from './0039-erasures.ts';
import { linkChecks } from './0040-link-checks.ts';
import { dormancy } from './0041-dormancy.ts';
import { news } from './0042-news.ts';
import { agreements } from './0043-agreements.ts';
import { webhooks } from './0044-webhooks.ts';
import { subProcessorHosts } from './0045-sub-processor-hosts.ts';
import { pagesOfKeys } from './0047-pages-of-keys.ts';
import { backgroundResponses } from './0049-background-responses.ts';
import { logPeaks } from './0050-log-peaks.ts';
import { limitsOfOperators } from './0051-limits-of-operators.ts';
import type { Migration } from './migration.ts';

/** Every step that this code knows, in order. */
export const allMigrations: readonly Migration[] = [
  firstTables,
  translations,
  storedObjects,
  media,
  keysAndUsage,
  recall,
  endpointHints,
  hedges,
  limitsAndRates,
  claims,
  endUsers,
  oneLimitOfEachKind,
  trust,
  ownKeys,
  retention,
  receiptBatches,
  rotationAndWarnings,
  usageByDay,
  abuse,
  ledgerAccounts,
  reconciliation,
  payments,
  operations,
  operationPrices,
  members,
  overruns,
  team,
  generationsOfWorkspace,
  limitsOfUpstreams,
  operationUses,
  privacyCases,
  pageViews,
  policyAcceptances,
  rights,
  upstreams,
  inspections,
  margin,
  notices,
  erasures,
  linkChecks,
  dormancy,
  news,
  agreements,
  webhooks,
  subProcessorHosts,
  pagesOfKeys,
  backgroundResponses,
  logPeaks,
  limitsOfOperators,
];
