import { appealCase, decideCase, listCases, showCase, stopLeakedKey } from './abuse.ts';
import { endAlertLetter, setAlertReader, showAlertReader, takeAlertLetters } from './alert-letters.ts';
import { appendAudit, listAudit } from './audit.ts';
import { callerOf } from './caller-of.ts';
import { claimOnce, releaseClaim } from './claims.ts';
import { type Command, type CommandContext, Refused } from './command.ts';
import { endpointDays } from './endpoint-latency.ts';
import { explain, showGeneration } from './explain.ts';
import { firstStart } from './first-start.ts';
import { listGenerations } from './generation-list.ts';
import { forgetInstance, listInstances } from './instances.ts';
import { acceptInvitation, invite, listInvitations, revokeInvitation, showInvitation } from './invitations.ts';
import { listJobs, showReconciliation } from './jobs.ts';
import { changeKey, deleteKey, idsOfKeys, pageOfKeys, showKey } from './key-change.ts';
import { createKey } from './key-create.ts';
import { disableKey, enableKey } from './key-disable.ts';
import { listKeys } from './key-list.ts';
import { cutKey, rotateKey } from './key-rotate.ts';
import { listAccounts, refundGeneration, showStatement, showTrialBalance } from './ledger-books.ts';
import { checkLedger } from './ledger-check.ts';
import { listWarnings } from './limit-warnings.ts';
import { endLimit, listLimits, setLimit } from './limits.ts';
import { showMargin } from './margin.ts';
import { listMarkup, removeMarkup, setMarkup } from './markup.ts';
import {
  changeMember,
  foundWorkspace,
  listMembers,
  removeMember,
  renameWorkspace,
  showMemberships,
  showOperator,
} from './members.ts';
import { listModels } from './models.ts';
import { showOffer } from './offer.ts';
import {
  freezeWorkspace,
  grantOperatorRole,
  listOperators,
  overviewWorkspaces,
  removeOperatorRole,
} from './operate.ts';
import {
  balanceForOperation,
  dueOperations,
  endOperation,
  findOperation,
  nameOperation,
  openOperation,
  postOperation,
} from './operations.ts';
import { liftStop, listStopped } from './overruns.ts';
import { addOwnKey, changeOwnKey, listOwnKeys, removeOwnKey } from './own-keys.ts';
import { setKey, setWorkspace } from './owner-set.ts';
import { addPageViews, showPageViews } from './page-views.ts';
import {
  createCheckout,
  listInvoices,
  listLatePayments,
  listPayments,
  refundPayment,
  showInvoice,
  showTopUp,
  takeEvent,
} from './payments.ts';
import { listPrices, setPrice } from './prices.ts';
import { privacyCommands } from './privacy-table.ts';
import {
  confirmAdjustment,
  createCodes,
  grantPromo,
  listAdjustments,
  listPromos,
  proposeAdjustment,
  redeemCode,
} from './promos.ts';
import { importBill, reconcileBooks, showBills } from './provider-bill.ts';
import { showReceipt } from './receipts.ts';
import { completeSetup, createSetupLink, readSetupLink, saySetup } from './setup-link.ts';
import { addObject, findObject, listObjects, removeObject } from './stored-objects.ts';
import { proveLog, retireTrustKey, rotateTrustKey, showLogEntries, showLogHead, showTrustKeys } from './trust-log.ts';
import { listUpstreams } from './upstream-list.ts';
import { testUpstream } from './upstream-test.ts';
import { addUpstream, changeUpstream, disableUpstream, enableUpstream, removeUpstream } from './upstreams.ts';
import { showUsage } from './usage.ts';
import { rebuildUsage } from './usage-rebuild.ts';
import { creditWallet } from './wallet-credit.ts';
import { showWallet } from './wallet-show.ts';
import { showWalletStatement } from './wallet-statement.ts';
import {
  addWebhook,
  changeWebhook,
  listDeliveries,
  listWebhooks,
  removeWebhook,
  rotateWebhook,
  sendDeliveryAgain,
  testWebhook,
} from './webhooks.ts';
import { createWorkspace } from './workspace-create.ts';
import { listWorkspaces } from './workspace-list.ts';

/** Everything that people and programs may ask of the store, by name. */
export const commands = {
  ...privacyCommands,
  'abuse-appeal': appealCase,
  'abuse-decide': decideCase,
  'abuse-list': listCases,
  'abuse-show': showCase,
  'adjustment-confirm': confirmAdjustment,
  'adjustment-list': listAdjustments,
  'adjustment-propose': proposeAdjustment,
  'alert-letter-end': endAlertLetter,
  'alert-letter-take': takeAlertLetters,
  'alert-reader-set': setAlertReader,
  'alert-reader-show': showAlertReader,
  'caller-of': callerOf,
  'checkout-create': createCheckout,
  'claim-once': claimOnce,
  'claim-release': releaseClaim,
  explain,
  'first-start': firstStart,
  'instance-forget': forgetInstance,
  'instance-list': listInstances,
  'generation-list': listGenerations,
  'generation-show': showGeneration,
  'invoice-list': listInvoices,
  'invoice-show': showInvoice,
  'key-change': changeKey,
  'key-create': createKey,
  'key-cut': cutKey,
  'key-delete': deleteKey,
  'key-disable': disableKey,
  'key-enable': enableKey,
  'key-leaked': stopLeakedKey,
  'key-list': listKeys,
  'key-ids': idsOfKeys,
  'key-page': pageOfKeys,
  'key-rotate': rotateKey,
  'key-show': showKey,
  'ledger-accounts': listAccounts,
  'ledger-check': checkLedger,
  'ledger-import-bill': importBill,
  'ledger-reconcile': reconcileBooks,
  'ledger-bill-list': showBills,
  'ledger-reconciliation-show': showReconciliation,
  'job-list': listJobs,
  'margin-show': showMargin,
  'ledger-statement': showStatement,
  'ledger-trial-balance': showTrialBalance,
  'limit-end': endLimit,
  'limit-list': listLimits,
  'limit-set': setLimit,
  'log-entries': showLogEntries,
  'log-head': showLogHead,
  'log-proof': proveLog,
  'limit-warnings': listWarnings,
  'markup-list': listMarkup,
  'markup-remove': removeMarkup,
  'markup-set': setMarkup,
  'audit-append': appendAudit,
  'audit-list': listAudit,
  'invitation-accept': acceptInvitation,
  'invitation-create': invite,
  'invitation-list': listInvitations,
  'invitation-revoke': revokeInvitation,
  'invitation-show': showInvitation,
  'member-change': changeMember,
  'member-list': listMembers,
  'member-of': showMemberships,
  'member-remove': removeMember,
  'workspace-found': foundWorkspace,
  'workspace-rename': renameWorkspace,
  models: listModels,
  'key-set': setKey,
  'operation-balance': balanceForOperation,
  'operation-due': dueOperations,
  'operation-end': endOperation,
  'operation-find': findOperation,
  'operation-name': nameOperation,
  'operation-open': openOperation,
  'operation-post': postOperation,
  offer: showOffer,
  'operator-grant': grantOperatorRole,
  'operator-list': listOperators,
  'operator-remove': removeOperatorRole,
  'operator-show': showOperator,
  'operator-upstreams': listUpstreams,
  'operator-workspaces': overviewWorkspaces,
  'workspace-freeze': freezeWorkspace,
  'object-add': addObject,
  'object-find': findObject,
  'object-list': listObjects,
  'object-remove': removeObject,
  'page-views': showPageViews,
  'page-views-add': addPageViews,
  'endpoint-days': endpointDays,
  'receipt-show': showReceipt,
  'overrun-lift': liftStop,
  'overrun-list': listStopped,
  'own-key-add': addOwnKey,
  'own-key-change': changeOwnKey,
  'own-key-list': listOwnKeys,
  'own-key-remove': removeOwnKey,
  'payment-event': takeEvent,
  'late-payment-list': listLatePayments,
  'payment-list': listPayments,
  'payment-refund': refundPayment,
  'price-list': listPrices,
  'price-set': setPrice,
  'promo-grant': grantPromo,
  'promo-list': listPromos,
  'redeem-create': createCodes,
  'redeem-use': redeemCode,
  refund: refundGeneration,
  'setup-complete': completeSetup,
  'setup-link-create': createSetupLink,
  'setup-link-state': readSetupLink,
  'setup-say': saySetup,
  'trust-key-retire': retireTrustKey,
  'trust-key-rotate': rotateTrustKey,
  'trust-keys': showTrustKeys,
  'upstream-add': addUpstream,
  'upstream-change': changeUpstream,
  'upstream-disable': disableUpstream,
  'upstream-enable': enableUpstream,
  'upstream-list': listUpstreams,
  'upstream-remove': removeUpstream,
  'upstream-test': testUpstream,
  usage: showUsage,
  'usage-rebuild': rebuildUsage,
  'wallet-credit': creditWallet,
  'wallet-show': showWallet,
  'wallet-statement': showWalletStatement,
  'webhook-add': addWebhook,
  'webhook-again': sendDeliveryAgain,
  'webhook-change': changeWebhook,
  'webhook-deliveries': listDeliveries,
  'webhook-list': listWebhooks,
  'webhook-remove': removeWebhook,
  'webhook-rotate': rotateWebhook,
  'webhook-test': testWebhook,
  'workspace-create': createWorkspace,
  'workspace-list': listWorkspaces,
  'topup-show': showTopUp,
  'workspace-set': setWorkspace,
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;

export async function runCommand(context: CommandContext, name: string, args: unknown): Promise<unknown> {
  if (!Object.hasOwn(commands, name)) throw new Refused(`This Fairlead knows no command "${name.slice(0, 40)}".`);
  // The line above made it a name of the table.
  return await commands[name as CommandName](context, args);
}
