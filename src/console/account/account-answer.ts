/** What an address of the account API answers: a status and a body to be written as JSON. */
export type AccountAnswer = {
  readonly status: number;
  readonly body: object;
  /** In place of the body: CSV. */
  readonly csv?: string;
  /** In place of the body. */
  readonly text?: { readonly type: string; readonly content: string };
  /** In place of the body: a file that comes as it is read. */
  readonly file?: {
    readonly type: string;
    readonly name: string;
    readonly bytes: number;
    readonly content: ReadableStream<Uint8Array>;
  };
  /** For the log of changes: the new id, the role, the percent that was set; ids and closed words alone. */
  readonly done?: string;
  /** What a browser is to keep: a session that is used is renewed now and then. */
  readonly setCookies?: readonly string[];
};

export function refusal(status: number, message: string): AccountAnswer {
  return { status, body: { error: { code: status, message } } };
}
