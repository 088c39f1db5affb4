// Named groups that the roles of Compute Engine, and the roles that span it, are made of. First lists of resource types,
// to stand inside braces; then groups of permissions. Google publishes no such groups: they are what the published lists
// (see `role-definition.ts`) have in common, named so that a reader sees how the roles relate.

/** Load balancers, their backends and addresses. */
export const LOAD_BALANCING = `
  addresses,backendBuckets,backendServices,forwardingRules,globalAddresses,globalForwardingRules,healthChecks,
  httpHealthChecks,httpsHealthChecks,regionBackendBuckets,regionBackendServices,regionHealthChecks,
  regionTargetHttpProxies,regionTargetHttpsProxies,regionTargetTcpProxies,regionUrlMaps,targetGrpcProxies,
  targetHttpProxies,targetHttpsProxies,targetInstances,targetPools,targetSslProxies,targetTcpProxies,urlMaps`;

/** What load balancers need for TLS. The load balancer roles and the security roles share it. */
export const SSL = 'regionSslCertificates,regionSslPolicies,sslCertificates,sslPolicies';

/** Networks and what joins them. */
export const CONNECTIVITY = `
  externalVpnGateways,interconnectAttachments,interconnects,networkAttachments,networks,routers,routes,
  serviceAttachments,subnetworks,targetVpnGateways,vpnGateways,vpnTunnels`;

/** What filters or mirrors traffic. */
export const SECURITY = `
  firewallPolicies,firewalls,packetMirrorings,regionFirewallPolicies,regionSecurityPolicies,securityPolicies`;

/** Where instances meet load balancers. */
export const ENDPOINT_GROUPS = `
  globalNetworkEndpointGroups,instanceGroups,networkEndpointGroups,regionNetworkEndpointGroups`;

/** Instances, their groups and images. */
const INSTANCES = 'instanceGroupManagers,instances,machineImages';

/** Disks and what is made from them. */
export const DISKS = 'disks,images,instantSnapshots,licenses,snapshots';

/** Every resource type that a tag can be bound to. Guess: it is inferred from the roles that may bind one. */
export const TAGGABLE = `
  ${LOAD_BALANCING},${SSL},${CONNECTIVITY},${SECURITY},${ENDPOINT_GROUPS},${INSTANCES},${DISKS},commitments,
  futureReservations,networkEdgeSecurityServices,publicDelegatedPrefixes,reservations,storagePools`;

/** The types beside `CONNECTIVITY` that no tag can be bound to. */
export const UNTAGGABLE_CONNECTIVITY = `
  crossSiteNetworks,interconnectAttachmentGroups,interconnectGroups,interconnectLocations,
  interconnectRemoteLocations,networkProfiles,regionCompositeHealthChecks,regionHealthAggregationPolicies,
  regionHealthSources,wireGroups`;

/** Every resource type to be listed that no tag can be bound to: with `TAGGABLE`, all of Compute Engine. */
export const UNTAGGABLE = `
  ${UNTAGGABLE_CONNECTIVITY},acceleratorTypes,autoscalers,diskTypes,globalOperations,
  globalPublicDelegatedPrefixes,hosts,instanceTemplates,instantSnapshotGroups,licenseCodes,machineTypes,
  multiMig,multiMigMembers,nodeGroups,nodeTemplates,nodeTypes,orgRolloutPlans,orgRollouts,previewFeatures,
  publicAdvertisedPrefixes,recoverableSnapshots,regionHealthCheckServices,regionNetworkPolicies,
  regionNotificationEndpoints,regionOperations,regions,reservationBlocks,reservationSlots,
  reservationSubBlocks,resourcePolicies,rolloutPlans,rollouts,snapshotGroups,vmExtensionPolicies,
  zoneOperations,zones`;

/** The types around disks that have an allow policy of their own. */
export const DISKS_WITH_IAM_POLICY = `
  disks,images,instantSnapshotGroups,instantSnapshots,licenseCodes,licenses,recoverableSnapshots,
  resourcePolicies,snapshotGroups,snapshots`;

/** Every resource type that has an allow policy of its own. */
export const WITH_IAM_POLICY = `
  ${DISKS_WITH_IAM_POLICY},backendBuckets,backendServices,firewallPolicies,futureReservations,
  globalOperations,instanceTemplates,instances,machineImages,networkAttachments,nodeGroups,nodeTemplates,
  regionBackendBuckets,regionBackendServices,regionFirewallPolicies,regionOperations,serviceAttachments,
  storagePools,subnetworks,zoneOperations`;

/** What nearly every role of Compute Engine holds besides: the project, and its quotas and services. */
export const CONSOLE = `
  resourcemanager.projects.{get,list}
  serviceusage.consumerpolicy.{analyze,get}
  serviceusage.{effectivepolicy,quotas}.get
  serviceusage.groups.{list,listExpandedMembers,listMembers}
  serviceusage.services.{get,list}
  serviceusage.values.test`;

/** Making encryption keys on demand (Cloud KMS Autokey). */
export const AUTOKEY = `
  cloudkms.keyHandles.{create,get,list}
  cloudkms.operations.get
  cloudkms.projects.showEffectiveAutokeyConfig`;

/** Backup plans of disks. */
export const DISK_BACKUPS = `
  backupdr.backupPlanAssociations.{createForComputeDisk,deleteForComputeDisk,fetchForComputeDisk,
    getForComputeDisk,triggerBackupForComputeDisk,updateForComputeDisk}
  backupdr.backupPlans.useForComputeDisk`;

/** Backup plans of instances and their disks. */
export const INSTANCE_BACKUPS = `
  backupdr.backupPlanAssociations.{createForComputeDisk,createForComputeInstance,deleteForComputeDisk,
    deleteForComputeInstance,fetchForComputeDisk,getForComputeDisk,list,triggerBackupForComputeDisk,
    triggerBackupForComputeInstance,updateForComputeDisk,updateForComputeInstance}
  backupdr.backupPlans.{get,list,useForComputeDisk,useForComputeInstance}
  backupdr.{backupVaults,operations}.{get,list}
  backupdr.locations.list
  backupdr.serviceConfig.initialize`;

/** What can be read of networks and routers besides getting and listing them. */
export const READ_NETWORK_DETAILS = `
  compute.networks.{getEffectiveFirewalls,getRegionEffectiveFirewalls,listPeeringRoutes}
  compute.routers.{getRoutePolicy,listBgpRoutes,listRoutePolicies}`;

/** What can be read of instances besides getting and listing them. */
export const READ_INSTANCES = `
  compute.instances.{getEffectiveFirewalls,getGuestAttributes,getScreenshot,getSerialPortOutput,
    getShieldedInstanceIdentity,getShieldedVmIdentity,getVmExtensionState,listReferrers,listVmExtensionStates}`;

/** Changing instances. In the instance administrators and the editor. */
export const MANAGE_INSTANCES = `
  compute.addresses.{createInternal,deleteInternal,use,useInternal}
  compute.autoscalers.{create,delete,update}
  compute.disks.{create,createSnapshot,delete,resize,setLabels,startAsyncReplication,stopAsyncReplication,
    stopGroupAsyncReplication,update,updateKmsKey,use,useReadOnly}
  compute.{globalAddresses,storagePools}.use
  compute.{globalNetworkEndpointGroups,networkEndpointGroups,
    regionNetworkEndpointGroups}.{attachNetworkEndpoints,create,delete,detachNetworkEndpoints,use}
  compute.{images,resourcePolicies}.useReadOnly
  compute.{instanceGroupManagers,instanceGroups}.{create,delete,update,use}
  compute.instanceTemplates.{create,delete,useReadOnly}
  compute.instances.{addAccessConfig,addNetworkInterface,addResourcePolicies,attachDisk,create,delete,
    deleteAccessConfig,deleteNetworkInterface,detachDisk,osAdminLogin,osLogin,pscInterfaceCreate,
    removeResourcePolicies,reset,resume,sendDiagnosticInterrupt,setDeletionProtection,setDiskAutoDelete,
    setLabels,setMachineResources,setMachineType,setMetadata,setMinCpuPlatform,setName,setScheduling,
    setSecurityPolicy,setServiceAccount,setShieldedInstanceIntegrityPolicy,setShieldedVmIntegrityPolicy,
    setTags,simulateMaintenanceEvent,start,startWithEncryptionKey,stop,suspend,update,updateAccessConfig,
    updateDisplayDevice,updateNetworkInterface,updateSecurity,updateShieldedInstanceConfig,
    updateShieldedVmConfig,use,useReadOnly}
  compute.machineImages.{create,delete,setLabels,useReadOnly}
  compute.multiMig.{create,delete}
  compute.{networks,subnetworks}.{use,useExternalIp}
  compute.reservationSlots.update`;

/** Changing disks, images and snapshots. In `instanceAdmin.v1`, the storage administrator and the editor. */
export const MANAGE_DISKS = `
  compute.disks.{addResourcePolicies,create,createSnapshot,delete,removeResourcePolicies,resize,setLabels,
    startAsyncReplication,stopAsyncReplication,stopGroupAsyncReplication,update,updateKmsKey,use,useReadOnly}
  compute.images.{create,delete,deprecate,setLabels,update,useReadOnly}
  compute.{instantSnapshotGroups,snapshotGroups}.{create,delete,useReadOnly}
  compute.instantSnapshots.{create,delete,export,setLabels,useReadOnly}
  compute.licenses.{create,delete,update}
  compute.recoverableSnapshots.{delete,recover}
  compute.resourcePolicies.{create,delete,update,use,useReadOnly}
  compute.snapshots.{create,delete,setLabels,updateKmsKey,useReadOnly}
  compute.storagePools.use`;

/** Changing load balancers. In the load balancer and network administrators and the editor. */
export const MANAGE_LOAD_BALANCING = `
  compute.addresses.{create,createInternal,delete,deleteInternal,setLabels,use,useInternal}
  compute.{backendBuckets,backendServices}.{addSignedUrlKey,create,delete,deleteSignedUrlKey,
    setSecurityPolicy,update,use}
  compute.forwardingRules.{create,delete,pscCreate,pscDelete,pscSetLabels,pscUpdate,setLabels,setTarget,
    update,use}
  compute.globalAddresses.{create,createInternal,delete,deleteInternal,setLabels,use}
  compute.globalForwardingRules.{create,delete,pscCreate,pscDelete,pscSetLabels,pscUpdate,setLabels,setTarget,
    update}
  compute.{globalNetworkEndpointGroups,networkEndpointGroups,networks,regionNetworkEndpointGroups,
    regionSecurityPolicies,securityPolicies,subnetworks}.use
  compute.{healthChecks,httpHealthChecks,httpsHealthChecks,regionHealthChecks}.{create,delete,update,use,
    useReadOnly}
  compute.instanceGroups.{update,use}
  compute.instances.{use,useReadOnly}
  compute.{regionBackendBuckets,regionHealthCheckServices,regionNotificationEndpoints,regionSslPolicies,
    sslPolicies,targetGrpcProxies}.{create,delete,update,use}
  compute.regionBackendServices.{create,delete,setSecurityPolicy,update,use}
  compute.regionTargetHttpProxies.{create,delete,setUrlMap,use}
  compute.regionTargetHttpsProxies.{create,delete,setSslCertificates,setUrlMap,update,use}
  compute.regionTargetTcpProxies.{attach,create,delete,use}
  compute.{regionUrlMaps,urlMaps}.{create,delete,invalidateCache,update,use}
  compute.targetHttpProxies.{create,delete,setUrlMap,update,use}
  compute.targetHttpsProxies.{create,delete,setCertificateMap,setQuicOverride,setSslCertificates,setSslPolicy,
    setUrlMap,update,use}
  compute.targetInstances.{create,delete,setSecurityPolicy,use}
  compute.targetPools.{addHealthCheck,addInstance,create,delete,removeHealthCheck,removeInstance,
    setSecurityPolicy,update,use}
  compute.targetSslProxies.{create,delete,setBackendService,setCertificateMap,setProxyHeader,
    setSslCertificates,setSslPolicy,update,use}
  compute.targetTcpProxies.{attach,create,delete,update,use}`;

/** Changing networks. In the network administrator and the editor. */
export const MANAGE_NETWORKS = `
  compute.{crossSiteNetworks,regionCompositeHealthChecks,regionHealthAggregationPolicies,regionHealthSources,
    wireGroups}.{create,delete,update}
  compute.{externalVpnGateways,targetVpnGateways,vpnGateways}.{create,delete,setLabels,use}
  compute.{firewallPolicies,regionFirewallPolicies}.use
  compute.globalFrontendSettings.update
  compute.globalPublicDelegatedPrefixes.{delete,updatePolicy}
  compute.instanceGroupManagers.{update,use}
  compute.instances.updateSecurity
  compute.{interconnectAttachmentGroups,interconnectGroups}.{create,delete,patch}
  compute.{interconnectAttachments,interconnects}.{create,delete,setLabels,update,use}
  compute.{networkAttachments,regionNetworkPolicies,serviceAttachments}.{create,delete,update,use}
  compute.networks.{access,addPeering,create,delete,mirror,removePeering,setFirewallPolicy,setNetworkPolicy,
    switchToCustomMode,update,updatePeering,updatePolicy,useExternalIp}
  compute.publicDelegatedPrefixes.{delete,update,updatePolicy}
  compute.routers.{create,delete,deleteRoutePolicy,update,updateRoutePolicy,use}
  compute.routes.{create,delete}
  compute.subnetworks.{create,delete,expandIpCidrRange,mirror,setPrivateIpGoogleAccess,update,useExternalIp,
    usePeerMigration}
  compute.vpnTunnels.{create,delete,setLabels}`;

/** Changing firewalls and security policies. In the security administrator and the editor. */
export const MANAGE_SECURITY = `
  compute.firewallPolicies.{cloneRules,copyRules,create,delete,move,update,use}
  compute.{firewalls,packetMirrorings}.{create,delete,update}
  compute.globalFrontendSettings.update
  compute.instances.{setShieldedInstanceIntegrityPolicy,setShieldedVmIntegrityPolicy,updateSecurity,
    updateShieldedInstanceConfig,updateShieldedVmConfig}
  compute.networks.updatePolicy
  compute.regionFirewallPolicies.{cloneRules,create,delete,update,use}
  compute.{regionSecurityPolicies,regionSslPolicies,sslPolicies}.{create,delete,update,use}
  compute.{regionSslCertificates,sslCertificates}.{create,delete}
  compute.securityPolicies.{addAssociation,copyRules,create,delete,move,removeAssociation,setLabels,update,
    use}`;

/** What an administrator or owner holds beyond the editor: binding tags, setting allow policies, and little else. */
export const ADMINISTER = `
  compute.{${TAGGABLE}}.{createTagBinding,deleteTagBinding}
  compute.{${WITH_IAM_POLICY}}.setIamPolicy
  compute.advice.calendarMode
  compute.interconnects.getMacsecConfig
  compute.oslogin.updateExternalUser`;

/** What both generations of the instance administrator hold. */
export const INSTANCE_ADMINISTRATION = `
  ${CONSOLE}
  ${MANAGE_INSTANCES}
  ${READ_INSTANCES}
  ${INSTANCE_BACKUPS}
  ${AUTOKEY}
  compute.{${ENDPOINT_GROUPS},${INSTANCES},acceleratorTypes,addresses,autoscalers,diskTypes,disks,
    globalAddresses,globalOperations,hosts,images,instanceTemplates,licenses,machineTypes,multiMig,networks,
    regionOperations,regions,reservationBlocks,reservationSlots,reservationSubBlocks,reservations,
    storagePools,subnetworks,targetPools,zoneOperations,zones}.{get,list}
  compute.{addresses,globalAddresses,licenses,networks,reservations,storagePools,subnetworks,
    targetPools}.{listEffectiveTags,listTagBindings}
  compute.{${ENDPOINT_GROUPS},${INSTANCES}}.{createTagBinding,deleteTagBinding,listEffectiveTags,
    listTagBindings}
  compute.{instanceTemplates,instances,machineImages}.{getIamPolicy,setIamPolicy}
  compute.{diskSettings,instanceSettings,projects}.get
  compute.hosts.getVersion
  compute.images.getFromFamily
  compute.resourcePolicies.list`;

/** Reading networks and the services around them. In the network viewer and the network user. */
export const READ_NETWORKS = `
  ${CONSOLE}
  ${READ_NETWORK_DETAILS}
  compute.{${CONNECTIVITY},${UNTAGGABLE_CONNECTIVITY},addresses,firewalls,regionNetworkPolicies,regions,
    zones}.{get,list}
  compute.{${CONNECTIVITY},addresses,firewalls}.{listEffectiveTags,listTagBindings}
  compute.{instanceSettings,projects}.get
  networkconnectivity.{internalRanges,locations,operations,policyBasedRoutes}.{get,list}
  networkmanagement.connectivitytests.{get,list}
  networksecurity.{addressGroups,authorizationPolicies,authzPolicies,clientTlsPolicies,
    firewallEndpointAssociations,firewallEndpoints,gatewaySecurityPolicies,gatewaySecurityPolicyRules,
    locations,operations,sacAttachments,sacRealms,securityProfileGroups,securityProfiles,serverTlsPolicies,
    tlsInspectionPolicies,urlLists}.{get,list}
  networkservices.{agentGateways,authzExtensions,endpointPolicies,gateways,googleTagGatewayPolicies,
    grpcRoutes,httpFilters,httpRoutes,httpfilters,lbEdgeExtensions,lbRouteExtensions,lbTrafficExtensions,
    locations,meshes,operations,route_views,serviceBindings,serviceLbPolicies,swpSecurityExtensions,tcpRoutes,
    tlsRoutes,wasmPlugins}.{get,list}
  servicenetworking.services.get`;
