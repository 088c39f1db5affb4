import { type CallTarget, method } from '../../http/method.ts';
import { encodePage, pageOfQuery, readPage } from '../../http/paging.ts';
import { anything, object, optional, string } from '../../kernel/decode.ts';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import { assertAccountId, assertTexts } from '../../protocol/iam/service-accounts/service-account-fields.ts';
import { userManagedEmail } from '../../resources/service-accounts.ts';
import { PreconditionFailed } from '../../store/store.ts';
import {
  projectResource,
  requireProjectId,
  requireServiceAccount,
  serviceAccountResource,
} from './named-resources.ts';
import { duplicateAccount, encodeServiceAccount } from './service-account-json.ts';

type NameTarget = CallTarget<{ readonly name: string }>;

const onProject = ({ path, services }: NameTarget) => projectResource(path.name, services);

/** Only the two texts are the caller's to set; the rest of the message is taken and not looked at, as at Google. */
const createRequest = object({
  accountId: optional(string),
  serviceAccount: optional(
    object({
      displayName: optional(string),
      description: optional(string),
      name: anything,
      projectId: anything,
      uniqueId: anything,
      email: anything,
      etag: anything,
      oauth2ClientId: anything,
      disabled: anything,
    }),
  ),
});

export const create = method({
  id: 'iam.projects.serviceAccounts.create',
  http: 'POST /v1/{name=projects/*}/serviceAccounts',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.create', on: onProject },
  body: { kind: 'json', decode: createRequest },
  async handle({ body, path, services }) {
    const { resources } = services;
    const { accountId = '', serviceAccount: { displayName = '', description = '' } = {} } = body;
    assertAccountId(accountId);
    assertTexts({ displayName, description });
    const projectId = await requireProjectId(path.name, services);
    const email = userManagedEmail(accountId, projectId);
    const account = resources.serviceAccounts.draft(projectId, email, displayName, description);
    try {
      const absent = resources.serviceAccounts.at(0, projectId, email);
      // Whatever was written about an earlier account of this address is none of its business.
      const unset = resources.policies.remove(serviceAccountName(projectId, email));
      const changes = [...resources.serviceAccounts.put(account), unset];
      const revision = await resources.commit(changes, [absent]);
      return { json: encodeServiceAccount({ value: account, revision }) };
    } catch (error) {
      throw error instanceof PreconditionFailed ? duplicateAccount(account) : error;
    }
  },
});

export const get = method({
  id: 'iam.projects.serviceAccounts.get',
  http: 'GET /v1/{name=projects/*/serviceAccounts/*}',
  scopes: IAM,
  permission: {
    check: 'iam.serviceAccounts.get',
    on: ({ path, services }) => serviceAccountResource(path.name, services),
  },
  async handle({ path, services }) {
    return { json: encodeServiceAccount(await requireServiceAccount(path.name, services)) };
  },
});

/** Accounts of a page where the caller does not say, and at most (IAM notes 1.2). */
const PAGE_SIZES = { default: 20, max: 100 } as const;

export const list = method({
  id: 'iam.projects.serviceAccounts.list',
  http: 'GET /v1/{name=projects/*}/serviceAccounts',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.list', on: onProject },
  async handle({ path, query, services }) {
    const projectId = await requireProjectId(path.name, services);
    const name = `projects/${projectId}/serviceAccounts`;
    const page = readPage(pageOfQuery(query), PAGE_SIZES, name);
    const { items, ...rest } = await services.resources.serviceAccounts.list(projectId, page);
    return { json: encodePage('accounts', { ...rest, items: items.map(encodeServiceAccount) }, name) };
  },
});
