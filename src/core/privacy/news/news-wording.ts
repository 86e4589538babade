/** What a person agrees to who wants news by mail. A wording that was shown once stays as it is: another one is another version. */
export type NewsWording = { readonly version: number; readonly day: string; readonly text: string };

export const newsWordings: readonly NewsWording[] = [
  {
    version: 1,
    day: '2026-11-30',
    text: 'Send me news of this service by e-mail: new models and features, offers, events. I can take this back at any time, here or by the link in each of these letters. Nothing else depends on it.',
  },
];

/** The one that is shown now; whoever agreed to an earlier one is asked again. */
export function newsWordingNow(): NewsWording {
  const last = newsWordings.at(-1);
  if (!last) throw new Error('there is no wording');
  return last;
}
