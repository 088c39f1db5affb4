import type { Call } from '../../http/method.ts';
import { ApiError } from '../../kernel/api-error.ts';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import { invalidField } from '../../protocol/compute/field-errors.ts';
import type { AttachedServiceAccount } from '../../resources/instances.ts';
import type { OperationError } from '../../resources/operations.ts';
import { computeDefaultEmail } from '../../resources/service-accounts.ts';
import { userOf } from './requests.ts';

/** The permission to make something run as a service account. */
export const ACT_AS = 'iam.serviceAccounts.actAs';

/**
 * Reads an account to attach; scopes without an account are dropped (compute notes 5.8).
 *
 * @param field - where it stands in the request: `resource.serviceAccounts[0]`
 * @returns `undefined` for none
 * @throws {ApiError} 400 `invalid`
 */
export function readAttachedAccount(
  { email = '', scopes = [] }: { readonly email?: string; readonly scopes?: readonly string[] },
  field: string,
  projectNumber: string,
): AttachedServiceAccount | undefined {
  for (const [index, scope] of scopes.entries()) {
    if (/^https:\/\/[!-~]+$/.test(scope)) continue;
    // Guess: the text.
    throw invalidField(`${field}.scopes[${index}]`, scope, 'Scope must be a fully qualified URL.');
  }
  if (email === '') return undefined;
  return { email: email === 'default' ? computeDefaultEmail(projectNumber) : email, scopes };
}

/**
 * Says why the caller may not attach a service account, or change what an instance runs that has it; `undefined` where
 * it may.
 *
 * The answer is part of the operation, not of the call: HTTP 200 either way (IAM notes, fact 9 and 1.8). The decision
 * stands in the audit record all the same.
 */
export async function findAccountProblem(
  call: Pick<Call<unknown, unknown>, 'services' | 'caller' | 'authorize'>,
  email: string,
): Promise<OperationError | undefined> {
  const found = await call.services.resources.serviceAccounts.find(email);
  // An account is found by its unique id too; instances name it by its address.
  if (found === undefined || found.value.email !== email) return missingAccount(email);
  const { principal } = call.caller;
  // Guess: an account acts as itself without a grant. Seen on GKE, not verified for instances (IAM notes 1.8).
  if (principal.kind === 'serviceAccount' && principal.uniqueId === found.value.uniqueId) return undefined;
  try {
    await call.authorize(ACT_AS, serviceAccountName(found.value.projectId, email));
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'PERMISSION_DENIED')
      return accessDenied(email, userOf(principal));
    throw error;
  }
}

function missingAccount(email: string): OperationError {
  const message = `The resource '${email}' of type 'serviceAccount' was not found.`;
  return { code: 'EXTERNAL_RESOURCE_NOT_FOUND', message, httpStatus: 404 };
}

function accessDenied(email: string, user: string): OperationError {
  const message =
    `The user does not have access to service account '${email}'.  User: '${user}'.  ` +
    'Ask a project owner to grant you the iam.serviceAccountUser role on the service account';
  return { code: 'SERVICE_ACCOUNT_ACCESS_DENIED', message, httpStatus: 400 };
}
