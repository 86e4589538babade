// Texts of the privacy desk.

export const deskText = {
  title: 'Privacy desk',
  open: 'Open requests',
  late: 'Late',
  none: 'Nobody has asked anything. What people ask on their page Privacy, or by POST /privacy/requests, stands here with its clock.',
  heads: ['Asked for', 'By whom', 'Who that is', 'Asked', 'Answer by', 'State', 'Actions'],
  unknown: 'Not known yet',
  identities: {
    session: 'Signed in, with proof',
    management: 'The workspace',
    asked: 'Letter sent',
    letter: 'The address is theirs',
    'letter-and-facts': 'The address, and facts of the account',
    'by-hand': 'Known by hand',
  } as Readonly<Record<string, string>>,
  steps: { letter: 'Send letter', 'by-hand': 'By hand', close: 'Close request' },
  titles: { letter: 'Ask by letter who that is?', 'by-hand': 'You know who that is?', close: 'Close this request?' },
  letterWords: (contact: string) =>
    `A letter goes to ${contact}. Its link shows that the address is theirs, and asks for facts of the account; never for a document.`,
  words: {
    'by-hand':
      'Say how. Keep no copy of any document: none is needed, and what is sealed here goes when the request is closed.',
    close: 'What was written, and what showed who it was, goes with the answer.',
  },
  choose: { 'by-hand': 'How it is known', close: 'How it ended' },
  ways: {
    'known-in-person': 'I know them in person',
    telephone: 'By a call to a number that we had before',
    'signed-letter': 'By a signed letter',
    representative: 'By a representative who showed the mandate',
  },
  outcomes: {
    answered: 'Answered',
    refused: 'Refused, with the reason told',
    withdrawn: 'Withdrawn',
    spam: 'Not a request',
  },
} as const;
