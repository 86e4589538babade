import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';

// multipart/form-data, RFC 7578, read where it stands. What two readers could understand in two ways is refused: what
// we charge and route by must be what the upstream reads.

export type FormPart = {
  readonly name: string;
  /** It has a name of its own as a file. */
  readonly isFile: boolean;
  /** Of its value in the body. */
  readonly start: number;
  readonly end: number;
};

const partsMax = 256;
const headBytesMax = 8 * 1024;
const nameLengthMax = 256;

const boundaryPattern =
  /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\\]{1,200})"|([^\s;"]{1,200}))\s*(?:;.*)?$/i;

/** Undefined: it is no form, or its boundary cannot be told for certain. */
export function boundaryOf(contentType: string): string | undefined {
  const [, quoted, plain] = boundaryPattern.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  const isTwice = (contentType.match(/boundary\s*=/gi)?.length ?? 0) > 1;
  return boundary === undefined || isTwice || !/^[\w'()+,./:=? -]*[\w'()+,./:=?-]$/.test(boundary)
    ? undefined
    : boundary;
}

/** The parts of a whole body; throws a Fault when it is no form. */
export function scanForm(body: Uint8Array, contentType: string): readonly FormPart[] {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw malformed('the form has no boundary');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const mark = `--${boundary}`;
  const first = bytes.subarray(0, 2).toString('latin1') === '\r\n' ? 2 : 0;
  if (bytes.toString('latin1', first, first + mark.length) !== mark) throw malformed('the form does not begin');
  const parts: FormPart[] = [];
  let at = first + mark.length;
  while (!isLast(bytes, at)) {
    if (parts.length === partsMax) throw malformed(`the form has more than ${partsMax} parts`);
    const head = pastLine(bytes, at);
    const headEnd = bytes.indexOf('\r\n\r\n', head - 2, 'latin1');
    if (headEnd < 0 || headEnd - head > headBytesMax) throw malformed('a part of the form has no head');
    const start = headEnd + 4;
    const next = bytes.indexOf(mark, head, 'latin1');
    if (next < 0) throw malformed('the form has no end');
    const end = next - 2;
    // In a head or a value the boundary has no business: readers differ on what comes before it.
    const isAfterLine = bytes[end] === 0x0d && bytes[end + 1] === 0x0a;
    if (end < start || !isAfterLine) throw malformed('the boundary of the form is not its own');
    parts.push({ ...readHead(bytes.toString('utf8', head, headEnd)), start, end });
    at = next + mark.length;
  }
  return parts;
}

/** Two hyphens after the boundary; what follows them says nothing. */
function isLast(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x2d && bytes[at + 1] === 0x2d;
}

/** Past the end of the boundary's line, which may be padded. Anything else there would be another boundary to others. */
function pastLine(bytes: Buffer, at: number): number {
  let end = at;
  while (bytes[end] === 0x20 || bytes[end] === 0x09) end += 1;
  if (bytes[end] !== 0x0d || bytes[end + 1] !== 0x0a) throw malformed('the boundary of the form is not its own');
  return end + 2;
}

const disposition = /^content-disposition\s*:\s*form-data\s*((?:;.*)?)$/i;
const parameter = /;\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))\s*/gy;

function readHead(head: string): Pick<FormPart, 'name' | 'isFile'> {
  const lines = head.split('\r\n');
  // What one reader takes for a line's end, or for its continuation, another does not.
  if (lines.some((line) => /[\r\n\0]|^[ \t]/.test(line)))
    throw malformed('the head of a part of the form cannot be read');
  const found = lines.flatMap((line) => disposition.exec(line)?.[1] ?? []);
  const [only] = found;
  if (found.length !== 1 || only === undefined) throw malformed('a part of the form has no name');
  const coding = lines.find((line) => /^content-transfer-encoding\s*:/i.test(line));
  if (coding !== undefined && !/:\s*(?:7bit|8bit|binary)\s*$/i.test(coding)) {
    throw malformed('a part of the form has an encoding of its own');
  }
  const parameters = readParameters(only);
  const name = parameters.get('name');
  if (name === undefined || name.length > nameLengthMax) throw malformed('a part of the form has no name');
  return { name, isFile: parameters.has('filename') || parameters.has('filename*') };
}

function readParameters(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let past = 0;
  parameter.lastIndex = 0;
  for (let match = parameter.exec(text); match; match = parameter.exec(text)) {
    const [, name = '', quoted, plain] = match;
    const key = name.toLowerCase();
    if (found.has(key)) throw malformed('a part of the form has two names');
    found.set(key, quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'));
    past = parameter.lastIndex;
  }
  if (text.slice(past).trim() !== '') throw malformed('the head of a part of the form cannot be read');
  return found;
}

function malformed(reason: string): Fault {
  return new Fault('request-malformed', { reason });
}
