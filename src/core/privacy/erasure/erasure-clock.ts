/** Whoever asks for it can take it back so long; nothing is deleted before. */
export const graceDays = 14;

/** A purge that is not done by then is an alarm: two days are left of what was promised. */
const purgedByDays = 28;

const dayMs = 86_400_000;

/** When the grace of what was asked for then is over. */
export function purgeFrom(requestedAt: number): number {
  return requestedAt + graceDays * dayMs;
}

/** When everything must be gone. */
export function purgedBy(requestedAt: number): number {
  return requestedAt + purgedByDays * dayMs;
}
