/** `GET /api/v1/webhooks`, and the operator's own under `/api/v1/operator/webhooks`. */
export type WebhookList = { readonly events: readonly string[]; readonly webhooks: readonly Webhook[] };

export type Webhook = {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly disabled: 'person' | 'failing' | 'gone' | null;
  readonly failing_since: string | null;
  /** Until then the secret before this one signs as well. */
  readonly old_secret_until: string | null;
};

export type Delivery = {
  readonly id: string;
  readonly event: string;
  readonly at: string;
  readonly state: 'due' | 'sent' | 'failed';
  readonly tries: number;
  readonly answer: string | null;
  readonly next_try_at: string | null;
};
