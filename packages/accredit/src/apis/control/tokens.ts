import { method } from '../../http/method.ts';
import { TOKEN_LIFETIME_LIMIT_SECONDS } from '../../identity/issuer.ts';
import { invalidArgument, notFound } from '../../kernel/api-error.ts';
import { int32, list, object, optional, string } from '../../kernel/decode.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { accessBoundaryMessage, readAccessBoundary } from '../../protocol/iam/boundaries/boundary-json.ts';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { OWNER_ONLY, requireOwner } from './cloud-control.ts';

const mintTokenRequest = object({
  serviceAccount: string,
  scopes: list(string),
  lifetimeSeconds: optional(int32),
  accessBoundary: optional(accessBoundaryMessage),
});

/** Mints an access token for a service account: `accredit token`. */
export const mintToken = () =>
  method({
    id: 'control.tokens.mint',
    http: 'POST /v1/tokens',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: mintTokenRequest },
    async handle({ caller, body, services }) {
      requireOwner(caller);
      const { serviceAccount, scopes, lifetimeSeconds = 3600, accessBoundary } = body;
      if (lifetimeSeconds < 1 || lifetimeSeconds > TOKEN_LIFETIME_LIMIT_SECONDS) {
        throw invalidArgument(
          `A token lives 1 to ${TOKEN_LIFETIME_LIMIT_SECONDS} seconds, not '${lifetimeSeconds}'.`,
        );
      }
      const account = (await services.resources.serviceAccounts.find(serviceAccount))?.value;
      if (account === undefined) {
        throw notFound(`Service account '${serviceAccount}' does not exist.`, { echoes: true });
      }
      const { token, expiresAtMs } = services.issuer.mintAccessToken({
        grantId: 'owner',
        principal: { kind: 'serviceAccount', email: account.email, uniqueId: account.uniqueId },
        scopes: scopes.length === 0 ? [CLOUD_PLATFORM] : scopes,
        lifetimeSeconds,
        ...(accessBoundary === undefined ? {} : { boundary: readAccessBoundary(accessBoundary) }),
      });
      return { json: { accessToken: token, expireTime: toRfc3339(expiresAtMs) } };
    },
  });
