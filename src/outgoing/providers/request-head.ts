export type SentRequest = {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** What `headerLines` made of them, where that is known. */
  readonly lines?: string | undefined;
  /** One piece after the other; none: no body. */
  readonly body: readonly Uint8Array[];
};

/** Undefined: something in it would be read as more than one line. */
export function headText({ method, path, headers, lines, body }: SentRequest, host: string): string | undefined {
  const said = lines ?? headerLines(headers);
  if (said === undefined || !/^[!-~]+$/.test(path)) return undefined;
  const text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${said}`;
  if (body.length === 0 && method !== 'POST') return `${text}\r\n`;
  return `${text}content-length: ${lengthOf(body)}\r\n\r\n`;
}

export function headerLines(headers: readonly string[]): string | undefined {
  let text = '';
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const value = headers[at + 1] ?? '';
    if (!/^[\t -~\x80-\xff]*$/.test(value)) return undefined;
    text += `${headers[at]}: ${value}\r\n`;
  }
  return text;
}

export function lengthOf(pieces: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const { length } of pieces) bytes += length;
  return bytes;
}
