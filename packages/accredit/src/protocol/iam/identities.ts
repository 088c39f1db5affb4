import {
  ALL_AUTHENTICATED_USERS,
  ALL_USERS,
  accountMember,
  type FederatedPrincipal,
  type Member,
  type Principal,
  toMember,
} from '../../kernel/principals.ts';

/** What must be known of a principal beside its own name. */
export interface Belongings {
  /** Groups that hold it, directly or through other groups, as members: `group:EMAIL`. */
  readonly groups: readonly Member[];
  /**
   * For a service account: the nodes that its project is under, the project first, by number:
   * `projects/123`, `folders/456`, `organizations/789`.
   */
  readonly nodes: readonly string[];
  /** For a user: the customer ids of the organizations of its domain. */
  readonly customerIds: readonly string[];
}

export const NO_BELONGINGS: Belongings = { groups: [], nodes: [], customerIds: [] };

/** A workload pool of GKE: `PROJECT_ID.svc.id.goog`, and a subject in it. */
const GKE_POOL = /\/workloadIdentityPools\/([^/]+\.svc\.id\.goog)$/;
const GKE_SUBJECT = /^ns\/([^/]+)\/sa\/([^/]+)$/;

/** The attributes of identities of GKE that members name without `attribute.`. */
const GKE_UNIQUE_ID = 'kubernetes.serviceaccount.uid';
const GKE_CLUSTER = 'kubernetes.cluster';

/**
 * Returns all that a principal counts as, in the spelling of allow policies, the nearest first: itself, its groups, the
 * sets that it is in, and the two public sets as far as they hold it (IAM notes 1.1).
 *
 * A policy check is then a look-up of each of them. Anonymous callers are `allUsers` alone.
 */
export function identitiesOf(principal: Principal, belongings: Belongings): readonly Member[] {
  switch (principal.kind) {
    case 'anonymous':
      return [ALL_USERS];
    case 'user':
      return [...identitiesOfUser(principal.email, belongings), ALL_AUTHENTICATED_USERS, ALL_USERS];
    case 'serviceAccount':
      return [
        accountMember(principal.email, principal.uniqueId),
        toMember(principal),
        ...belongings.groups,
        ...belongings.nodes.map((node) => accountsUnder(node)),
        ALL_AUTHENTICATED_USERS,
        ALL_USERS,
      ];
    case 'federated':
      // Guess: `allAuthenticatedUsers` holds no federated identity (IAM notes 1.1).
      return [...identitiesOfFederated(principal), ...belongings.groups, ALL_USERS];
  }
}

function identitiesOfUser(email: string, { groups, customerIds }: Belongings): readonly Member[] {
  const domain = email.slice(email.indexOf('@') + 1);
  const customers = customerIds.map((id) => customerMember(id));
  return [`user:${email}`, ...groups, `domain:${domain}`, ...customers];
}

/** Returns the set of the service accounts below a node: `projects/NUMBER`, `folders/N`, `organizations/N`. */
function accountsUnder(node: string): Member {
  return `principalSet://cloudresourcemanager.googleapis.com/${node}/type/ServiceAccount`;
}

/** Returns the set of everybody who belongs to a customer of Cloud Identity. */
function customerMember(customerId: string): Member {
  return `principalSet://goog/cloudIdentityCustomerId/${customerId}`;
}

function identitiesOfFederated(principal: FederatedPrincipal): readonly Member[] {
  const { pool, groups, attributes } = principal;
  const set = `principalSet://iam.googleapis.com/${pool}`;
  return [
    toMember(principal),
    ...gkeMembers(principal),
    ...groups.map((group) => `${set}/group/${group}`),
    ...Object.entries(attributes).map(([name, value]) => `${set}/attribute.${name}/${value}`),
    `${set}/*`,
  ];
}

/**
 * Returns the further names of a Kubernetes account of GKE: the older one, `serviceAccount:PROJECT_ID.svc.id.goog[NS/KSA]`,
 * its namespace, and as far as they are known, its unique id and its cluster.
 */
function gkeMembers({ pool, subject, attributes }: FederatedPrincipal): readonly Member[] {
  const [, workloadPool] = GKE_POOL.exec(pool) ?? [];
  const [, namespace, account] = GKE_SUBJECT.exec(subject) ?? [];
  if (workloadPool === undefined || namespace === undefined) return [];
  const place = `iam.googleapis.com/${pool}`;
  const { [GKE_UNIQUE_ID]: uniqueId, [GKE_CLUSTER]: cluster } = attributes;
  return [
    `serviceAccount:${workloadPool}[${namespace}/${account}]`,
    `principalSet://${place}/namespace/${namespace}`,
    ...(uniqueId === undefined ? [] : [`principal://${place}/${GKE_UNIQUE_ID}/${uniqueId}`]),
    ...(cluster === undefined ? [] : [`principalSet://${place}/${GKE_CLUSTER}/${cluster}`]),
  ];
}
