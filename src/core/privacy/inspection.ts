/**
 * Inspection windows: the one way in which a person of the operator may see content. Off unless the operator's configuration
 * allows them; each is for one workspace, a stated reason, two persons, a short time and few requests.
 */

/** Why somebody may look: what the privacy policy names. */
export const inspectionReasons = ['debug', 'abuse', 'security', 'support'] as const;

export type InspectionReason = (typeof inspectionReasons)[number];

/** What a workspace wants: to be asked before, to be told, or that nobody looks. */
export const inspectionConsents = ['ask', 'tell', 'forbid'] as const;

export type InspectionConsent = (typeof inspectionConsents)[number];

export const inspectionStates = [
  /** One person asked for it. */
  'proposed',
  /** A second one confirmed it; the workspace has not answered yet. */
  'asked',
  'open',
  'closed',
  /** The workspace, or the second person, said no. */
  'refused',
  /** Its key is gone, and what was sealed with it. */
  'destroyed',
] as const;

export type InspectionState = (typeof inspectionStates)[number];

export const minuteMs = 60_000;
export const windowMinutesMax = 60;
export const windowRequestsMax = 500;
/** From the end of a window to the end of its key. */
export const windowKeyMs = 24 * 3_600_000;
/** Who asked must find a second person, and the workspace answer, within this. */
export const windowPendingMs = 72 * 3_600_000;
/** Of a request, and of an answer, what is kept; the rest is left out and said to be. */
export const captureBytesMax = 262_144;
/** In public, one word for each event of a window. */
export type InspectionEvent = 'opened' | 'looked' | 'closed' | 'destroyed';

/** Whatever was said that is no word of ours: asked before. */
export function consentOf(setting: string | undefined): InspectionConsent {
  return inspectionConsents.find((each) => each === setting) ?? 'ask';
}

/**
 * When the workspace hears of a window: at once, but where abuse is looked into and the workspace is content to be told; then
 * after the operator's stated delay.
 */
export function tellAt(opened: {
  readonly at: number;
  readonly reason: InspectionReason;
  readonly consent: InspectionConsent;
  readonly abuseDelayMs: number;
}): number {
  const waits = opened.reason === 'abuse' && opened.consent === 'tell';
  return opened.at + (waits ? opened.abuseDelayMs : 0);
}
