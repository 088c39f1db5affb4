import type { Api } from '../../http/method.ts';
import { type ApiError, permissionDenied } from '../../kernel/api-error.ts';
import { get, getIamPolicy, setIamPolicy, testIamPermissions } from './projects.ts';

/** The words of a refusal: Resource Manager never says whether a project exists (IAM notes 4.3). */
function refuse(): ApiError {
  return permissionDenied('The caller does not have permission');
}

/** Cloud Resource Manager v1. */
export const cloudResourceManager: Api = {
  name: 'cloudresourcemanager',
  hosts: ['cloudresourcemanager.googleapis.com'],
  family: 'esf',
  refuse,
  methods: [get, getIamPolicy, setIamPolicy, testIamPermissions],
};
