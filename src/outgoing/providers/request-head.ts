export type SentRequest = {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | null;
};

/** Undefined: something in it would be read as more than one line. */
export function headText({ method, path, headers, body }: SentRequest, host: string): string | undefined {
  if (!/^[!-~]+$/.test(path)) return undefined;
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const value = headers[at + 1] ?? '';
    if (!/^[\t -~\x80-\xff]*$/.test(value)) return undefined;
    text += `${headers[at]}: ${value}\r\n`;
  }
  return body === null && method !== 'POST' ? `${text}\r\n` : `${text}content-length: ${body?.length ?? 0}\r\n\r\n`;
}
