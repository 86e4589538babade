/**
 * The privacy policy as data, in words of our own. `{operator}`, `{contact}` and `{jurisdiction}` are filled in when a page
 * is made, numbers when the policy is composed. Each sentence says which promises of promises/ it makes; a change here is a
 * new revision (policy-revisions.ts).
 */
export const policyProfiles = ['jatevo', '1vy', 'strict'] as const;

/** Whose policy it follows; `strict` promises the stricter of both wherever they differ. */
export type PolicyProfile = (typeof policyProfiles)[number];

export type SectionText = { readonly heading: string; readonly sentences: readonly SentenceText[] };

export type SentenceText = {
  readonly id: string;
  readonly text: string;
  /** Rows of promises/. */
  readonly promises: readonly string[];
  /** Left out: in each. */
  readonly profiles?: readonly PolicyProfile[];
};

const balancer: readonly PolicyProfile[] = ['jatevo', 'strict'];
const gateway: readonly PolicyProfile[] = ['1vy', 'strict'];

export const policyText: readonly SectionText[] = [
  {
    heading: 'What this is about',
    sentences: [
      say(
        'scope',
        'This policy covers everything that {operator} keeps when you use this service: requests, what is recorded about them, accounts and operation.',
        ['J0a', 'V2'],
      ),
      say(
        'explains',
        'It names each kind of data, what it is used for and how long it stays; the list below is made from the same table that the software obeys.',
        ['J1', 'V4'],
      ),
      say(
        'routes',
        'The service passes your requests to AI providers that {operator} has configured, so that models can be reached reliably and their use be limited and counted.',
        ['J2'],
        balancer,
      ),
      say(
        'labels',
        'Who runs an endpoint, how far it is from the maker of the model, and where it runs, is disclosed with each answer.',
        ['J0c'],
        balancer,
      ),
      say('dated', 'This version has a number and a date; earlier versions stay readable.', ['J0b', 'V0']),
    ],
  },
  {
    heading: 'Your requests',
    sentences: [
      say(
        'content',
        'Prompts, messages, files and answers are processed by this service and by the provider that answers, to give you the answer.',
        ['J3', 'J11', 'V8'],
      ),
      say('record', 'The record of each request names every endpoint that it was sent to.', ['J3', 'V8']),
      say(
        'activities',
        'Processing means routing, retries, prevention of abuse, checks of security and reliability, limits, billing, and statistics of use.',
        ['J4'],
        balancer,
      ),
      say('no-training', '{operator} trains no model on your content.', ['J5', 'V6']),
      say(
        'not-stored',
        'Prompts and answers are not written to any log, table or file of this service; in a look at single requests, as below, they lie sealed for at most a day after its end.',
        ['J9', 'J23', 'V6'],
      ),
      say(
        'looks',
        'Nobody looks into content, unless two persons of {operator} must for debugging, abuse, security or support, in single requests and within an hour; you are asked before or told, as you choose, and see each look.',
        ['J10'],
        balancer,
      ),
      say(
        'sensitive',
        'Send no sensitive personal data, regulated data or secrets unless you have read and accepted the terms that hold for them.',
        ['J17'],
        balancer,
      ),
      say('lawful', 'You answer for it that what you send may be sent.', ['J18'], balancer),
    ],
  },
  {
    heading: 'What is collected',
    sentences: [
      say(
        'account',
        'For an account: names, ways to reach you, what is needed to bill you, messages to support, and what you sign in with.',
        ['J6', 'V1'],
      ),
      say(
        'metadata',
        'For each request: the key, model, time, duration, status, tokens, cost, and a word for what went wrong. The usage log holds no address.',
        ['J7', 'V2'],
      ),
      say(
        'visits',
        'Our pages set no cookie before you sign in and load nothing from other hosts; what is counted of visits is added up and names nobody.',
        ['J8', 'V3'],
      ),
    ],
  },
  {
    heading: 'What it is used for',
    sentences: [
      say(
        'uses',
        'To provide, maintain, secure, debug, monitor and improve the service; to control access and limits, count and bill, answer support, prevent abuse, obey the law, and tell you what changes.',
        ['J12', 'J13', 'V4'],
      ),
      say(
        'news',
        'Letters that belong to your account come as the service needs them. News and offers come by mail only if you agreed to them; every such letter ends them with one click, and nothing else depends on it.',
        ['J13'],
      ),
      say(
        'aggregates',
        'How endpoints do is learnt over all requests together, so that later ones are routed better; what is learnt names no customer.',
        ['V5'],
        gateway,
      ),
    ],
  },
  {
    heading: 'Who else gets it',
    sentences: [
      say(
        'sub-processors',
        'AI providers, and where there are any, hosting, security and e-mail providers, process data for {operator}; all are listed, with what each gets.',
        ['J14'],
      ),
      say(
        'as-needed',
        'They get what they need for that and no more: the name you give an end user leaves as a pseudonym.',
        ['J15', 'V8'],
      ),
      say(
        'differs',
        'How long a provider keeps what it was sent, and whether it trains on it, differs; what is known stands beside each endpoint, with its source and the day it was read. What is unknown is treated as the worst.',
        ['J16', 'V7'],
      ),
      say(
        'countries',
        'Data may be processed in other countries than yours; the region of each endpoint is told.',
        ['J19'],
        balancer,
      ),
      say('transfers', 'Those countries may protect data in other ways than yours does.', ['J20'], balancer),
      say('no-sale', '{operator} does not sell personal data.', ['V9'], gateway),
      say(
        'law',
        'It is disclosed where the law of {jurisdiction} demands it, or to protect rights and safety, and each time is registered.',
        ['V10'],
        gateway,
      ),
    ],
  },
  {
    heading: 'How long it stays',
    sentences: [
      say('usage-days', 'The usage log is kept for {usage_days} days after the day of the request, and then deleted.', [
        'J22',
        'V15',
      ]),
      say(
        'as-needed-time',
        'Account, billing, support and security records stay as long as the service, the law, disputes, abuse or agreements need them, and each kind has an end.',
        ['J21'],
        balancer,
      ),
      say('account-time', 'Account data stays as long as the account is active.', ['V14'], gateway),
      say(
        'dormant',
        'It counts as active when you sign in or a key of your workspaces is used. After {dormant_months} months without either you are written to twice, in {dormant_notice_days} days at least, and then the account is closed as if you had asked for it; signing in ends that.',
        ['J21', 'V14'],
      ),
      say(
        'key-use',
        'Of each key it is kept when it was used last, and from which network: an address that is shortened so that it names no machine.',
        ['J7', 'J26'],
      ),
      say(
        'deletion-days',
        'After an account is deleted its data is gone within {deletion_days} days, but for what the law wants kept.',
        ['V16'],
        gateway,
      ),
      say('invoices', 'The rows of invoices stay as long as the law wants them kept; they name no key and no person.', [
        'J22',
        'V16',
      ]),
    ],
  },
  {
    heading: 'Security',
    sentences: [
      say(
        'measures',
        'Keys are kept as keyed hashes, secrets beside the database, and each promise here is tested against the software that keeps it.',
        ['J24'],
        balancer,
      ),
      say(
        'no-absolute',
        'No service can promise absolute security. If a breach concerns you, you are told.',
        ['J25'],
        balancer,
      ),
      say(
        'your-keys',
        'Your keys are yours to protect; they can be limited, given an end, and stopped at once.',
        ['J26'],
        balancer,
      ),
    ],
  },
  {
    heading: 'Your rights',
    sentences: [
      say(
        'rights',
        'You may see, correct and delete what is kept about you, have its use restricted, and take a copy with you.',
        ['J27', 'V11', 'V12'],
      ),
      say('close', 'You may close your account and have all of its data deleted.', ['V13'], gateway),
      say(
        'ask',
        'For all of this, and for questions, write to {contact}; you get an answer within {answer_days} business days, or sooner where the law says so.',
        ['J28', 'J32', 'V17', 'V18'],
      ),
      say(
        'identity',
        'Before data is handed out it may be asked whether it is you who asks; for that no more is demanded than needed.',
        ['J29'],
        balancer,
      ),
    ],
  },
  {
    heading: 'Changes',
    sentences: [
      say('changes', 'This policy may change. Each version is entered into a public log that cannot be rewritten.', [
        'J30',
      ]),
      say(
        'material',
        'A change that matters to you takes effect {notice_days} days after it was announced at the earliest.',
        ['J31'],
      ),
    ],
  },
];

function say(id: string, text: string, promises: readonly string[], profiles?: readonly PolicyProfile[]): SentenceText {
  return { id, text, promises, ...(profiles ? { profiles } : {}) };
}
