/** How one kind of data is treated. Export, erasure, retention and the public register all walk the inventory. */
export type DataClass = {
  readonly category:
    | 'identifier'
    | 'name'
    | 'credential'
    | 'money'
    | 'usage'
    | 'configuration'
    | 'operation'
    | 'content';
  readonly purpose: 'authenticate' | 'limit' | 'bill' | 'explain' | 'route' | 'operate';
  /** `life`: as long as what it describes. `books`: as long as law wants invoices kept. */
  readonly retention:
    | 'life'
    | 'books'
    | 'a-year'
    | '90-days'
    | 'two-weeks'
    | 'a-day'
    | 'until-posted'
    | 'three-versions'
    | 'last-100000';
  /** Whom it tells something about. A wallet's id is a pseudonym of its workspace, which erasure unlinks. */
  readonly subject: 'workspace' | 'person' | 'key' | 'wallet' | 'operator' | 'none';
  /** It is part of what a subject gets who asks for its data. */
  readonly exportable: boolean;
  /** It goes when its subject asks for erasure. */
  readonly erasable: boolean;
};

/** What workspaces and keys are called: their owners' own words. */
export const names: DataClass = {
  category: 'name',
  purpose: 'explain',
  retention: 'life',
  subject: 'workspace',
  exportable: true,
  erasable: true,
};

/** Ids, states and instants of workspaces, keys and their limits. */
export const ownership: DataClass = { ...names, category: 'identifier', purpose: 'limit' };

/** Which person is what, where; by ids alone. */
export const membership: DataClass = { ...ownership, purpose: 'authenticate', subject: 'person' };

/** Names and e-mail addresses of people who sign in, sealed under a key of each of them; a keyed hash finds them. */
export const sealedNames: DataClass = { ...names, purpose: 'authenticate', subject: 'person' };

/** Keyed hashes and hints of secrets; never the secret. */
export const credentials: DataClass = {
  category: 'credential',
  purpose: 'authenticate',
  retention: 'life',
  subject: 'key',
  exportable: false,
  erasable: true,
};

/** What was granted to whom, and how much of it is used. */
export const allowances: DataClass = { ...ownership, category: 'usage' };

/** The double-entry books and the settlements: no address, no key, no person. */
export const books: DataClass = {
  category: 'money',
  purpose: 'bill',
  retention: 'books',
  subject: 'wallet',
  exportable: true,
  erasable: false,
};

/** What was asked for, how it went, what it used. */
export const usageLog: DataClass = {
  category: 'usage',
  purpose: 'explain',
  retention: '90-days',
  subject: 'key',
  exportable: true,
  erasable: true,
};

/** Counts and keyed hashes by which abuse is recognised, and what was decided; no text of anybody. */
export const abuseSigns: DataClass = { ...usageLog, purpose: 'operate', retention: 'a-year' };

/** Looks at pages, added up: about nobody. */
export const pageViews: DataClass = {
  ...abuseSigns,
  subject: 'none',
  exportable: false,
  erasable: false,
};

/** What people and authorities asked, and incidents; what a person wrote is sealed, and gone when it is answered. */
export const privacyCases: DataClass = {
  ...ownership,
  purpose: 'operate',
  retention: 'a-year',
  subject: 'person',
  exportable: false,
  erasable: false,
};

/** What a person asked for and asked to be stopped, told to that person. */
export const rightsRows: DataClass = { ...privacyCases, exportable: true, erasable: true };

/** Copies that people asked for: they go after seven days, sooner than the class says. */
export const copies: DataClass = { ...privacyCases, retention: '90-days', erasable: true };

/** That somebody was deleted, and how: by pseudonyms and keyed hashes once it is done. */
export const erasureRecords: DataClass = { ...privacyCases, purpose: 'explain', exportable: true };

/** Which window was open, by whom and why; persons as keyed pseudonyms. */
export const inspectionFacts: DataClass = {
  ...ownership,
  category: 'operation',
  purpose: 'operate',
  retention: 'a-year',
  erasable: false,
};

/** What callers wrote and models answered: only in a window that its workspace sees, sealed, and gone a day after it. */
export const sealedContent: DataClass = {
  category: 'content',
  purpose: 'operate',
  retention: 'a-day',
  subject: 'workspace',
  exportable: false,
  erasable: true,
};

/** Prices and settings of the operator. */
export const configuration: DataClass = {
  category: 'configuration',
  purpose: 'route',
  retention: 'life',
  subject: 'operator',
  exportable: false,
  erasable: false,
};

/** What the machinery needs to run, about nobody. */
export const operation: DataClass = {
  category: 'operation',
  purpose: 'operate',
  retention: 'life',
  subject: 'none',
  exportable: false,
  erasable: false,
};

/** The machinery's, with an id of a workspace or key in it. */
export const notices: DataClass = { ...operation, subject: 'workspace', retention: 'last-100000', erasable: false };

/** What a gateway metered, until the keeper has it. */
export const metering: DataClass = { ...usageLog, retention: 'until-posted', exportable: false, erasable: false };
