// What the API tells of deletions; dates are ISO instants.

/** What it would mean, before anybody confirms it. */
export type DeletionPreview = {
  readonly grace_days: number;
  readonly purge_from: string;
  readonly gone_by: string;
  readonly leftover: 'refund' | 'forfeit';
  /** The one that is deleted, or those that the person alone owns. */
  readonly workspaces: readonly DoomedWorkspace[];
};

export type DoomedWorkspace = {
  readonly id: string;
  readonly name: string;
  /** With the person; of a workspace that goes by itself they are not counted. */
  readonly members: number;
  readonly paid_usd: string;
  readonly promo_usd: string;
  readonly batches: number;
  readonly stored_objects: number;
  readonly legal_hold: boolean;
  readonly is_operators: boolean;
};

/** One that is asked for. */
export type OpenDeletion = {
  readonly id: string;
  readonly parent: string | null;
  readonly purge_from: string;
  readonly gone_by: string;
  readonly can_cancel: boolean;
  readonly waits: string | null;
};

/** Where an account or a workspace is deleted, and what its queries are called. */
export type DeletionPlace = {
  readonly path: '/api/v1/privacy/deletion' | '/api/v1/workspace/deletion';
  readonly of: string;
};
