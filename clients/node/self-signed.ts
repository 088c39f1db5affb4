/**
 * Lists the buckets of `my-project` with a key file and no token endpoint: google-auth-library signs a JWT for the API, once
 * for its name and once with scopes. Told in lines of JSON for clients/self-signed-jwt.test.ts.
 *
 *     self-signed KEY-FILE
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { JWT } from 'google-auth-library';

const BUCKETS = 'https://storage.googleapis.com/storage/v1/b?project=my-project';

const [, , keyFile = ''] = process.argv;

/** Returns a client of the account; where it is given no scopes it signs for the API, as Google's clients of APIs do. */
function clientOf(scopes?: readonly string[]): JWT {
  const client = new JWT(scopes === undefined ? {} : { scopes: [...scopes] });
  client.fromJSON(JSON.parse(readFileSync(keyFile, 'utf8')));
  client.defaultServicePath = 'storage.googleapis.com';
  client.useJWTAccessWithScope = scopes !== undefined;
  return client;
}

for (const client of [clientOf(), clientOf(['https://www.googleapis.com/auth/devstorage.read_only'])]) {
  const { data } = await client.request<{ readonly items: readonly { readonly name: string }[] }>({
    url: BUCKETS,
  });
  process.stdout.write(`${JSON.stringify(data.items.map(({ name }) => name))}\n`);
}
