import { credentials, type DataClass, membership, operation, sealedNames } from './data-class.ts';

const secret: DataClass = { ...credentials, subject: 'person' };
const stay: DataClass = { ...membership, exportable: false };

/** Every column of every table of `people.db`. A column that is missing here fails the tests. */
export const peopleInventory: Readonly<Record<string, Readonly<Record<string, DataClass>>>> = {
  migration: classify(operation, 'version name at hash'),
  person: {
    ...classify(
      membership,
      'id email_verified two_factor terms_version accepted_at created_at changed_at address_changed_at',
    ),
    ...classify(sealedNames, 'email name'),
    ...classify(secret, 'email_hash'),
    ...classify(stay, 'actor'),
  },
  person_key: classify(secret, 'person sealed'),
  session: {
    ...classify(membership, 'id person device expires_at proved_at created_at changed_at'),
    ...classify(secret, 'token_hash'),
  },
  sign_in: {
    ...classify(membership, 'id person provider created_at changed_at'),
    ...classify(sealedNames, 'label'),
    ...classify(secret, 'subject secret'),
  },
  proof: classify(secret, 'id identifier_hash sealed expires_at created_at changed_at'),
  second_factor: classify(secret, 'id person secret recovery verified failures locked_until'),
  passkey: {
    ...classify(membership, 'id person created_at used_at'),
    ...classify(sealedNames, 'name'),
    ...classify(secret, 'credential_hash sealed counter'),
  },
  support_message: {
    ...classify(membership, 'id person number sent_at'),
    ...classify(sealedNames, 'subject text'),
  },
  backing_wallet: classify(membership, 'workspace person sign_in balance read_at tried_at'),
  new_address: {
    ...classify(membership, 'id person old_proved_at new_proved_at expires_at created_at'),
    ...classify(sealedNames, 'address'),
    ...classify(secret, 'address_hash old_hash new_hash'),
  },
};

function classify(as: DataClass, columns: string): Readonly<Record<string, DataClass>> {
  return Object.fromEntries(columns.split(/\s+/).map((column) => [column, as]));
}
