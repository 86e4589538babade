/** Tests that prove more than one promise, by one name each. */
export const deletionSaga = 'tests/store/erasure.test.ts';
export const deletion = 'tests/journeys/deletion.test.ts';
export const inventory = 'tests/store/inventory.test.ts';
export const retention = 'tests/store/retention.test.ts';
export const failClosed = 'tests/properties/fail-closed.test.ts';
/** What is no generation: files, batches, counts, deletions at upstreams. */
export const keptPlaces = 'tests/properties/kept-places.test.ts';
export const pages = 'tests/journeys/legal-pages.test.ts';
export const policy = 'tests/properties/policy.test.ts';
export const dataPolicies = 'tests/journeys/data-policies.test.ts';
export const egress = 'tests/journeys/egress.test.ts';
export const registers = 'tests/journeys/registers.test.ts';
export const activities = 'tests/store/activities.test.ts';
export const cases = 'tests/journeys/privacy-cases.test.ts';
export const analytics = 'tests/journeys/analytics.test.ts';
export const acceptances = 'tests/journeys/acceptances.test.ts';
export const aggregates = 'tests/store/aggregates.test.ts';
export const inspections = 'tests/store/inspections.test.ts';
export const looks = 'tests/journeys/inspections.test.ts';
export const notices = 'tests/store/notices.test.ts';
export const noticeJourney = 'tests/journeys/notices.test.ts';
export const rights = 'tests/rights/rights.test.ts';
export const wholeCopy = 'tests/rights/whole-copy.test.ts';
export const sample = 'tests/journeys/policy-sample.test.ts';
