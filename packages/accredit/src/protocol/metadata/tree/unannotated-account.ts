import { CLOUD_PLATFORM } from '../../iam/scopes.ts';
import { refuse } from '../refusal.ts';
import { type Directory, directory, gate, list, mapDirectory, queryLeaf, text } from './nodes.ts';

/**
 * The accounts of a Pod whose Kubernetes service account has no Google one: the pool of the project's clusters stands
 * in for it (metadata notes 13.1.5).
 *
 * Deviation: its token is 404. GKE gives one of the Pod's own principal in the pool, and there are no pools here yet;
 * pinned by 'a Pod without an account has the e-mail of its pool, and no tokens'.
 */
export function unannotatedAccounts(projectId: string): Directory {
  const email = `${projectId}.svc.id.goog`;
  const account = directory({
    aliases: list(['default']),
    email: text(email),
    identity: queryLeaf((query) =>
      refuse((query.get('audience') ?? '') === '' ? 'audience-missing' : 'account-not-annotated'),
    ),
    scopes: list([CLOUD_PLATFORM]),
    token: gate('not-found', 'leaf'),
  });
  return mapDirectory([
    [email, account],
    ['default', account],
  ]);
}
