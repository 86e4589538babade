// Texts about the end users of a workspace, on page Privacy.

export const endUsersText = {
  title: 'Your end users',
  words:
    'People whom your requests name in user, safety_identifier or metadata.user_id. Only a pseudonym of each is kept, keyed for this workspace: say the name as your requests do.',
  name: 'End user',
  nameHint: 'The very text that your requests send.',
  sayWho: 'Say which end user.',
  deeds: {
    access: 'Show what is kept',
    restrict: 'Restrict end user',
    lift: 'Lift restriction',
    erase: 'Delete end user',
  },
  titles: {
    access: (name: string) => `Show what is kept of ${name}?`,
    restrict: (name: string) => `Restrict ${name}?`,
    lift: (name: string) => `Lift the restriction of ${name}?`,
    erase: (name: string) => `Delete what is kept of ${name}?`,
  },
  means: {
    access: 'Limits, what is used of them, and requests about privacy. It is noted that this was asked.',
    restrict: 'Requests that name this end user are refused with processing_restricted within a second.',
    lift: 'Requests that name this end user are served again within a second.',
    erase:
      'Its limits, what is used and set aside of them, its rates and its restriction go at once and for good. A request that names it later begins anew.',
  },
  nobody: 'Nobody is restricted.',
  restricted: 'Restricted end users',
  since: 'restricted since',
} as const;
