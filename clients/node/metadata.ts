/**
 * What Node's clients learn of a metadata server, told in lines of JSON for clients/node.test.ts:
 *
 *     facts          everything that gcp-metadata can ask
 *     credentials    the credentials of google-auth-library
 *     watch KEY      each value of an attribute of the instance, until somebody deletes it
 */
import process from 'node:process';
import { Compute, GoogleAuth, gcpMetadata } from 'google-auth-library';

/** Shorter than the three seconds after which gcp-metadata gives a request up. */
const WAIT_SECONDS = '2';

function tell(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

async function tellFacts(): Promise<void> {
  const { instance, project, universe } = gcpMetadata;
  const available = await gcpMetadata.isAvailable();
  const dump: { readonly id: unknown } = await instance({ params: { recursive: 'true' } });
  tell({
    available,
    projectId: await project('project-id'),
    projectNumber: await project('numeric-project-id'),
    team: await project('attributes/team'),
    // More than a number of JavaScript holds: the client makes a big one of it.
    instanceId: String(await instance('id')),
    instanceIdInDump: String(dump.id),
    zone: await instance('zone'),
    tags: await instance('tags'),
    greeting: await instance('attributes/greeting'),
    email: await instance('service-accounts/default/email'),
    missing: await valueOf(instance('attributes/missing')),
    universe: await universe('universe-domain'),
    bulk: await gcpMetadata.bulk([{ metadataKey: 'instance/name' }, { metadataKey: 'project/project-id' }]),
  });
}

async function tellCredentials(): Promise<void> {
  const auth = new GoogleAuth();
  const client = await auth.getClient();
  if (!(client instanceof Compute)) throw new TypeError('The credentials are not those of a VM.');
  tell({
    projectId: await auth.getProjectId(),
    universe: await auth.getUniverseDomain(),
    email: (await auth.getCredentials()).client_email,
    token: await auth.getAccessToken(),
    idToken: await client.fetchIdToken('https://node.example'),
  });
}

/** Waits for changes; a wait that ends without one is begun again, so no change is missed. */
async function watch(key: string): Promise<void> {
  const property = `attributes/${key}`;
  const params = { wait_for_change: 'true', timeout_sec: WAIT_SECONDS };
  let value: unknown = await gcpMetadata.instance(property);
  while (value !== null) {
    tell({ value });
    const last = value;
    while (value === last) value = await valueOf(gcpMetadata.instance({ property, params }));
  }
  tell({ value });
}

/** Returns `null` where there is no such value. */
async function valueOf(request: Promise<unknown>): Promise<unknown> {
  try {
    return await request;
  } catch (error) {
    // Not by its class: the error is of the gaxios of gcp-metadata, which is none that can be imported here.
    if (error instanceof Error && 'status' in error && error.status === 404) return null;
    throw error;
  }
}

const [what, key = ''] = process.argv.slice(2);
if (what === 'facts') await tellFacts();
else if (what === 'credentials') await tellCredentials();
else await watch(key);
