import type { Call } from '../../http/method.ts';
import type { OAuthParameters } from './parameters.ts';

/** A request to the token endpoint, for a grant. */
export type TokenCall = Pick<Call<unknown, OAuthParameters>, 'body' | 'origin' | 'services'>;

/** What a grant gives: an access token or an ID token, with what goes with it. */
export type TokenResponse = Readonly<Record<string, string | number>>;

/** A way to get a token. */
export type Grant = (call: TokenCall) => Promise<TokenResponse>;
