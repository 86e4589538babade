export type FormField = readonly [name: string, value: string | Uint8Array, filename?: string];

const boundary = 'a-boundary-of-a-test';

export const formType = `multipart/form-data; boundary=${boundary}`;

/** A form as programs write it, in the order given. */
export function toForm(fields: readonly FormField[]): Buffer {
  const parts = fields.flatMap(([name, value, filename]) => {
    const file = filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: application/octet-stream`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
  });
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}
