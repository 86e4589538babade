/** Who may do what: roles of persons in workspaces, and the operator's own. Persons are ids of people.db. */
export type MemberStore = {
  /** The workspaces of a person, by name. */
  workspacesOf(person: string): Promise<readonly Membership[]>;
  operatorRolesOf(person: string): Promise<readonly string[]>;
  /** False: the person is a member already. */
  addMember(member: { workspace: string; person: string; role: string; now: number }): Promise<boolean>;
  addOperatorRole(given: { person: string; role: string; now: number }): Promise<void>;
};

export type Membership = { readonly id: string; readonly name: string; readonly role: string };
