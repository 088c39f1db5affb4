/** The permissions that can be denied, a list of Google's; `deny-permissions.ts` says what a policy may write for them. */
import { expandPermissions } from '../roles/expand.ts';
import { toRoleSpelling } from '../roles/permission-spelling.ts';

/**
 * The permissions that a deny policy can deny, of the services that are known here, in the notation of `roles/expand.ts`.
 *
 * The facts were read from sonraisecurity/gcp-permission-mappings at 8603f90e (MIT licence, 2026-01-30), which follows the
 * page below; the grouping is ours.
 *
 * @see https://cloud.google.com/iam/docs/deny-permissions-support
 */
const DENIABLE = `
  compute.acceleratorTypes.{get, list}
  compute.addresses.{create, createInternal, createTagBinding, delete, deleteInternal, deleteTagBinding, get,
    list, listEffectiveTags, listTagBindings, setLabels, use, useInternal}
  compute.advice.calendarMode
  compute.autoscalers.{create, delete, get, list, update}
  compute.backendBuckets.{addSignedUrlKey, create, createTagBinding, delete, deleteSignedUrlKey,
    deleteTagBinding, get, getIamPolicy, list, listEffectiveTags, listTagBindings, setIamPolicy,
    setSecurityPolicy, update, use}
  compute.backendServices.{addSignedUrlKey, create, createTagBinding, delete, deleteSignedUrlKey,
    deleteTagBinding, get, getIamPolicy, list, listEffectiveTags, listTagBindings, setIamPolicy,
    setSecurityPolicy, update, use}
  compute.commitments.{create, get, list, update, updateReservations}
  compute.crossSiteNetworks.{create, delete, get, list, update}
  compute.diskSettings.{get, update}
  compute.diskTypes.{get, list}
  compute.disks.{addResourcePolicies, create, createSnapshot, createTagBinding, delete, deleteTagBinding, get,
    getIamPolicy, list, listEffectiveTags, listTagBindings, removeResourcePolicies, resize, setIamPolicy,
    setLabels, startAsyncReplication, stopAsyncReplication, stopGroupAsyncReplication, update, updateKmsKey,
    use, useReadOnly}
  compute.externalVpnGateways.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, setLabels, use}
  compute.firewallPolicies.{cloneRules, copyRules, create, createTagBinding, delete, deleteTagBinding, get,
    getIamPolicy, list, listEffectiveTags, listTagBindings, move, setIamPolicy, update, use}
  compute.firewalls.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, update}
  compute.forwardingRules.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, pscCreate, pscDelete, pscSetLabels, pscUpdate, setLabels, setTarget, update, use}
  compute.futureReservations.{cancel, create, delete, get, getIamPolicy, list, setIamPolicy, update}
  compute.globalAddresses.{create, createInternal, createTagBinding, delete, deleteInternal, deleteTagBinding,
    get, list, listEffectiveTags, listTagBindings, setLabels, use}
  compute.globalForwardingRules.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, pscCreate, pscDelete, pscSetLabels, pscUpdate, setLabels, setTarget,
    update}
  compute.globalNetworkEndpointGroups.{attachNetworkEndpoints, create, createTagBinding, delete,
    deleteTagBinding, detachNetworkEndpoints, get, list, listEffectiveTags, listTagBindings, use}
  compute.globalOperations.{delete, getIamPolicy, list, setIamPolicy}
  compute.globalPublicDelegatedPrefixes.{create, delete, get, list, updatePolicy}
  compute.healthChecks.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, update, use, useReadOnly}
  compute.httpHealthChecks.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, update, use, useReadOnly}
  compute.httpsHealthChecks.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, update, use, useReadOnly}
  compute.images.{create, createTagBinding, delete, deleteTagBinding, deprecate, get, getFromFamily,
    getIamPolicy, list, listEffectiveTags, listTagBindings, setIamPolicy, setLabels, update, useReadOnly}
  compute.instanceGroupManagers.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, update, use}
  compute.instanceGroups.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, update, use}
  compute.instanceSettings.{get, update}
  compute.instanceTemplates.{create, delete, get, getIamPolicy, list, setIamPolicy, useReadOnly}
  compute.instances.{addAccessConfig, addNetworkInterface, addResourcePolicies, attachDisk, create,
    createTagBinding, delete, deleteAccessConfig, deleteNetworkInterface, deleteTagBinding, detachDisk, get,
    getEffectiveFirewalls, getGuestAttributes, getIamPolicy, getScreenshot, getSerialPortOutput,
    getShieldedInstanceIdentity, getShieldedVmIdentity, list, listEffectiveTags, listReferrers,
    listTagBindings, osAdminLogin, osLogin, pscInterfaceCreate, removeResourcePolicies, reset, resume,
    sendDiagnosticInterrupt, setDeletionProtection, setDiskAutoDelete, setIamPolicy, setLabels,
    setMachineResources, setMachineType, setMetadata, setMinCpuPlatform, setName, setScheduling,
    setSecurityPolicy, setServiceAccount, setShieldedInstanceIntegrityPolicy, setShieldedVmIntegrityPolicy,
    setTags, simulateMaintenanceEvent, start, startWithEncryptionKey, stop, suspend, update,
    updateAccessConfig, updateDisplayDevice, updateNetworkInterface, updateSecurity,
    updateShieldedInstanceConfig, updateShieldedVmConfig, use, useReadOnly}
  compute.instantSnapshots.{create, delete, export, get, getIamPolicy, list, setIamPolicy, setLabels,
    useReadOnly}
  compute.interconnectAttachmentGroups.{create, delete, get, list, patch}
  compute.interconnectAttachments.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, setLabels, update, use}
  compute.interconnectGroups.{create, delete, get, list, patch}
  compute.interconnectLocations.{get, list}
  compute.interconnectRemoteLocations.{get, list}
  compute.interconnects.{create, createTagBinding, delete, deleteTagBinding, get, getMacsecConfig, list,
    listEffectiveTags, listTagBindings, setLabels, update, use}
  compute.licenseCodes.{get, getIamPolicy, list, setIamPolicy}
  compute.licenses.{create, delete, get, getIamPolicy, list, setIamPolicy, update}
  compute.machineImages.{create, delete, get, getIamPolicy, list, setIamPolicy, setLabels, useReadOnly}
  compute.machineTypes.{get, list}
  compute.multiMig.{create, delete, get, list}
  compute.multiMigMembers.{get, list}
  compute.networkAttachments.{create, createTagBinding, delete, deleteTagBinding, get, getIamPolicy, list,
    listEffectiveTags, listTagBindings, setIamPolicy, update, use}
  compute.networkEdgeSecurityServices.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, update}
  compute.networkEndpointGroups.{attachNetworkEndpoints, create, createTagBinding, delete, deleteTagBinding,
    detachNetworkEndpoints, get, list, listEffectiveTags, listTagBindings, use}
  compute.networkProfiles.{get, list}
  compute.networks.{access, addPeering, create, createTagBinding, delete, deleteTagBinding, get,
    getEffectiveFirewalls, getRegionEffectiveFirewalls, list, listEffectiveTags, listPeeringRoutes,
    listTagBindings, mirror, removePeering, setFirewallPolicy, switchToCustomMode, update, updatePeering,
    updatePolicy, use, useExternalIp}
  compute.nodeGroups.{addNodes, create, delete, deleteNodes, get, getIamPolicy, list, performMaintenance,
    setIamPolicy, setNodeTemplate, simulateMaintenanceEvent, update}
  compute.nodeTemplates.{create, delete, get, getIamPolicy, list, setIamPolicy}
  compute.nodeTypes.{get, list}
  compute.organizations.{disableXpnHost, disableXpnResource, enableXpnHost, enableXpnResource,
    listAssociations, setFirewallPolicy, setSecurityPolicy}
  compute.oslogin.updateExternalUser
  compute.packetMirrorings.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, update}
  compute.previewFeatures.{get, list, update}
  compute.projects.{get, setCloudArmorTier, setCommonInstanceMetadata, setDefaultNetworkTier,
    setDefaultServiceAccount, setManagedProtectionTier, setUsageExportBucket}
  compute.publicAdvertisedPrefixes.{create, delete, get, list, update, updatePolicy}
  compute.publicDelegatedPrefixes.{announce, create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, update, updatePolicy, use, withdraw}
  compute.regionBackendBuckets.{create, createTagBinding, delete, deleteTagBinding, get, getIamPolicy, list,
    listEffectiveTags, listTagBindings, setIamPolicy, update, use}
  compute.regionBackendServices.{create, createTagBinding, delete, deleteTagBinding, get, getIamPolicy, list,
    listEffectiveTags, listTagBindings, setIamPolicy, setSecurityPolicy, update, use}
  compute.regionCompositeHealthChecks.{create, delete, get, list, update}
  compute.regionFirewallPolicies.{cloneRules, create, createTagBinding, delete, deleteTagBinding, get,
    getIamPolicy, list, listEffectiveTags, listTagBindings, setIamPolicy, update, use}
  compute.regionHealthAggregationPolicies.{create, delete, get, list, update}
  compute.regionHealthCheckServices.{create, delete, get, list, update, use}
  compute.regionHealthChecks.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, update, use, useReadOnly}
  compute.regionHealthSources.{create, delete, get, list, update}
  compute.regionNetworkEndpointGroups.{attachNetworkEndpoints, create, createTagBinding, delete,
    deleteTagBinding, detachNetworkEndpoints, get, list, listEffectiveTags, listTagBindings, use}
  compute.regionNotificationEndpoints.{create, delete, get, list, update, use}
  compute.regionOperations.{delete, getIamPolicy, list, setIamPolicy}
  compute.regionSecurityPolicies.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, update, use}
  compute.regionSslCertificates.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings}
  compute.regionSslPolicies.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listAvailableFeatures, listEffectiveTags, listTagBindings, update, use}
  compute.regionTargetHttpProxies.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, setUrlMap, use}
  compute.regionTargetHttpsProxies.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, setSslCertificates, setUrlMap, update, use}
  compute.regionTargetTcpProxies.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, use}
  compute.regionUrlMaps.{create, createTagBinding, delete, deleteTagBinding, get, invalidateCache, list,
    listEffectiveTags, listTagBindings, update, use, validate}
  compute.regions.{get, list}
  compute.reservationBlocks.{get, list, performMaintenance}
  compute.reservationSubBlocks.{get, list, performMaintenance, reportFaulty}
  compute.reservations.{create, delete, get, list, performMaintenance, resize, update}
  compute.resourcePolicies.{create, delete, get, getIamPolicy, list, setIamPolicy, update, use, useReadOnly}
  compute.routers.{create, createTagBinding, delete, deleteRoutePolicy, deleteTagBinding, get, getRoutePolicy,
    list, listBgpRoutes, listEffectiveTags, listRoutePolicies, listTagBindings, update, updateRoutePolicy,
    use}
  compute.routes.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings}
  compute.securityPolicies.{addAssociation, copyRules, create, createTagBinding, delete, deleteTagBinding,
    get, list, listEffectiveTags, listTagBindings, move, removeAssociation, setLabels, update, use}
  compute.serviceAttachments.{create, createTagBinding, delete, deleteTagBinding, get, getIamPolicy, list,
    listEffectiveTags, listTagBindings, setIamPolicy, update, use}
  compute.snapshotSettings.{get, update}
  compute.snapshots.{create, createTagBinding, delete, deleteTagBinding, get, getIamPolicy, list,
    listEffectiveTags, listTagBindings, setIamPolicy, setLabels, updateKmsKey, useReadOnly}
  compute.spotAssistants.get
  compute.sslCertificates.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings}
  compute.sslPolicies.{create, createTagBinding, delete, deleteTagBinding, get, list, listAvailableFeatures,
    listEffectiveTags, listTagBindings, update, use}
  compute.storagePools.{create, delete, get, getIamPolicy, list, setIamPolicy, update, use}
  compute.subnetworks.{create, createTagBinding, delete, deleteTagBinding, expandIpCidrRange, get,
    getIamPolicy, list, listEffectiveTags, listTagBindings, mirror, setIamPolicy, setPrivateIpGoogleAccess,
    update, use, useExternalIp, usePeerMigration}
  compute.targetGrpcProxies.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, update, use}
  compute.targetHttpProxies.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, setUrlMap, update, use}
  compute.targetHttpsProxies.{create, createTagBinding, delete, deleteTagBinding, get, list,
    listEffectiveTags, listTagBindings, setCertificateMap, setQuicOverride, setSslCertificates, setSslPolicy,
    setUrlMap, update, use}
  compute.targetInstances.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, setSecurityPolicy, use}
  compute.targetPools.{addHealthCheck, addInstance, create, createTagBinding, delete, deleteTagBinding, get,
    list, listEffectiveTags, listTagBindings, removeHealthCheck, removeInstance, setSecurityPolicy, update,
    use}
  compute.targetSslProxies.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, setBackendService, setCertificateMap, setProxyHeader, setSslCertificates, setSslPolicy,
    update, use}
  compute.targetTcpProxies.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, update, use}
  compute.targetVpnGateways.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, setLabels, use}
  compute.urlMaps.{create, createTagBinding, delete, deleteTagBinding, get, invalidateCache, list,
    listEffectiveTags, listTagBindings, update, use, validate}
  compute.vpnGateways.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, setLabels, use}
  compute.vpnTunnels.{create, createTagBinding, delete, deleteTagBinding, get, list, listEffectiveTags,
    listTagBindings, setLabels}
  compute.wireGroups.{create, delete, get, list, update}
  compute.zoneOperations.{delete, getIamPolicy, list, setIamPolicy}
  compute.zones.{get, list}
  iam.oauthClientCredentials.{create, delete, get, list, update}
  iam.oauthClients.{create, delete, get, list, undelete, update}
  iam.operations.get
  iam.policybindings.{get, list}
  iam.principalaccessboundarypolicies.{bind, create, delete, get, list, searchPolicyBindings, unbind, update}
  iam.roles.{create, delete, get, list, undelete, update}
  iam.serviceAccountKeys.{create, delete, disable, enable, get, list}
  iam.serviceAccounts.{actAs, create, delete, disable, enable, get, getAccessToken, getIamPolicy,
    getOpenIdToken, implicitDelegation, list, setIamPolicy, signBlob, signJwt, undelete, update}
  iam.workforcePoolProviderKeys.{create, delete, get, list, undelete}
  iam.workforcePoolProviders.{create, delete, get, list, undelete, update}
  iam.workforcePoolSubjects.{delete, undelete}
  iam.workforcePools.{create, createPolicyBinding, delete, deletePolicyBinding, get, getIamPolicy, list,
    searchPolicyBindings, setIamPolicy, undelete, update, updatePolicyBinding}
  iam.workloadIdentityPoolProviderKeys.{create, delete, get, list, undelete}
  iam.workloadIdentityPoolProviders.{create, delete, get, list, undelete, update}
  iam.workloadIdentityPools.{create, createPolicyBinding, delete, deletePolicyBinding, get, list,
    searchPolicyBindings, undelete, update, updatePolicyBinding}
  iam.workspacePools.{createPolicyBinding, deletePolicyBinding, searchPolicyBindings, updatePolicyBinding}
  resourcemanager.folders.{create, delete, get, getIamPolicy, list, move, setIamPolicy, undelete, update}
  resourcemanager.organizations.{get, getIamPolicy, setIamPolicy}
  resourcemanager.projects.{create, createBillingAssignment, delete, deleteBillingAssignment, get,
    getIamPolicy, move, setIamPolicy, undelete, update, updateLiens}
  serviceusage.apiKeys.{regenerate, revert}
  serviceusage.operations.get
  serviceusage.quotas.{get, update}
  serviceusage.services.{disable, enable, get, list, use}
  storage.bucketOperations.{cancel, get, list}
  storage.buckets.{create, createTagBinding, delete, deleteTagBinding, enableObjectRetention, get,
    getIamPolicy, getIpFilter, list, listEffectiveTags, listTagBindings, relocate, restore, setIamPolicy,
    setIpFilter, update}
  storage.folders.{create, delete, get, list, rename}
  storage.hmacKeys.{create, delete, get, list, update}
  storage.intelligenceConfigs.{get, update}
  storage.managedFolders.{create, delete, get, getIamPolicy, list, setIamPolicy}
  storage.multipartUploads.{abort, create, list, listParts}
  storage.objects.{create, delete, get, getIamPolicy, list, move, overrideUnlockedRetention, restore,
    setIamPolicy, setRetention, update}
`;

/** The services whose permissions have another first part in deny policies. */
const DENY_SERVICES: ReadonlyMap<string, string> = new Map([['resourcemanager', 'cloudresourcemanager']]);

/** The permissions that belong to another service in deny policies than in roles. */
const DENY_NAMES: ReadonlyMap<string, string> = new Map([
  ['serviceusage.apiKeys.regenerate', 'apikeys.googleapis.com/apiKeys.regenerate'],
  ['serviceusage.apiKeys.revert', 'apikeys.googleapis.com/apiKeys.revert'],
]);

let deniable: ReadonlySet<string> | undefined;
let deniableNames: ReadonlySet<string> | undefined;

/** Says whether a deny policy can deny a permission, in either spelling of roles. */
export function isDeniable(permission: string): boolean {
  return deniablePermissions().has(toRoleSpelling(permission));
}

/** Returns every permission that can be denied, as roles spell it. */
function deniablePermissions(): ReadonlySet<string> {
  deniable ??= new Set([...expandPermissions(DENIABLE)].map(toRoleSpelling));
  return deniable;
}

/** Returns every permission that can be denied, as deny policies spell it. */
export function deniableNamesOfPermissions(): ReadonlySet<string> {
  deniableNames ??= new Set([...deniablePermissions()].map(toDenySpelling));
  return deniableNames;
}

/** Returns a permission as deny policies spell it: `storage.googleapis.com/objects.get` (IAM notes 1.3). */
export function toDenySpelling(permission: string): string {
  if (permission.includes('.googleapis.com/')) return permission;
  const named = DENY_NAMES.get(permission);
  if (named !== undefined) return named;
  const dot = permission.indexOf('.');
  const service = permission.slice(0, dot);
  return `${DENY_SERVICES.get(service) ?? service}.googleapis.com/${permission.slice(dot + 1)}`;
}
