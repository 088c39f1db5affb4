/** What a suite does to its cloud while a client runs: changes through Compute Engine, and checks of what was issued. */
import assert from 'node:assert/strict';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { OwnerClient, path } from '../packages/accredit/src/cli/owner-client.ts';

const PROJECT = path`/compute/v1/projects/${'my-project'}`;
const COMPUTE = { host: 'compute.googleapis.com' } as const;

/** Metadata as Compute Engine gives and takes it. */
interface Metadata {
  readonly fingerprint: string;
  readonly items?: readonly { readonly key: string; readonly value: string }[];
}

/** The owner of a cloud of the sample configuration. */
export class CloudOwner {
  readonly #client: OwnerClient;

  /** @param socketPath - the private socket of the cloud */
  constructor(socketPath: string) {
    this.#client = new OwnerClient(socketPath);
  }

  /** Returns the number of an instance, as text: it is more than a number of JavaScript holds. */
  async instanceId(instance: string): Promise<string> {
    return ((await this.#get(instancePath(instance))) as { readonly id: string }).id;
  }

  /** Returns the unique id of a service account. */
  async accountId(email: string): Promise<string> {
    const account = path`/v1/projects/-/serviceAccounts/${email}`;
    const found = await this.#client.call({ method: 'GET', host: 'iam.googleapis.com', path: account });
    return (found as { readonly uniqueId: string }).uniqueId;
  }

  /** Gives an attribute of an instance a value; without one it is deleted. The other attributes stay. */
  async setInstanceAttribute(instance: string, key: string, value?: string): Promise<void> {
    const target = instancePath(instance);
    const { metadata } = (await this.#get(target)) as { readonly metadata: Metadata };
    await this.#change(`${target}/setMetadata`, withItem(metadata, key, value));
  }

  /** Gives an attribute of the project a value; without one it is deleted. The other attributes stay. */
  async setProjectAttribute(key: string, value?: string): Promise<void> {
    const found = (await this.#get(PROJECT)) as { readonly commonInstanceMetadata: Metadata };
    const changed = withItem(found.commonInstanceMetadata, key, value);
    await this.#change(`${PROJECT}/setCommonInstanceMetadata`, changed);
  }

  /** Gives an instance the account and the scopes of its next tokens. For that it is stopped meanwhile. */
  async replaceAccount(instance: string, email: string, scopes: readonly string[]): Promise<void> {
    const target = instancePath(instance);
    await this.#change(`${target}/stop`);
    await this.#change(`${target}/setServiceAccount`, { email, scopes });
    await this.#change(`${target}/start`);
  }

  /**
   * Verifies an identity token as whoever receives it does: against the published keys.
   *
   * @returns its claims
   */
  async verifyIdentityToken(token: string, audience: string): Promise<JWTPayload> {
    const answer = await this.#client.call({
      method: 'GET',
      host: 'www.googleapis.com',
      path: '/oauth2/v3/certs',
    });
    const keys = createLocalJWKSet(answer as JSONWebKeySet);
    const options = { audience, issuer: 'https://accounts.google.com' };
    return (await jwtVerify(token.trim(), keys, options)).payload;
  }

  #get(target: string): Promise<unknown> {
    return this.#client.call({ ...COMPUTE, method: 'GET', path: target });
  }

  async #change(target: string, body?: unknown): Promise<void> {
    const operation = await this.#client.call({ ...COMPUTE, method: 'POST', path: target, body });
    assert.equal((operation as { readonly status: string }).status, 'DONE');
  }
}

function instancePath(instance: string): string {
  return `${PROJECT}${path`/zones/us-central1-a/instances/${instance}`}`;
}

function withItem({ fingerprint, items = [] }: Metadata, key: string, value: string | undefined): Metadata {
  const others = items.filter((item) => item.key !== key);
  return { fingerprint, items: value === undefined ? others : [...others, { key, value }] };
}
