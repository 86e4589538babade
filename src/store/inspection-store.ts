import type { InspectionConsent, InspectionReason, InspectionState } from '#core/privacy/inspection.ts';

/** A window in which content of one workspace may be looked at. Persons are keyed pseudonyms; instants epoch milliseconds. */
export type InspectionRow = {
  readonly id: string;
  readonly workspace: string;
  readonly reason: InspectionReason;
  /** The operator's own reference. */
  readonly ticket: string;
  readonly consent: Exclude<InspectionConsent, 'forbid'>;
  readonly minutes: number;
  readonly requestsMax: number;
  readonly state: InspectionState;
  readonly proposedBy: string;
  readonly confirmedBy: string | null;
  readonly consentedBy: string | null;
  /** 32 bytes of X25519, base64url: with it gateways seal, and open nothing. */
  readonly publicKey: string | null;
  /** Requests that were sealed. */
  readonly captured: number;
  readonly proposedAt: number;
  readonly openedAt: number | null;
  readonly endsAt: number | null;
  readonly closedAt: number | null;
  /** From when on the workspace sees it. */
  readonly tellAt: number | null;
  /** It was entered into the workspace's own log. */
  readonly told: boolean;
  readonly destroyedAt: number | null;
};

export type NewInspection = Pick<
  InspectionRow,
  'workspace' | 'reason' | 'ticket' | 'consent' | 'minutes' | 'requestsMax' | 'proposedBy' | 'proposedAt'
>;

/** What was sealed of one request. Its text never stands in the store in the open. */
export type CaptureRow = {
  readonly id: string;
  readonly inspection: string;
  readonly generation: string;
  readonly at: number;
  /** As they were: more may have come than was kept. */
  readonly requestBytes: number;
  readonly answerBytes: number;
  readonly sealed: string;
};

export type LookRow = {
  readonly id: string;
  readonly inspection: string;
  readonly capture: string;
  readonly person: string;
  readonly at: number;
};

export type OpenedAs = Readonly<Record<'openedAt' | 'endsAt' | 'tellAt', number>> & { readonly publicKey: string };

export type InspectionStore = {
  propose(given: NewInspection): Promise<InspectionRow>;
  find(id: string): Promise<InspectionRow | undefined>;
  /** The newest first, of one workspace or all. */
  list(workspace: string | undefined, max: number): Promise<readonly InspectionRow[]>;
  /** All that a clock may change. */
  unfinished(): Promise<readonly InspectionRow[]>;
  /** Undefined: it is not proposed any more, or the same person proposed it. */
  confirm(id: string, person: string): Promise<InspectionRow | undefined>;
  /** `false`: the workspace has one that is open, or this one cannot be opened any more. Gateways are told. */
  open(id: string, as: OpenedAs, consentedBy: string | null): Promise<boolean>;
  refuse(id: string, by: string | null, now: number): Promise<boolean>;
  /** Gateways are told. False: it is not open. */
  close(id: string, now: number): Promise<boolean>;
  setTold(id: string): Promise<void>;
  /** False: the window is not open for it any more, or has all the requests that it may have; the last one closes it. */
  capture(given: Omit<CaptureRow, 'id'>): Promise<boolean>;
  captures(id: string): Promise<readonly Omit<CaptureRow, 'sealed'>[]>;
  findCapture(id: string): Promise<CaptureRow | undefined>;
  /** What was sealed is gone. False: it was already. */
  destroy(id: string, now: number): Promise<boolean>;
  look(given: Omit<LookRow, 'id'>): Promise<LookRow>;
  looks(id: string): Promise<readonly LookRow[]>;
  /** What was destroyed, or refused, before then. */
  forget(before: number): Promise<void>;
};
