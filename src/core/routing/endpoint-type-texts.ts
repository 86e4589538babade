import type { EndpointType } from './endpoint.ts';

/** What each label means: who runs the model, and how far that is from who made it. */
export const endpointTypeTexts: Readonly<Record<EndpointType, string>> = {
  first_party: 'The maker of the model serves it, under a contract with the operator.',
  cloud_partner: 'A cloud serves it under an agreement with its maker.',
  host: 'An independent host serves open weights.',
  self_hosted: 'The operator runs it on machines of their own.',
  aggregator: 'Another gateway passes requests on to providers of its choice: one hop and one recipient more.',
  seller_partner: 'A third party sells capacity that it may resell.',
  customer_key: 'The workspace has an account of its own there.',
  unverified: 'Nobody has said who runs it.',
  sandbox: 'Our own simulator: nothing leaves this machine.',
};
