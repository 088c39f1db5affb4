import type { Api } from '../../http/method.ts';
import { createKey } from './service-account-keys.ts';
import { getIamPolicy, setIamPolicy, testIamPermissions } from './service-account-policies.ts';
import { create, get, list } from './service-accounts.ts';

/** Identity and Access Management v1: service accounts, their keys and their policies. */
export const iam: Api = {
  name: 'iam',
  hosts: ['iam.googleapis.com'],
  family: 'esf',
  methods: [create, get, list, createKey, getIamPolicy, setIamPolicy, testIamPermissions],
};
