/** One server-sent event, as a program that follows the standard reads it. */
export type SeenEvent = { readonly name: string | undefined; readonly data: string };

export type SeenEvents = {
  readonly events: readonly SeenEvent[];
  readonly comments: number;
  /** What no reader could make sense of. */
  readonly broken: readonly string[];
};

/** Our own reading of a stream: the product's splitter is not used to judge it. */
export function readEvents(body: Buffer): SeenEvents {
  const broken: string[] = [];
  const lines = decode(body, broken)
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/);
  const rest = lines.pop() ?? '';
  const events: SeenEvent[] = [];
  let comments = 0;
  let data: string[] = [];
  let name: string | undefined;
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0) events.push({ name, data: data.join('\n') });
      data = [];
      name = undefined;
    } else if (line.startsWith(':')) comments += 1;
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    else if (line.startsWith('event:')) name = line.slice(6).replace(/^ /, '');
  }
  if (rest.replaceAll('\u0000', '') !== '' || data.length > 0) broken.push('half an event at the end');
  return { events, comments, broken };
}

export function decode(body: Buffer, broken: string[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    broken.push('bytes that are no UTF-8');
    return body.toString();
  }
}
