/** What a program that follows the standard of server-sent events sees of a stream. Ours is not used to judge ours. */
export type SeenStream = {
  /** The data of each event, `[DONE]` included. */
  readonly data: readonly string[];
  readonly comments: readonly string[];
  /** Text of all choices, joined. */
  readonly text: string;
  readonly isDone: boolean;
  readonly error: { readonly message?: string; readonly type?: string; readonly code?: string } | undefined;
  readonly finish: string | undefined;
  readonly usageChunks: number;
  /** Data that is neither JSON nor `[DONE]`. */
  readonly broken: readonly string[];
  /** What stands after the last blank line: a half event. */
  readonly rest: string;
};

export function readStream(body: Buffer): SeenStream {
  const lines = body
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r\n|\r/g, '\n')
    .split('\n');
  const rest = lines.pop() ?? '';
  const data: string[] = [];
  const comments: string[] = [];
  let open: string[] = [];
  for (const line of lines) {
    if (line === '') {
      if (open.length > 0) data.push(open.join('\n'));
      open = [];
    } else if (line.startsWith(':')) comments.push(line);
    else if (line.startsWith('data:')) open.push(line.slice('data:'.length).replace(/^ /, ''));
  }
  const parsed = data.filter((text) => text !== '[DONE]').map(parse);
  const chunks = parsed.filter((chunk) => chunk !== undefined);
  const choices = chunks.flatMap((chunk) => chunk.choices ?? []);
  return {
    data,
    comments,
    rest: [...open, rest].join('\n'),
    text: choices.map((choice) => choice.delta?.content ?? '').join(''),
    isDone: data.includes('[DONE]'),
    error: chunks.find((chunk) => chunk.error !== undefined)?.error,
    finish: choices.find((choice) => choice.finish_reason)?.finish_reason,
    usageChunks: chunks.filter((chunk) => chunk.usage && chunk.choices?.length === 0).length,
    broken: data.filter((text) => text !== '[DONE]' && parse(text) === undefined),
  };
}

type Chunk = {
  readonly choices?: readonly { readonly delta?: { readonly content?: string }; readonly finish_reason?: string }[];
  readonly usage?: object | null;
  readonly error?: { readonly message?: string; readonly type?: string; readonly code?: string };
};

function parse(text: string): Chunk | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
