/** Whether addresses that we show still answer. */
export type LinkStore = {
  all(): Promise<readonly LinkCheck[]>;
  /** What came of it now; 0: nothing answered. One that works begins anew. */
  note(check: { url: string; at: number; status: number; works: boolean }): Promise<void>;
};

export type LinkCheck = {
  readonly url: string;
  readonly at: number;
  readonly status: number;
  /** In a row, up to now. */
  readonly failures: number;
};
