/**
 * The agreement on processing (GDPR Article 28) as data, in words of our own. `{operator}`, `{contact}` and `{jurisdiction}` are filled in
 * when it is shown; what is processed, by whom else, and under which measures are annexes that are made from what is configured and
 * tested now. A change here is a new revision.
 */
export type AgreementClause = { readonly id: string; readonly heading: string; readonly text: string };

export const agreementClauses: readonly AgreementClause[] = [
  {
    id: 'subject',
    heading: 'What this is about',
    text: '{operator} processes personal data for the customer, the workspace that accepts this, when requests of its keys and members pass through this service, for as long as it uses the service. Annex 1 says which data, of whom and what for. Of accounts, billing and its own pages {operator} decides itself: that is the privacy policy, not this.',
  },
  {
    id: 'instructions',
    heading: 'Instructions',
    text: 'Data is processed only as the customer instructs: by its requests, by the settings of its workspace and keys, and in writing to {contact}. That goes for transfers to other countries as well. If {operator} thinks that an instruction breaks the law, it says so; if a law demands other processing, it says that before, unless the law forbids it.',
  },
  {
    id: 'confidence',
    heading: 'Confidence',
    text: 'Whoever works with the data at {operator} has promised to keep it to itself. Content is seen by nobody, but in windows that two persons open on single requests and that the customer sees.',
  },
  {
    id: 'security',
    heading: 'Security',
    text: 'The measures of annex 3 hold. They may become others that protect as well; those that tests of the software show are shown with what the tests said last.',
  },
  {
    id: 'others',
    heading: 'Sub-processors',
    text: 'The customer agrees to those of annex 2. One that is new is told of 30 days before it gets data; until then, and after, the customer may object, and then nothing of its workspace is sent there. {operator} binds each of them to what this agreement says, and answers for them as for itself. Where no contract is on record for one, annex 2 says so.',
  },
  {
    id: 'rights',
    heading: 'Rights of the persons concerned',
    text: 'The workspace finds, hands out, restricts and deletes what is kept about its end users itself, by the addresses for that. Requests of such persons that reach {operator} are passed on.',
  },
  {
    id: 'help',
    heading: 'Help with duties',
    text: '{operator} helps with assessments, with questions of authorities, and with breaches. Of a breach that concerns the customer it tells without delay, with what is known, and more as it becomes known.',
  },
  {
    id: 'end',
    heading: 'At the end',
    text: 'When the workspace is deleted, what was kept of it is deleted by day 28, but for what the law wants kept; a copy can be taken before. The deletion leaves a receipt that says what went and what stays, and why.',
  },
  {
    id: 'audits',
    heading: 'Proof and audits',
    text: '{operator} shows what proves that this is kept: receipts, the log of promises, the results of tests, the evidence pack of the workspace; and it allows and helps with audits, announced in time.',
  },
  {
    id: 'law',
    heading: 'Law and order',
    text: 'The law of {jurisdiction} holds, where no law of data protection goes before it. Where other agreements between both say something else about personal data, this goes before them.',
  },
];

export type AgreementRevision = {
  readonly revision: number;
  readonly day: string;
  /** SHA-256 of the clauses in canonical JSON. */
  readonly hash: string;
};

/** The words that were ever shipped. The test knows the hash. */
export const agreementRevisions: readonly AgreementRevision[] = [
  { revision: 1, day: '2026-11-30', hash: '92c49cfb60f197075f2e61cfa18a93fd8dd3a12cca767e740380e52db5ee022f' },
];

/** As it is accepted: `dpa-1`. */
export function agreementNow(): AgreementRevision & { readonly version: string } {
  const last = agreementRevisions.at(-1);
  if (!last) throw new Error('there is no agreement');
  return { ...last, version: `dpa-${last.revision}` };
}
