/** multipart/form-data as a provider reads it: by its boundary, part by part. Undefined: it is none. */
export type Form = {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: readonly { readonly field: string; readonly filename: string; readonly bytes: Buffer }[];
};

export function readForm(bytes: Buffer, contentType: string | undefined): Form | undefined {
  const [, boundary] = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType ?? '') ?? [];
  if (boundary === undefined) return undefined;
  const mark = Buffer.from(`\r\n--${boundary}`);
  const text = Buffer.concat([Buffer.from('\r\n'), bytes]);
  const fields = new Map<string, string>();
  const files: { field: string; filename: string; bytes: Buffer }[] = [];
  let at = text.indexOf(mark);
  while (at >= 0) {
    const start = at + mark.length;
    if (text.toString('latin1', start, start + 2) === '--') return { fields, files };
    const headEnd = text.indexOf('\r\n\r\n', start);
    const next = text.indexOf(mark, start);
    if (headEnd < 0 || next < 0) return undefined;
    const head = text.toString('utf8', start, headEnd);
    const [, name] = /;\s*name="?([^";\r\n]*)"?/i.exec(head) ?? [];
    const [, filename] = /;\s*filename="?([^";\r\n]*)"?/i.exec(head) ?? [];
    const value = text.subarray(headEnd + 4, next);
    if (name === undefined) return undefined;
    if (filename === undefined) fields.set(name, value.toString('utf8'));
    else files.push({ field: name, filename, bytes: Buffer.from(value) });
    at = next;
  }
  return undefined;
}
