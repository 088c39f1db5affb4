import { type ApiError, invalidArgument, notFound } from '../../../kernel/api-error.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';

/** What the name of a custom role says. */
export interface CustomRoleName {
  /** `projects/{projectId}` or `organizations/{organizationId}`. */
  readonly parent: ResourceName;
  /** 1 to 64 letters, digits, underscores and dots. */
  readonly roleId: string;
}

const CUSTOM_ROLE_FORM = /^(organizations\/\d+|projects\/[^/]+)\/roles\/([A-Za-z0-9_.]{1,64})$/;

const PREDEFINED_ROLE_FORM = /^roles\/[A-Za-z0-9_.]{1,64}$/;

/** Takes the name of a custom role apart; `undefined` for any other text, also the name of a predefined role. */
export function parseCustomRoleName(name: string): CustomRoleName | undefined {
  const [, parent, roleId] = CUSTOM_ROLE_FORM.exec(name) ?? [];
  return parent === undefined || roleId === undefined ? undefined : { parent, roleId };
}

/** Returns `{parent}/roles/{roleId}`. */
export function customRoleName({ parent, roleId }: CustomRoleName): string {
  return `${parent}/roles/${roleId}`;
}

/** Says whether a text has the form of a role's name: predefined, of an organization or of a project. */
export function isRoleName(name: string): boolean {
  return PREDEFINED_ROLE_FORM.test(name) || CUSTOM_ROLE_FORM.test(name);
}

/** The error of a text that can be the name of no role (IAM notes 1.5). */
export function malformedRoleName(): ApiError {
  return invalidArgument(
    'The role name must be in the form "roles/{role}", "organizations/{organization_id}/roles/{role}", or ' +
      '"projects/{project_id}/roles/{role}".',
    { reason: 'badRequest' },
  );
}

/** The error of a role that is not there; also of a deleted one that cannot be brought back. Guess: the text. */
export function unknownRole(name: string): ApiError {
  return notFound(`The role named ${name} was not found.`, { echoes: true });
}
