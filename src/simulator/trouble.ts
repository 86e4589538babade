import type { Headers } from './step.ts';

/** What the simulator refuses or fails with, before a dialect finds its words. */
export type Trouble =
  | { readonly kind: 'key-missing' }
  | { readonly kind: 'url-unknown' | 'method-wrong'; readonly method: string; readonly path: string }
  | { readonly kind: 'body-too-large'; readonly bytesMax: number }
  | { readonly kind: 'model-unknown'; readonly model: string }
  | { readonly kind: 'context-too-long'; readonly context: number; readonly input: number }
  | { readonly kind: 'server-error' }
  | FaultTrouble;

/** A failure on purpose; `form` tells apart what shares a status. */
export type FaultTrouble = {
  readonly kind: 'fault';
  readonly status: number;
  readonly form?: string;
  readonly message: string;
  readonly headers?: Headers;
};

/** An answer other than 200, ready to be sent. */
export type Refusal = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Headers;
};
