import { Buffer } from 'node:buffer';
import type { SplicedRequest } from './protocol.ts';

/** What is put in place of these bytes. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** A body in pieces, which are copied together for whoever wants it whole. */
export class PiecedBody implements SplicedRequest {
  readonly pieces: readonly Uint8Array[];
  readonly splices: readonly string[];

  constructor(pieces: readonly Uint8Array[], splices: readonly string[]) {
    this.pieces = pieces;
    this.splices = splices;
  }

  get bytes(): Uint8Array {
    const [only] = this.pieces;
    return this.pieces.length === 1 && only ? only : Buffer.concat(this.pieces);
  }
}

/** A body with old spans cut out and new texts put in. It is not copied: what stays is a view of it. */
export class EditedBody extends PiecedBody {
  constructor(body: Uint8Array, edits: readonly Edit[], splices: readonly string[]) {
    super(edits.length === 0 ? [body] : piecesOf(body, edits), splices);
  }
}

function piecesOf(body: Uint8Array, edits: readonly Edit[]): readonly Uint8Array[] {
  const inOrder = edits.length === 1 ? edits : [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, text } of inOrder) {
    if (start > at) pieces.push(body.subarray(at, start));
    if (text !== '') pieces.push(Buffer.from(text, 'utf8'));
    at = end;
  }
  if (at < body.length) pieces.push(body.subarray(at));
  return pieces;
}
