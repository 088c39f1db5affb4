/**
 * The kinds of resources that conditions can tell apart, by service: what `resource.service` and `resource.type` can be.
 *
 * @see https://cloud.google.com/iam/docs/conditions-resource-attributes#resource_type_values
 */
const RESOURCE_KINDS: Readonly<Record<string, string>> = {
  apigee:
    'ApiProduct ApiProductAttribute Cache Developer DeveloperApp DeveloperAppAttribute DeveloperAttribute Export FlowHook ' +
    'KeyStore KeyStoreAlias KeyValueEntry KeyValueMap Proxy ProxyRevision Query RatePlan Reference SharedFlow ' +
    'SharedFlowRevision TargetServer TraceSession',
  apihub: 'Api ApiOperation Definition Deployment Spec Version',
  backupdr: 'BackupVaults',
  bigquery: 'Dataset Model Routine Table',
  bigqueryreservation: 'Assignment BiReservation CapacityCommitment Location Reservation',
  bigtableadmin: 'AppProfile Backup Cluster Instance Table',
  binaryauthorization: 'Attestor ContinuousValidationConfig Policy',
  ces: 'App Operation',
  clouddeploy: '',
  cloudkms: 'CryptoKey CryptoKeyVersion KeyRing',
  cloudresourcemanager: 'Project',
  compute:
    'BackendService Disk Firewall ForwardingRule GlobalForwardingRule Image Instance InstanceTemplate Snapshot ' +
    'TargetHttpProxy TargetHttpsProxy TargetSslProxy TargetTcpProxy',
  connectors: 'Connection ConnectionSchemaMetadata EndpointAttachment EventSubscription ManagedZone',
  container: 'Cluster Clusters',
  dataform: 'CompilationResult Location ReleaseConfig Repository WorkflowConfig WorkflowInvocation Workspace',
  dns: 'ResourceRecordSet',
  firestore: 'Database',
  iap: 'Tunnel TunnelInstance TunnelZone Web WebService WebServiceVersion WebType',
  integrations: 'AuthConfig Execution Integration IntegrationVersion Location Suspension',
  logging: 'LogBucket LogView',
  managedkafka: 'Cluster ConsumerGroup Operation Topic',
  networksecurity:
    'AddressGroup InterceptDeployment InterceptDeploymentGroup InterceptEndpointGroup ' +
    'InterceptEndpointGroupAssociation MirroringDeployment MirroringDeploymentGroup MirroringEndpointGroup ' +
    'MirroringEndpointGroupAssociation',
  parametermanager: 'Parameter ParameterVersion',
  pubsublite: 'Location Subscription Topic',
  secretmanager: 'Secret SecretVersion',
  spanner: 'Backup Database Instance',
  sqladmin: 'BackupRun Instance',
  storage: 'Bucket ManagedFolder Object',
};

/** What `resource.service` can be: `storage.googleapis.com`. */
export const RESOURCE_SERVICES: ReadonlySet<string> = new Set(
  Object.keys(RESOURCE_KINDS).map((service) => `${service}.googleapis.com`),
);

/** What `resource.type` can be: `storage.googleapis.com/Object`. Locations of Cloud KMS belong to no service of their own. */
export const RESOURCE_TYPES: ReadonlySet<string> = new Set([
  'cloud.googleapis.com/Location',
  ...Object.entries(RESOURCE_KINDS).flatMap(([service, kinds]) =>
    kinds
      .split(' ')
      .filter(Boolean)
      .map((kind) => `${service}.googleapis.com/${kind}`),
  ),
]);
