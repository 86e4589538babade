import { addCopyPart, endCopy, listCopies, openCopy, readCopyPart } from '../rights/copies.ts';
import { liftEndUser, listEndUsers, restrictEndUser, showEndUser } from '../rights/end-users.ts';
import { pageOfHeld, showHeld } from '../rights/held.ts';
import { askIdentity, compareFacts, confirmIdentity, identityByHand, showRequest } from '../rights/identity.ts';
import { listOwnCases, openOwnCase, withdrawCase } from '../rights/own-cases.ts';
import { liftRestriction, restrict, showRestrictions } from '../rights/restrictions.ts';
import { acceptPolicy, listAcceptances, showEvidence } from './acceptances.ts';
import { acceptAgreement, listAgreements, showAgreement } from './agreements.ts';
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
import type { Command } from './command.ts';
import { acceptData, listDisclosures, withdrawData } from './data-policies.ts';
import { closeDormant, endDormancyMail, showDormancy, takeDormancyMail } from './dormancy.ts';
import {
  cancelErasure,
  keepKeyCopy,
  listErasures,
  openErasure,
  previewErasure,
  showErasure,
  showErasureObjects,
} from './erasures.ts';
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
import { listLinks } from './links.ts';
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
import { showPolicy } from './policies.ts';
import { enterPrivacyCheck, showPrivacyCheck } from './privacy-checks.ts';
import { endLegalHold, listLegalHolds, setLegalHold, showRetention } from './retention.ts';
import { listSubProcessors } from './sub-processors.ts';
import { listTransfers } from './transfers.ts';

/** What keeps the promises: rights, deletion, inspections, notices, registers. */
export const privacyCommands = {
  'agreement-accept': acceptAgreement,
  'agreement-list': listAgreements,
  'agreement-show': showAgreement,
  'case-close': closeCase,
  'case-identity-ask': askIdentity,
  'case-identity-by-hand': identityByHand,
  'case-identity-confirm': confirmIdentity,
  'case-identity-facts': compareFacts,
  'copy-end': endCopy,
  'copy-list': listCopies,
  'copy-open': openCopy,
  'copy-part-add': addCopyPart,
  'copy-part-show': readCopyPart,
  'data-accept': acceptData,
  'data-withdraw': withdrawData,
  'dormancy-close': closeDormant,
  'dormancy-mail-end': endDormancyMail,
  'dormancy-mail-take': takeDormancyMail,
  'dormancy-show': showDormancy,
  'end-user-lift': liftEndUser,
  'end-user-list': listEndUsers,
  'end-user-restrict': restrictEndUser,
  'end-user-show': showEndUser,
  'endpoint-disclosures': listDisclosures,
  'erasure-cancel': cancelErasure,
  'erasure-list': listErasures,
  'erasure-objects-page': showErasureObjects,
  'erasure-open': openErasure,
  'erasure-preview-show': previewErasure,
  'erasure-show': showErasure,
  'held-page': pageOfHeld,
  'held-show': showHeld,
  'incident-affected': affectedBy,
  'incident-list': listIncidents,
  'incident-note': noteIncident,
  'incident-open': openIncident,
  'inspection-answer': answerInspection,
  'inspection-captures': listCaptures,
  'inspection-close': closeInspection,
  'inspection-confirm': confirmInspection,
  'inspection-destroy': destroyInspection,
  'inspection-list': listInspections,
  'inspection-look': lookInside,
  'inspection-propose': proposeInspection,
  'key-copy-made': keepKeyCopy,
  'legal-hold-end': endLegalHold,
  'legal-hold-list': listLegalHolds,
  'legal-hold-set': setLegalHold,
  'legal-request-disclose': discloseForLaw,
  'legal-request-list': listLegalRequests,
  'legal-request-open': openLegalRequest,
  'link-list': listLinks,
  'mail-choices-show': showMailChoices,
  'news-choose': chooseNews,
  'news-list': listNews,
  'news-mail-end': endNewsMail,
  'news-mail-take': takeNewsMail,
  'news-send': sendNews,
  'notice-list': listNotices,
  'notice-list-of': listNoticesOf,
  'notice-mail-due': countNoticeMail,
  'notice-mail-end': endNoticeMail,
  'notice-mail-take': takeNoticeMail,
  'notice-see': seeNotice,
  'own-case-list': listOwnCases,
  'own-case-open': openOwnCase,
  'own-case-withdraw': withdrawCase,
  'policy-accept': acceptPolicy,
  'policy-acceptances': listAcceptances,
  'policy-show': showPolicy,
  'privacy-check-enter': enterPrivacyCheck,
  'privacy-check-show': showPrivacyCheck,
  'privacy-evidence': showEvidence,
  'privacy-request-list': listRequests,
  'privacy-request-open': openRequest,
  'privacy-request-show': showRequest,
  'privacy-request-status': requestStatus,
  'restriction-lift': liftRestriction,
  'restriction-set': restrict,
  'restriction-show': showRestrictions,
  retention: showRetention,
  'sub-processor-decide': decideSubProcessor,
  'sub-processor-forward': bringSubProcessorForward,
  'sub-processor-list': listDecisions,
  'sub-processors': listSubProcessors,
  transfers: listTransfers,
  transparency: showTransparency,
} as const satisfies Record<string, Command>;
