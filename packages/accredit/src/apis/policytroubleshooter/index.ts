import type { Api } from '../../http/method.ts';
import { troubleshoot } from './iam.ts';

/** Policy Troubleshooter v1. */
export const policyTroubleshooter: Api = {
  name: 'policytroubleshooter',
  hosts: ['policytroubleshooter.googleapis.com'],
  family: 'esf',
  methods: [troubleshoot],
};
