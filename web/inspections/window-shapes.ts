/** A window as the account API gives it. */
export type InspectionWindow = {
  readonly id: string;
  readonly workspace: string;
  readonly reason: string;
  readonly ticket: string;
  readonly state: 'proposed' | 'asked' | 'open' | 'closed' | 'refused' | 'destroyed';
  readonly minutes: number;
  readonly requests_max: number;
  readonly captured: number;
  readonly in_log: string;
  readonly proposed_by: string;
  readonly confirmed_by: string | null;
  readonly proposed_at: string;
  readonly opened_at: string | null;
  readonly ends_at: string | null;
  readonly closed_at: string | null;
  readonly looks: readonly { readonly capture: string; readonly by: string; readonly at: string }[];
};

export type InspectionList = { readonly allowed: boolean; readonly windows: readonly InspectionWindow[] };

export type SealedRequest = {
  readonly id: string;
  readonly generation: string;
  readonly at: string;
  readonly request_bytes: number;
  readonly answer_bytes: number;
};

export type OpenedRequest = Pick<SealedRequest, 'generation' | 'request_bytes' | 'answer_bytes'> & {
  readonly request: string;
  readonly answer: string;
};
