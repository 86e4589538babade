// Each content chunk carries when it left the upstream: `@` and the microseconds of the clock that all processes of a
// machine share. The client counts the signs and subtracts.
const digits = 16;

export function stampNow(): string {
  return `@${nowMicros().toString().padStart(digits, '0')}`;
}

export function nowMicros(): number {
  return Math.round(Number(process.hrtime.bigint() / 100n) / 10);
}

// Calls back with the age of each stamp; gives the end of the buffer that may hold half a stamp.
export function readStamps(bytes: Buffer, seen: (ageMicros: number) => void): Buffer {
  const now = nowMicros();
  let at = bytes.indexOf(0x40);
  while (at !== -1) {
    if (at + 1 + digits > bytes.length) return bytes.subarray(at);
    seen(now - Number(bytes.toString('latin1', at + 1, at + 1 + digits)));
    at = bytes.indexOf(0x40, at + 1 + digits);
  }
  return bytes.subarray(bytes.length);
}
