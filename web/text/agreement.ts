// Texts of the part of the page Privacy that is about the agreement on processing.

export const agreementText = {
  title: 'Agreement on processing',
  lead: 'What the operator owes this workspace when personal data of others passes through its requests (GDPR Article 28): clauses, sub-processors with their contracts, measures.',
  read: 'Read it',
  others: 'Who else gets data',
  accepted: (version: string, operator: string, day: string) => `${version}, accepted on ${day}, with ${operator}.`,
  accept: (version: string) => `Accept ${version}`,
  ask: (version: string, workspace: string) => `Accept ${version} for ${workspace}?`,
  with: (operator: string) =>
    `It is between this workspace and ${operator}, and is kept with its text, your name here and this moment.`,
  mayNot: 'An owner of the workspace accepts it.',
  unnamed: 'It cannot be accepted yet: the operator has not said who it is and how to reach it.',
} as const;
