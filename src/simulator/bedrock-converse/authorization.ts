import type { Asked } from '../asked.ts';
import { hasBearer } from '../asked.ts';

const skewMs = 5 * 60 * 1000;
const signed =
  /^AWS4-HMAC-SHA256 Credential=[A-Z0-9]{4,128}\/(\d{8})\/[a-z0-9-]+\/bedrock\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/;

/**
 * A key of Bedrock's API as a bearer, or a signature (SigV4) that covers host and date and was made just now. Whose key
 * it is nobody knows here, so what was signed is not worked out again.
 */
export function isSignedFor(asked: Asked): boolean {
  if (hasBearer(asked)) return true;
  const [, day, names = ''] = signed.exec(asked.headers.authorization ?? '') ?? [];
  const date = asked.headers['x-amz-date'];
  if (day === undefined || typeof date !== 'string') return false;
  const covered = names.split(';');
  return covered.includes('host') && covered.includes('x-amz-date') && date.startsWith(day) && isFresh(date);
}

/** As in `20260131T120000Z`. */
function isFresh(date: string): boolean {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (parts.length === 0) return false;
  return Math.abs(Date.UTC(year, month - 1, day, hour, minute, second) - Date.now()) < skewMs;
}
