import type { Api } from '../../http/method.ts';
import { accountCertificates, accountKeySet, certificates, keySet } from './certs.ts';
import { openIdConfiguration } from './discovery.ts';
import { token } from './token.ts';
import { tokenInfo, tokenInfoV1 } from './token-info.ts';
import { userInfo, userInfoV2 } from './user-info.ts';

/** Google's OAuth 2.0 and OpenID Connect endpoints, on all the hosts over which the years have spread them. */
export const oauth2: Api = {
  name: 'oauth2',
  hosts: ['oauth2.googleapis.com', 'accounts.google.com', 'openidconnect.googleapis.com'],
  family: 'oauth',
  methods: [
    token,
    tokenInfo,
    tokenInfoV1,
    keySet,
    certificates,
    accountKeySet,
    accountCertificates,
    openIdConfiguration,
    userInfo,
    userInfoV2,
  ],
};
