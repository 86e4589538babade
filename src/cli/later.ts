/** Commands that stand in the contract and are not built yet, with what is missing. */
export const laterCommands: readonly { readonly name: string; readonly missing: string }[] = [
  { name: 'verify privacy', missing: 'the search for content on a live installation' },
];
