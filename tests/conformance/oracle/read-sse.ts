/** The payloads of a stream, naively: split at blank lines, join the data lines. The last event may lack its blank line. */
export function readPayloads(stream: string): string[] {
  const lines = stream
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n');
  return lines.split(/\n\n+/).flatMap((event) => {
    const data = event.split('\n').filter((line) => line.startsWith('data:'));
    return data.length === 0 ? [] : [data.map((line) => line.slice(line.startsWith('data: ') ? 6 : 5)).join('\n')];
  });
}

export type NamedEvent = { readonly name: string | undefined; readonly payload: string };

/** The same with each event's name. */
export function readNamedEvents(stream: string): NamedEvent[] {
  return stream
    .replaceAll('\r\n', '\n')
    .split(/\n\n+/)
    .flatMap((event) => {
      const [payload] = readPayloads(`${event}\n\n`);
      const name = event.split('\n').find((line) => line.startsWith('event:'));
      return payload === undefined ? [] : [{ name: name?.slice(6).trim(), payload }];
    });
}
