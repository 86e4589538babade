// What the two small clients share: the bytes of a request and how an answer's head is read.
export type ClientTarget = {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  // OpenAI's chat when left out.
  readonly path?: string;
};

export function writeRequest(target: ClientTarget, connection: 'close' | 'keep-alive'): Buffer {
  const headers = Object.entries(target.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = [
    `POST ${target.path ?? '/v1/chat/completions'} HTTP/1.1\r\n`,
    `host: 127.0.0.1:${target.port}\r\n`,
    'content-type: application/json\r\n',
    `content-length: ${Buffer.byteLength(target.body)}\r\n`,
    `connection: ${connection}\r\n`,
    ...headers,
    '\r\n',
  ];
  return Buffer.from(head.join('') + target.body);
}

export type AnswerHead = { readonly isOk: boolean; readonly bytes: number; readonly contentBytes: number | undefined };

export function readHead(answer: Buffer): AnswerHead | undefined {
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = answer.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const contentBytes = length === undefined ? undefined : Number(length);
  return { isOk: /^HTTP\/1\.1 200 /.test(head), bytes: end + 4, contentBytes };
}
