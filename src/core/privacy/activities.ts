/**
 * What personal data and content are processed for: a closed list, on which every stage of a request, every part of the
 * store and every job stands. The register of processing (GDPR Article 30) is made from it. The basis is the operator's to
 * judge; this is what holds for a service under a contract.
 */
export const activities = {
  answer: { says: 'passing requests on to AI services, retries and failover', basis: 'contract' },
  authenticate: { says: 'knowing who calls, and keeping keys and accounts safe', basis: 'contract' },
  limit: { says: 'enforcing quotas and spending limits', basis: 'contract' },
  bill: { says: 'counting usage, charging it, invoices and books', basis: 'contract and legal obligation' },
  explain: { says: 'showing customers what was used and why it cost what it did', basis: 'contract' },
  route: { says: 'choosing endpoints as operator and customer configured it', basis: 'contract' },
  improve: { says: 'learning from aggregates which endpoints answer well', basis: 'legitimate interest' },
  'prevent-abuse': { says: 'recognising abuse from counts and times', basis: 'legitimate interest' },
  inspect: {
    says: 'a look into single requests for debugging, abuse, security or support, by two persons and in an open window alone',
    basis: 'legitimate interest',
  },
  secure: { says: 'watching that nothing is broken into or lost', basis: 'legitimate interest' },
  monitor: { says: 'telling operator and customers what goes wrong', basis: 'legitimate interest' },
  prove: {
    says: 'keeping privacy promises, and showing it: policy, receipts, rights, retention',
    basis: 'legal obligation',
  },
  news: { says: 'news by mail to whoever agreed to get them', basis: 'consent' },
  operate: { says: 'running the machinery itself', basis: 'legitimate interest' },
} as const satisfies Record<string, { readonly says: string; readonly basis: string }>;

export type Activity = keyof typeof activities;

export const activityNames = Object.keys(activities) as readonly Activity[];

/** The stages of a request, as ARCHITECTURE.md names them. */
export const stageActivities = {
  receive: 'answer',
  authenticate: 'authenticate',
  decode: 'answer',
  plan: 'route',
  admit: 'limit',
  attempt: 'answer',
  relay: 'answer',
  meter: 'bill',
  conclude: 'bill',
} as const satisfies Record<string, Activity>;

/** Jobs of the keeper, by the name under which one of several keepers leads them. */
export const jobActivities = {
  'first-start': 'operate',
  books: 'bill',
  money: 'bill',
  forget: 'limit',
  links: 'prove',
  notices: 'prove',
  retention: 'prove',
  erasure: 'prove',
  dormancy: 'prove',
  tidy: 'prevent-abuse',
} as const satisfies Record<string, Activity>;

export type JobName = keyof typeof jobActivities;
