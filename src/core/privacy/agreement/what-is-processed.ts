/** Annex 1: what is processed for customers, which is not what an account needs. Content is kept by nothing here. */
export const whatIsProcessed: readonly { readonly what: string; readonly says: string }[] = [
  { what: 'Persons', says: 'end users of the customer, and whoever is named in what the customer sends' },
  {
    what: 'Data',
    says: 'prompts, messages, files and answers, while a request lasts; a keyed pseudonym of the end user, where one is named; keys, times, models, counts and costs of requests',
  },
  { what: 'Special categories', says: 'none, unless the customer accepted the terms that hold for them' },
  {
    what: 'Processing',
    says: 'passing requests to AI providers, and what the register of processing lists under answer, limit and bill',
  },
  { what: 'Purpose', says: 'answering the requests of the customer, counting and charging them' },
  {
    what: 'How long',
    says: 'content as long as its request; the usage log for 90 days at most; the rows of invoices as law wants them kept',
  },
];
