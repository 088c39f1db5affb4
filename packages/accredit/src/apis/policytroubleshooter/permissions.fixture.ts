/** What Policy Troubleshooter asks its callers for: it shows of each policy what they may read of it. */
import type { ExpectedMethods } from '../permission-suite.fixture.ts';

/** @see https://cloud.google.com/policy-intelligence/docs/troubleshoot-access */
export const POLICY_TROUBLESHOOTER_PERMISSIONS: ExpectedMethods = {
  'policytroubleshooter.iam.troubleshoot': {
    scopes: ['cloud-platform'],
    showsBy: 'resourcemanager.projects.getIamPolicy',
  },
};
