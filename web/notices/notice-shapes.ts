/** `GET /api/v1/notices`: what the person is told before it holds. */
export type OwnNotice = {
  readonly id: string;
  readonly kind: 'policy' | 'sub-processor';
  /** A version such as `strict-2`, or an upstream's name. */
  readonly subject: string;
  readonly material: boolean;
  /** A day of UTC. */
  readonly effective: string;
  readonly holds: boolean;
  readonly seen_at: string | null;
  readonly decision: 'accept' | 'agree' | 'object' | null;
  readonly upstream: { readonly provider: string; readonly region: string } | null;
};

/** `GET /api/v1/sub-processors`. */
export type SubProcessorRow = {
  readonly upstream: string;
  readonly provider: string;
  readonly type: string;
  readonly region: string;
  /** A day of UTC, from which it serves everybody; null: it does. */
  readonly from: string | null;
  readonly decision: 'agree' | 'object' | null;
};

/** `GET /api/v1/mail`. */
export type MailChoices = {
  readonly news: {
    readonly consents: boolean;
    readonly since: string | null;
    readonly wording: { readonly version: number; readonly text: string };
    readonly history: readonly {
      readonly version: number;
      readonly given_at: string;
      readonly withdrawn_at: string | null;
      readonly withdrawn_by: 'page' | 'link' | null;
    }[];
  };
};
