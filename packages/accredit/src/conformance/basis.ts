/** The sources that checks name, each spelled once. */
import type { Basis } from './check.ts';

function documented(page: string): Basis {
  return { evidence: 'documented', source: `Google documentation, "${page}"` };
}

function client(name: string): Basis {
  return { evidence: 'client code', source: name };
}

function transcript(what: string): Basis {
  return { evidence: 'transcript', source: `published transcript of a real VM: ${what}` };
}

function emulator(name: string): Basis {
  return { evidence: 'emulator', source: name };
}

/** An expectation of our own, with its reason. */
export function inferred(reason: string): Basis {
  return { evidence: 'inferred', source: reason };
}

/** A rule of HTTP, which a metadata server is not known to keep or to break. */
export function http(section: string): Basis {
  return inferred(`HTTP, ${section}`);
}

/** A page that was read long ago and not again, and so cannot be held against anybody. */
export function remembered(page: string): Basis {
  return inferred(`Google documentation, "${page}", not read again`);
}

export const DOCS = {
  query: documented('View and query VM metadata'),
  keys: documented('Predefined metadata keys'),
  identity: documented('Verify the identity of a VM'),
  troubleshooting: documented('Troubleshoot the metadata server'),
  tokens: documented('Authenticate workloads to Google Cloud APIs using service accounts'),
  guestAttributes: documented('Set and query guest attributes'),
  metadataLimits: documented('Compute Engine API v1, the resource Metadata'),
  cloudRun: documented('Cloud Run, container runtime contract, metadata server'),
  gke: documented('About Workload Identity Federation for GKE'),
  bearer: { evidence: 'documented', source: 'RFC 6750 §2.1' },
} as const satisfies Readonly<Record<string, Basis>>;

export const CLIENTS = {
  go: client('Go cloud.google.com/go/compute/metadata v0.9.0'),
  node: client('Node gcp-metadata 8.1.2'),
  nodeAuth: client('Node google-auth-library, computeclient.ts'),
  python: client('Python google-auth, compute_engine/_metadata.py'),
  oauth2client: client('Python oauth2client, contrib/_metadata.py (in gsutil)'),
  java: client('Java google-auth-library, ComputeEngineCredentials'),
  dotnet: client('.NET gax, Platform.cs'),
  gcloud: client('Google Cloud SDK 528.0.0, core/credentials/gce.py'),
  apitools: client('apitools credentials_lib.py (in gsutil)'),
  botoPlugin: client('gcs-oauth2-boto-plugin, _IsGCE (in gsutil)'),
  agent: client('google-guest-agent, metadata.go'),
  scriptRunner: client('google-guest-agent, metadata script runner'),
  imageTests: client('GoogleCloudPlatform/cloud-image-tests'),
  osLogin: client('GoogleCloudPlatform/guest-oslogin'),
  kubernetes: client('Kubernetes credentialprovider/gcp'),
  goFsimpl: client('go-fsimpl, gcpmetafs'),
  terraform: client('Terraform google provider 8.0'),
  s2a: client('Java google-auth-library, SecureSessionAgent'),
} as const;

export const TRANSCRIPTS = {
  root: transcript('the root, April 2023'),
  raw: transcript('whole answers, in fixtures of google/grr, February 2025'),
  redirect: transcript('a redirect, in gce_metadata_server, 2019'),
  notFound: transcript('a 404, gcp-metadata issue 657, March 2025'),
  forbidden: transcript('a 403, gce_metadata_server pull request 11, February 2023'),
  tree: transcript('a walk through the tree, June 2026'),
  recursive: transcript('a recursive dump, fixtures of puppetlabs/facter, 2020'),
  textDump: transcript('a recursive dump with alt=text, HackerOne report 1442118, 2022'),
  proxyBench: transcript('header arithmetic of k8s-metadata-proxy, 2018'),
  guestAttributes: transcript(
    'guest attributes, partner attributes and workload certificates, in gce_metadata_server, 2025',
  ),
  head: transcript('curl -sI, Google security write-up'),
  keepAlive: transcript('HTTP/1.0 and keep-alive benchmarks, 2018 and 2019'),
  legacy: transcript('disabled legacy endpoints, workshops of 2019 and 2020'),
  gke: transcript('a GKE metadata server, google-cloud-ruby issue 3750, 2019'),
  cloudRun: transcript('Cloud Run, dregsy issue 82'),
} as const;

export const EMULATORS = {
  of2016: emulator("Google's Python metadata server emulator of 2016, with its tests"),
  server: emulator('salrashid123/gce_metadata_server'),
  gke: emulator('matheuscscp/gke-metadata-server'),
} as const;
