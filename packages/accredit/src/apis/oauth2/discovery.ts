import { method } from '../../http/method.ts';
import { openIdConfiguration as render } from '../../protocol/oauth2/endpoints.ts';
import { cachedFor, DISCOVERY_LIFETIME_SECONDS } from './caching.ts';

export const openIdConfiguration = method({
  id: 'oauth2.openidConfiguration',
  http: 'GET /.well-known/openid-configuration',
  open: 'it is public, as whoever verifies a token must find it',
  handle: ({ origin, services }) => ({
    headers: cachedFor(DISCOVERY_LIFETIME_SECONDS),
    json: render(origin, services.openIdIssuer),
  }),
});
