// What a script may do to a connection, as data: honest answers and faults are both lists of these steps.
export type Step =
  | { readonly kind: 'head'; readonly status: number; readonly headers: Headers; readonly framing: Framing }
  | { readonly kind: 'body'; readonly bytes: string | Uint8Array; readonly tokens: number }
  | { readonly kind: 'raw'; readonly bytes: string | Uint8Array; readonly tokens: number }
  /** Waits this long from now. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Waits until this long after the script began, so that a paced stream does not drift. */
  | { readonly kind: 'until'; readonly ms: number }
  /** A moment of the real clock: a reset that follows would else overtake bytes that the caller has not yet read. */
  | { readonly kind: 'settle' }
  /** From here on the caller has met the fault, whatever it does next. */
  | { readonly kind: 'delivered' }
  | { readonly kind: 'stall' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'close' }
  | { readonly kind: 'end' };

export type Headers = Readonly<Record<string, string>>;

/** `plain` bodies end by their content-length or, without one, by the end of the connection. */
export type Framing = 'chunked' | 'plain';

export const delivered: Step = { kind: 'delivered' };
export const settle: Step = { kind: 'settle' };
export const stall: Step = { kind: 'stall' };
export const reset: Step = { kind: 'reset' };
export const close: Step = { kind: 'close' };
export const end: Step = { kind: 'end' };

export function head(status: number, headers: Headers, framing: Framing = 'chunked'): Step {
  return { kind: 'head', status, headers, framing };
}

export function body(bytes: string | Uint8Array, tokens = 0): Step {
  return { kind: 'body', bytes, tokens };
}

/** Bytes without framing: heads written by hand, and framing that is wrong. */
export function raw(bytes: string | Uint8Array, tokens = 0): Step {
  return { kind: 'raw', bytes, tokens };
}

export function wait(ms: number): Step {
  return { kind: 'wait', ms };
}
