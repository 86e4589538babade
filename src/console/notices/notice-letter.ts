import type { Letter } from '../people/post-office.ts';

export type NoticeToWrite = {
  readonly kind: 'policy' | 'sub-processor';
  readonly subject: string;
  readonly effective: string;
  readonly upstream: { readonly provider: string; readonly region: string } | null;
};

/** Plain text, without a link that knows its reader. */
export function noticeLetter(
  { kind, subject, effective, upstream }: NoticeToWrite,
  { to, base }: { readonly to: string; readonly base: string },
): Letter {
  const version = subject.replace(/^.*-/, '');
  const who = upstream ? `${upstream.provider} (${subject}, region ${upstream.region})` : subject;
  const [title, what, more] =
    kind === 'policy'
      ? [
          `The privacy policy changes on ${effective}`,
          `Version ${version} of the privacy policy takes effect on ${effective}.`,
          'What changes, word by word:',
        ]
      : [
          `A new sub-processor from ${effective} on`,
          `${who} will answer AI requests from ${effective} on.`,
          'Until then your workspace may object, and nothing of it is sent there. More about it:',
        ];
  const end = `You get this because you have an account here; it is no advertisement.\n\n${base}`;
  return { kind: 'notice', to, subject: title, text: `${what}\n\n${more}\n${base}/legal/notices\n\n${end}\n` };
}
