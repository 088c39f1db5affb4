import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openProxyWay } from '../proxy/proxy-way.ts';
import { openEndpointWay } from './endpoint-way.ts';
import { EnvironmentError } from './errors.ts';
import { writePrivateFiles } from './private-files.ts';
import { makeWayPlan } from './way.fixture.ts';
import { renderWorkloadEnvironment } from './workload-environment.ts';

/** What every way sets, for a directory. */
const common = (directory: string, home: string) => ({
  PATH: '/bin',
  HOME: home,
  CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
  CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
  CLOUDSDK_SURVEY_DISABLE_PROMPTS: 'true',
  CLOUDSDK_CONFIG: join(directory, 'gcloud'),
  BOTO_CONFIG: join(directory, 'boto.cfg'),
  WGETRC: join(directory, 'wgetrc'),
  SSL_CERT_FILE: join(directory, 'ca-bundle.pem'),
  REQUESTS_CA_BUNDLE: join(directory, 'ca-bundle.pem'),
  CURL_CA_BUNDLE: join(directory, 'ca-bundle.pem'),
  CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE: join(directory, 'ca-bundle.pem'),
  HTTPLIB2_CA_CERTS: join(directory, 'ca-bundle.pem'),
  GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: join(directory, 'ca-bundle.pem'),
  NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem'),
  DENO_CERT: join(directory, 'ca.pem'),
});

const metadata = {
  GCE_METADATA_HOST: '127.0.0.1:18080',
  GCE_METADATA_IP: '127.0.0.1:18080',
  GCE_METADATA_ROOT: '127.0.0.1:18080',
};

describe('the environment of a program', () => {
  test("in a namespace is the user's, less credentials, with our authority in every trust variable (clients notes 3.3)", async (t) => {
    const { directory, user, caPem } = makeWayPlan(t);
    const files = await writePrivateFiles(directory, caPem, 'roots\n');
    const inherited = {
      ...user.environment,
      GOOGLE_APPLICATION_CREDENTIALS: '/key.json',
      HTTPS_PROXY: 'http://corporate',
    };
    assert.deepEqual(renderWorkloadEnvironment(inherited, files), common(directory, user.homeDirectory));
  });

  test('by a proxy names it in both cases, and leads past it to loopback only (clients notes 3.2)', async (t) => {
    const plan = makeWayPlan(t);
    const way = await openProxyWay(plan);
    t.after(() => way.close());
    const proxy = way.environment['HTTPS_PROXY'] ?? '';
    assert.match(proxy, /^http:\/\/accredit:BwcHBwcHBwcHBwcHBwcHBw@127\.0\.0\.1:\d+$/);
    assert.deepEqual(way.environment, {
      ...common(plan.directory, plan.user.homeDirectory),
      ...metadata,
      http_proxy: proxy,
      https_proxy: proxy,
      all_proxy: proxy,
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      ALL_PROXY: proxy,
      no_proxy: 'localhost,127.0.0.1,::1,[::1]',
      NO_PROXY: 'localhost,127.0.0.1,::1,[::1]',
      NODE_USE_ENV_PROXY: '1',
    });
  });

  test('by endpoints has one for each API of gcloud, and settings for curl (clients notes 3.1)', async (t) => {
    const plan = makeWayPlan(t, { allow: [{ host: 'db.example', port: 443 }] });
    const way = await openEndpointWay(plan);
    t.after(() => way.close());
    assert.deepEqual(way.environment, {
      ...common(plan.directory, plan.user.homeDirectory),
      ...metadata,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: 'http://127.0.0.1:18443/storage/v1/',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: 'http://127.0.0.1:18443/compute/v1/',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: 'http://127.0.0.1:18443/',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: 'http://127.0.0.1:18443/',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: 'http://127.0.0.1:18443/',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_SERVICEUSAGE: 'http://127.0.0.1:18443/',
      CLOUDSDK_AUTH_TOKEN_HOST: 'http://127.0.0.1:18443/token',
      CLOUDSDK_AUTH_AUTH_HOST: 'http://127.0.0.1:18443/o/oauth2/auth',
      OAUTHLIB_INSECURE_TRANSPORT: '1',
      CURL_HOME: join(plan.directory, 'curl'),
    });
    const places = readFileSync(join(plan.directory, 'curl', '.curlrc'), 'utf8')
      .trimEnd()
      .split('\n');
    assert.match(places.pop() ?? '', /^connect-to = ":443:127\.0\.0\.1:\d+"$/);
    assert.deepEqual(places, [
      'connect-to = "metadata.google.internal:80:127.0.0.1:18080"',
      'connect-to = "metadata.google.internal.:80:127.0.0.1:18080"',
      'connect-to = "metadata.goog:80:127.0.0.1:18080"',
      'connect-to = "metadata:80:127.0.0.1:18080"',
      'connect-to = "169.254.169.254:80:127.0.0.1:18080"',
      'connect-to = "localhost:443:localhost:443"',
      'connect-to = "127.0.0.1:443:127.0.0.1:443"',
      'connect-to = "db.example:443:db.example:443"',
    ]);
  });
});

test('the private files are for their owner alone, and hold what clients are to read', async (t) => {
  const { directory, caPem } = makeWayPlan(t);
  await writePrivateFiles(directory, caPem, 'roots\n');
  const modes = readdirSync(directory)
    .sort()
    .map((name) => [name, (statSync(join(directory, name)).mode & 0o777).toString(8)]);
  assert.deepEqual(modes, [
    ['boto.cfg', '600'],
    ['ca-bundle.pem', '600'],
    ['ca.pem', '600'],
    ['curl', '700'],
    ['gcloud', '700'],
    ['gsutil', '700'],
    ['wgetrc', '600'],
  ]);
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  assert.equal(read('ca-bundle.pem'), `roots\n${caPem}`);
  assert.equal(read('ca.pem'), caPem);
  assert.equal(read('wgetrc'), `ca_certificate = ${directory}/ca-bundle.pem\n`);
  assert.equal(
    read('boto.cfg'),
    `[Boto]\nca_certificates_file = ${directory}/ca-bundle.pem\n[GSUtil]\nstate_dir = ${directory}/gsutil\nsoftware_update_check_period = 0\n[GoogleCompute]\nservice_account = default\n`,
  );
});

describe('the ways without a namespace', () => {
  const WAYS = [
    ['proxy', openProxyWay],
    ['env', openEndpointWay],
  ] as const;
  for (const [isolation, open] of WAYS) {
    test(`${isolation}: stops before it writes anything where the user's credentials would be found`, async (t) => {
      const plan = makeWayPlan(t);
      const gcloud = join(plan.user.homeDirectory, '.config', 'gcloud');
      mkdirSync(gcloud, { recursive: true });
      writeFileSync(join(gcloud, 'application_default_credentials.json'), '{}');
      await assert.rejects(
        open(plan),
        (error) => error instanceof EnvironmentError && error.code === 'user-credentials',
      );
      assert.deepEqual(readdirSync(plan.directory), []);
    });

    test(`${isolation}: refuses on a machine of Google Cloud`, async (t) => {
      const plan = makeWayPlan(t);
      const user = { ...plan.user, environment: { ...plan.user.environment, K_SERVICE: 'hello' } };
      await assert.rejects(
        open({ ...plan, user }),
        (error) =>
          error instanceof EnvironmentError && error.code === 'google-machine' && error.exitCode === 125,
      );
    });

    test(`${isolation}: says what it cannot do, one sentence each`, async (t) => {
      const way = await open(makeWayPlan(t));
      t.after(() => way.close());
      assert.ok(way.limits.length >= 3);
      for (const { what, why } of way.limits)
        assert.ok(what !== '' && why !== '' && !why.endsWith('.'), what);
    });
  }
});
