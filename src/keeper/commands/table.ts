import { addCopyPart, endCopy, listCopies, openCopy, readCopyPart } from '../rights/copies.ts';
import { liftEndUser, listEndUsers, restrictEndUser, showEndUser } from '../rights/end-users.ts';
import { pageOfHeld, showHeld } from '../rights/held.ts';
import { askIdentity, compareFacts, confirmIdentity, identityByHand, showRequest } from '../rights/identity.ts';
import { listOwnCases, openOwnCase, withdrawCase } from '../rights/own-cases.ts';
import { liftRestriction, restrict, showRestrictions } from '../rights/restrictions.ts';
import { appealCase, decideCase, listCases, showCase, stopLeakedKey } from './abuse.ts';
import { acceptPolicy, listAcceptances, showEvidence } from './acceptances.ts';
import { acceptAgreement, listAgreements, showAgreement } from './agreements.ts';
import { endAlertLetter, setAlertReader, showAlertReader, takeAlertLetters } from './alert-letters.ts';
import { appendAudit, listAudit } from './audit.ts';
import { callerOf } from './caller-of.ts';
import {
  affectedBy,
  closeCase,
  discloseForLaw,
  listIncidents,
  listLegalRequests,
  listRequests,
  noteIncident,
  openIncident,
  openLegalRequest,
  openRequest,
  requestStatus,
  showTransparency,
} from './cases.ts';
import { claimOnce, releaseClaim } from './claims.ts';
import { type Command, type CommandContext, Refused } from './command.ts';
import { acceptData, listDisclosures, withdrawData } from './data-policies.ts';
import { closeDormant, endDormancyMail, showDormancy, takeDormancyMail } from './dormancy.ts';
import { endpointDays } from './endpoint-latency.ts';
import {
  cancelErasure,
  keepKeyCopy,
  listErasures,
  openErasure,
  previewErasure,
  showErasure,
  showErasureObjects,
} from './erasures.ts';
import { explain, showGeneration } from './explain.ts';
import { firstStart } from './first-start.ts';
import { listGenerations } from './generation-list.ts';
import {
  answerInspection,
  closeInspection,
  confirmInspection,
  destroyInspection,
  listCaptures,
  listInspections,
  lookInside,
  proposeInspection,
} from './inspections.ts';
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
import { listLinks } from './links.ts';
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
import { chooseNews, endNewsMail, listNews, sendNews, showMailChoices, takeNewsMail } from './news.ts';
import {
  bringSubProcessorForward,
  countNoticeMail,
  decideSubProcessor,
  endNoticeMail,
  listDecisions,
  listNotices,
  listNoticesOf,
  seeNotice,
  takeNoticeMail,
} from './notices.ts';
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
import { showPolicy } from './policies.ts';
import { listPrices, setPrice } from './prices.ts';
import { enterPrivacyCheck, showPrivacyCheck } from './privacy-checks.ts';
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
import { endLegalHold, listLegalHolds, setLegalHold, showRetention } from './retention.ts';
import { completeSetup, createSetupLink, readSetupLink, saySetup } from './setup-link.ts';
import { addObject, findObject, listObjects, removeObject } from './stored-objects.ts';
import { listSubProcessors } from './sub-processors.ts';
import { listTransfers } from './transfers.ts';
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
  'abuse-appeal': appealCase,
  'abuse-decide': decideCase,
  'abuse-list': listCases,
  'abuse-show': showCase,
  'adjustment-confirm': confirmAdjustment,
  'adjustment-list': listAdjustments,
  'adjustment-propose': proposeAdjustment,
  'agreement-accept': acceptAgreement,
  'agreement-list': listAgreements,
  'agreement-show': showAgreement,
  'alert-letter-end': endAlertLetter,
  'alert-letter-take': takeAlertLetters,
  'alert-reader-set': setAlertReader,
  'alert-reader-show': showAlertReader,
  'caller-of': callerOf,
  'checkout-create': createCheckout,
  'case-close': closeCase,
  'claim-once': claimOnce,
  'claim-release': releaseClaim,
  'dormancy-close': closeDormant,
  'dormancy-mail-end': endDormancyMail,
  'dormancy-mail-take': takeDormancyMail,
  'dormancy-show': showDormancy,
  'erasure-cancel': cancelErasure,
  'erasure-list': listErasures,
  'erasure-objects-page': showErasureObjects,
  'erasure-open': openErasure,
  'erasure-preview-show': previewErasure,
  'erasure-show': showErasure,
  explain,
  'first-start': firstStart,
  'incident-affected': affectedBy,
  'incident-list': listIncidents,
  'incident-note': noteIncident,
  'incident-open': openIncident,
  'legal-request-disclose': discloseForLaw,
  'legal-request-list': listLegalRequests,
  'legal-request-open': openLegalRequest,
  'privacy-check-enter': enterPrivacyCheck,
  'privacy-check-show': showPrivacyCheck,
  'privacy-request-list': listRequests,
  'privacy-request-open': openRequest,
  'privacy-request-status': requestStatus,
  transparency: showTransparency,
  'inspection-answer': answerInspection,
  'inspection-captures': listCaptures,
  'inspection-close': closeInspection,
  'inspection-confirm': confirmInspection,
  'inspection-destroy': destroyInspection,
  'inspection-list': listInspections,
  'inspection-look': lookInside,
  'inspection-propose': proposeInspection,
  'instance-forget': forgetInstance,
  'instance-list': listInstances,
  'generation-list': listGenerations,
  'generation-show': showGeneration,
  'invoice-list': listInvoices,
  'key-copy-made': keepKeyCopy,
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
  'legal-hold-end': endLegalHold,
  'legal-hold-list': listLegalHolds,
  'legal-hold-set': setLegalHold,
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
  'data-accept': acceptData,
  'data-withdraw': withdrawData,
  'endpoint-disclosures': listDisclosures,
  'page-views': showPageViews,
  'page-views-add': addPageViews,
  'policy-accept': acceptPolicy,
  'policy-acceptances': listAcceptances,
  'privacy-evidence': showEvidence,
  'endpoint-days': endpointDays,
  'policy-show': showPolicy,
  'receipt-show': showReceipt,
  'overrun-lift': liftStop,
  'overrun-list': listStopped,
  'own-key-add': addOwnKey,
  'own-key-change': changeOwnKey,
  'own-key-list': listOwnKeys,
  'own-key-remove': removeOwnKey,
  retention: showRetention,
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
  'case-identity-ask': askIdentity,
  'case-identity-by-hand': identityByHand,
  'case-identity-confirm': confirmIdentity,
  'case-identity-facts': compareFacts,
  'privacy-request-show': showRequest,
  'copy-end': endCopy,
  'copy-list': listCopies,
  'copy-open': openCopy,
  'copy-part-add': addCopyPart,
  'copy-part-show': readCopyPart,
  'end-user-lift': liftEndUser,
  'end-user-list': listEndUsers,
  'end-user-restrict': restrictEndUser,
  'end-user-show': showEndUser,
  'held-page': pageOfHeld,
  'held-show': showHeld,
  'own-case-list': listOwnCases,
  'own-case-open': openOwnCase,
  'own-case-withdraw': withdrawCase,
  'restriction-lift': liftRestriction,
  'restriction-set': restrict,
  'restriction-show': showRestrictions,
  'setup-complete': completeSetup,
  'setup-link-create': createSetupLink,
  'setup-link-state': readSetupLink,
  'setup-say': saySetup,
  'link-list': listLinks,
  'notice-list': listNotices,
  'notice-list-of': listNoticesOf,
  'mail-choices-show': showMailChoices,
  'news-choose': chooseNews,
  'news-list': listNews,
  'news-mail-end': endNewsMail,
  'news-mail-take': takeNewsMail,
  'news-send': sendNews,
  'notice-mail-due': countNoticeMail,
  'notice-mail-end': endNoticeMail,
  'notice-mail-take': takeNoticeMail,
  'notice-see': seeNotice,
  'sub-processor-decide': decideSubProcessor,
  'sub-processor-forward': bringSubProcessorForward,
  'sub-processor-list': listDecisions,
  'sub-processors': listSubProcessors,
  transfers: listTransfers,
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
