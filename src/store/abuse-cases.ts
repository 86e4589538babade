/** Signs of abuse and what was decided about them. */
export type AbuseStore = {
  /** Where keys were used from, and by how many end users in this hour, as one gateway saw it. */
  sighted(sightings: readonly Sighting[], now: number): Promise<void>;
  /** Every key that was used in this hour, with what is usual of it. */
  activity(now: number): Promise<readonly KeyActivity[]>;
  /** One of each key, reason and day: undefined where there is one. */
  open(found: NewAbuseCase): Promise<AbuseCase | undefined>;
  case(id: string): Promise<AbuseCase | undefined>;
  /** The newest first, of one workspace or all. */
  cases(workspace: string | undefined): Promise<readonly AbuseCase[]>;
  /** Undefined: there is none that can be appealed. */
  appeal(id: string, now: number): Promise<AbuseCase | undefined>;
  /** A person's word. Undefined: there is no such case. */
  decide(
    id: string,
    as: { readonly action: AbuseAction; readonly until: number | null; readonly now: number },
  ): Promise<AbuseCase | undefined>;
  /** Counts and networks that are past their time go. */
  forget(now: number): Promise<void>;
};

/** A hash that was made under the week's key. */
export type Sighting = {
  readonly key: string;
  readonly week: string;
  readonly networks: readonly { readonly hash: string; readonly country: string }[];
  readonly endUsers: number;
};

export type KeyActivity = {
  readonly key: string;
  readonly workspace: string;
  /** What its workspace wants done when something is found: `off`, `ask`, `slow`. */
  readonly setting: string | undefined;
  /** In this hour. */
  readonly requests: number;
  readonly refused: number;
  readonly abandoned: number;
  readonly endUsers: number;
  /** An hour's requests, over the seven days before, of the hours in which there were any. */
  readonly usualRequests: number;
  /** In this week and the one before. */
  readonly networks: number;
  readonly countries: number;
  /** Networks, and countries, that were met in this hour and not before in these two weeks. */
  readonly newNetworks: number;
  readonly newCountries: number;
};

export type AbuseReason =
  | 'velocity'
  | 'new-networks'
  | 'new-country'
  | 'error-ratio'
  | 'abandoned-share'
  | 'many-end-users'
  | 'leaked-key';

/** `ask`: a person shall look at it, and nothing else happens. */
export type AbuseAction = 'none' | 'ask' | 'slow' | 'stop';

export type NewAbuseCase = {
  readonly workspace: string;
  readonly key: string;
  readonly reason: AbuseReason;
  readonly counted: number;
  readonly usual: number;
  readonly action: AbuseAction;
  readonly until: number | null;
  readonly now: number;
};

export type AbuseCase = Omit<NewAbuseCase, 'now'> & {
  readonly id: string;
  /** `upheld`, `lifted`: a person has decided. */
  readonly state: 'open' | 'appealed' | 'upheld' | 'lifted';
  readonly openedAt: number;
  readonly appealedAt: number | null;
  readonly decidedAt: number | null;
};
