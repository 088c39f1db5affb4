/** The name of a basic or predefined role: `roles/` and its id. */
export type RoleName = `roles/${string}`;

/**
 * How finished Google calls a role.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/organizations.roles#rolelaunchstage
 */
export type RoleLaunchStage = 'ALPHA' | 'BETA' | 'GA' | 'DEPRECATED' | 'DISABLED' | 'EAP';

/**
 * One role as the tables of this folder write it.
 *
 * The facts (title, description, stage, permissions) were read from two public crawls of the live IAM API that agree,
 * both of 2026-08-22 and both under the MIT licence: iann0036/iam-dataset at 2073fa52 and
 * UnitVectorY-Labs/gcp-iam-catalog at a9522b47. The grouping of the permissions is ours.
 */
export interface RoleDefinition {
  readonly title: string;
  readonly description: string;
  readonly stage: RoleLaunchStage;
  /** Roles whose permissions this role holds too. It is seen in the published lists; Google does not promise it. */
  readonly includes?: readonly RoleName[];
  /** The permissions beyond the included ones, in the notation of `expand.ts`; absent where there are none. */
  readonly permissions?: string;
  /**
   * How many permissions the role has at Google. Only where the table holds fewer: the basic roles and the two security
   * roles span every service, and are limited here to the services that this project knows (Storage, Compute, IAM,
   * Resource Manager, Service Usage, organization policies). Deviation; pinned by 'the widest roles hold what is known here
   * of them'.
   */
  readonly permissionCountAtGoogle?: number;
}

/** Roles by name, without a prototype: a name that comes from a request finds a role or nothing. */
export interface RoleTable {
  readonly __proto__: null;
  readonly [name: RoleName]: RoleDefinition;
}
