import {
  ADMINISTER,
  AUTOKEY,
  CONNECTIVITY,
  CONSOLE,
  DISK_BACKUPS,
  DISKS,
  DISKS_WITH_IAM_POLICY,
  ENDPOINT_GROUPS,
  INSTANCE_ADMINISTRATION,
  INSTANCE_BACKUPS,
  LOAD_BALANCING,
  MANAGE_DISKS,
  MANAGE_INSTANCES,
  MANAGE_LOAD_BALANCING,
  MANAGE_NETWORKS,
  MANAGE_SECURITY,
  READ_INSTANCES,
  READ_NETWORK_DETAILS,
  READ_NETWORKS,
  SECURITY,
  SSL,
  TAGGABLE,
  UNTAGGABLE,
  UNTAGGABLE_CONNECTIVITY,
  WITH_IAM_POLICY,
} from './compute-groups.ts';
import type { RoleTable } from './role-definition.ts';

/** The predefined roles of Compute Engine, those that read before those that change. */
export const computeRoles: RoleTable = {
  __proto__: null,
  'roles/compute.viewer': {
    title: 'Compute Viewer',
    description:
      'Read-only access to get and list information about all Compute Engine resources, including instances, disks, and firewalls. Allows getting and listing information about disks, images, and snapshots, but does not allow reading the data stored on them.',
    stage: 'GA',
    permissions: `
      ${CONSOLE}
      ${READ_NETWORK_DETAILS}
      ${READ_INSTANCES}
      compute.{${TAGGABLE},${UNTAGGABLE}}.{get,list}
      compute.{${TAGGABLE}}.{listEffectiveTags,listTagBindings}
      compute.{${WITH_IAM_POLICY}}.getIamPolicy
      compute.advice.{capacity,capacityHistory}
      compute.{diskSettings,globalFrontendSettings,instanceSettings,projects,snapshotRecycleBinPolicy,
        snapshotSettings,spotAssistants}.get
      compute.hosts.getVersion
      compute.images.getFromFamily
      compute.organizations.listAssociations
      compute.{regionSslPolicies,sslPolicies}.listAvailableFeatures
      compute.{regionUrlMaps,urlMaps}.validate
      compute.snapshots.getEffectiveRecycleBinRule`,
  },
  'roles/compute.editor': {
    title: 'Compute Editor',
    description: 'Editor role for compute',
    stage: 'GA',
    includes: ['roles/compute.viewer'],
    permissions: `
      ${MANAGE_INSTANCES}
      ${MANAGE_DISKS}
      ${MANAGE_LOAD_BALANCING}
      ${MANAGE_NETWORKS}
      ${MANAGE_SECURITY}
      compute.commitments.{create,update,updateReservations}
      compute.{diskSettings,instanceSettings,previewFeatures,snapshotRecycleBinPolicy,snapshotSettings}.update
      compute.futureReservations.{cancel,create,delete,update}
      compute.{globalOperations,regionOperations,zoneOperations}.delete
      compute.globalPublicDelegatedPrefixes.create
      compute.{networkEdgeSecurityServices,storagePools,vmExtensionPolicies}.{create,delete,update}
      compute.nodeGroups.{addNodes,create,delete,deleteNodes,performMaintenance,setNodeTemplate,
        simulateMaintenanceEvent,update}
      compute.{nodeTemplates,orgRolloutPlans,rolloutPlans}.{create,delete}
      compute.orgRollouts.{cancel,delete,pause,resume}
      compute.organizations.{setFirewallPolicy,setSecurityPolicy}
      compute.projects.{setCloudArmorTier,setCommonInstanceMetadata,setDefaultNetworkTier,
        setDefaultServiceAccount,setManagedProtectionTier,setUsageExportBucket}
      compute.publicAdvertisedPrefixes.{create,delete,update,updatePolicy}
      compute.publicDelegatedPrefixes.{announce,create,use,withdraw}
      compute.reservationBlocks.performMaintenance
      compute.reservationSubBlocks.{performMaintenance,reportFaulty}
      compute.reservations.{create,delete,performMaintenance,resize,update}
      compute.rollouts.{cancel,delete}`,
  },
  'roles/compute.admin': {
    title: 'Compute Admin',
    description: 'Full control of all Compute Engine resources.',
    stage: 'GA',
    includes: ['roles/compute.editor'],
    permissions: `
      ${ADMINISTER}
      ${INSTANCE_BACKUPS}
      ${AUTOKEY}
      compute.organizations.{disableXpnHost,disableXpnResource,enableXpnHost,enableXpnResource}`,
  },
  'roles/compute.instanceAdmin': {
    title: 'Compute Instance Admin (beta)',
    description: 'Full control of Compute Engine instance resources.',
    stage: 'GA',
    permissions: `
      ${INSTANCE_ADMINISTRATION}
      compute.multiMigMembers.{get,list}
      compute.reservationSubBlocks.{performMaintenance,reportFaulty}`,
  },
  'roles/compute.instanceAdmin.v1': {
    title: 'Compute Instance Admin (v1)',
    description:
      'Full control of Compute Engine instances, instance groups, disks, snapshots, and images. Read access to all Compute Engine networking resources.',
    stage: 'GA',
    permissions: `
      ${INSTANCE_ADMINISTRATION}
      ${MANAGE_DISKS}
      compute.{${LOAD_BALANCING},${CONNECTIVITY},${UNTAGGABLE_CONNECTIVITY},${SSL},firewalls,
        instantSnapshotGroups,instantSnapshots,licenseCodes,recoverableSnapshots,regionHealthCheckServices,
        regionNotificationEndpoints,snapshotGroups,snapshots}.{get,list}
      compute.{${LOAD_BALANCING},${CONNECTIVITY},${SSL},firewalls}.{listEffectiveTags,listTagBindings}
      compute.{${DISKS}}.{createTagBinding,deleteTagBinding,listEffectiveTags,listTagBindings}
      compute.{${DISKS_WITH_IAM_POLICY}}.{getIamPolicy,setIamPolicy}
      compute.instanceSettings.update
      compute.projects.setCommonInstanceMetadata
      compute.{regionSslPolicies,sslPolicies}.listAvailableFeatures
      compute.{resourcePolicies,spotAssistants}.get
      compute.routers.{getRoutePolicy,listBgpRoutes,listRoutePolicies}
      compute.snapshots.getEffectiveRecycleBinRule`,
  },
  'roles/compute.imageUser': {
    title: 'Compute Image User',
    description: 'Read and use image resources.',
    stage: 'GA',
    permissions: `
      ${CONSOLE}
      compute.images.{get,getFromFamily,list,useReadOnly}`,
  },
  'roles/compute.storageAdmin': {
    title: 'Compute Storage Admin',
    description: 'Full control of Compute Engine storage resources.',
    stage: 'GA',
    permissions: `
      ${CONSOLE}
      ${MANAGE_DISKS}
      ${DISK_BACKUPS}
      ${AUTOKEY}
      compute.{${DISKS},diskTypes,globalOperations,instantSnapshotGroups,licenseCodes,recoverableSnapshots,
        regionOperations,regions,resourcePolicies,snapshotGroups,storagePools,zoneOperations,zones}.{get,list}
      compute.{${DISKS},storagePools}.{createTagBinding,deleteTagBinding,listEffectiveTags,listTagBindings}
      compute.{${DISKS_WITH_IAM_POLICY},storagePools}.{getIamPolicy,setIamPolicy}
      compute.diskSettings.{get,update}
      compute.images.getFromFamily
      compute.{instanceSettings,projects}.get
      compute.snapshots.getEffectiveRecycleBinRule
      compute.storagePools.{create,delete,update}`,
  },
  'roles/compute.loadBalancerAdmin': {
    title: 'Compute Load Balancer Admin',
    description: 'Full control of Compute Engine resources related to load balancer.',
    stage: 'GA',
    permissions: `
      ${CONSOLE}
      ${MANAGE_LOAD_BALANCING}
      certificatemanager.certmaps.{get,list,use}
      compute.{${LOAD_BALANCING},${ENDPOINT_GROUPS},${SSL},globalOperations,instances,networks,
        regionHealthCheckServices,regionNotificationEndpoints,regionOperations,regionSecurityPolicies,
        securityPolicies,subnetworks,zoneOperations}.{get,list}
      compute.{${LOAD_BALANCING},${ENDPOINT_GROUPS},${SSL}}.{createTagBinding,deleteTagBinding,
        listEffectiveTags,listTagBindings}
      compute.{disks,images,instances,networks,regionSecurityPolicies,securityPolicies,snapshots,
        subnetworks}.{listEffectiveTags,listTagBindings}
      compute.{backendBuckets,backendServices,regionBackendBuckets,regionBackendServices}.{getIamPolicy,
        setIamPolicy}
      compute.{globalNetworkEndpointGroups,networkEndpointGroups,
        regionNetworkEndpointGroups}.{attachNetworkEndpoints,create,delete,detachNetworkEndpoints}
      compute.{instanceGroups,regionSslCertificates,sslCertificates}.{create,delete}
      compute.projects.get
      compute.{regionSslPolicies,sslPolicies}.listAvailableFeatures
      compute.{regionUrlMaps,urlMaps}.validate
      networksecurity.{clientTlsPolicies,serverTlsPolicies}.{get,list,use}`,
  },
  'roles/compute.networkViewer': {
    title: 'Compute Network Viewer',
    description: 'Read-only access to Compute Engine networking resources.',
    stage: 'GA',
    permissions: `
      ${READ_NETWORKS}
      compute.{${LOAD_BALANCING},${SSL},acceleratorTypes,autoscalers,instanceGroupManagers,instanceGroups,
        instances,machineTypes,packetMirrorings,regionHealthCheckServices,
        regionNotificationEndpoints}.{get,list}
      compute.{${LOAD_BALANCING},${SSL},disks,images,instanceGroupManagers,instanceGroups,instances,
        packetMirrorings,snapshots}.{listEffectiveTags,listTagBindings}
      compute.globalFrontendSettings.get
      compute.instances.{getGuestAttributes,getScreenshot,getSerialPortOutput,listReferrers}
      compute.{regionSslPolicies,sslPolicies}.listAvailableFeatures
      trafficdirector.networks.{getConfigs,reportMetrics}`,
  },
  'roles/compute.networkUser': {
    title: 'Compute Network User',
    description: 'Access to use Compute Engine networking resources.',
    stage: 'GA',
    permissions: `
      ${READ_NETWORKS}
      compute.addresses.{createInternal,deleteInternal,useInternal}
      compute.{externalVpnGateways,interconnects,regionNetworkPolicies,vpnGateways}.use
      compute.networks.{access,use,useExternalIp}
      compute.subnetworks.{use,useExternalIp}
      networksecurity.{addressGroups,authorizationPolicies,clientTlsPolicies,firewallEndpoints,
        gatewaySecurityPolicies,gatewaySecurityPolicyRules,securityProfileGroups,securityProfiles,
        serverTlsPolicies,tlsInspectionPolicies,urlLists}.use
      networksecurity.sacAttachments.{create,delete}
      networkservices.{agentGateways,authzExtensions,gateways,httpfilters,meshes,wasmPlugins}.use`,
  },
  'roles/compute.networkAdmin': {
    title: 'Compute Network Admin',
    description: 'Full control of Compute Engine networking resources.',
    stage: 'GA',
    includes: ['roles/compute.networkViewer', 'roles/compute.networkUser'],
    permissions: `
      ${MANAGE_LOAD_BALANCING}
      ${MANAGE_NETWORKS}
      compute.{${SECURITY},${ENDPOINT_GROUPS},globalOperations,globalPublicDelegatedPrefixes,
        publicDelegatedPrefixes,regionOperations,zoneOperations}.{get,list}
      compute.{${LOAD_BALANCING},${CONNECTIVITY},regionSslPolicies,sslPolicies}.{createTagBinding,
        deleteTagBinding}
      compute.{${SECURITY},${ENDPOINT_GROUPS},publicDelegatedPrefixes}.{listEffectiveTags,listTagBindings}
      compute.{backendBuckets,backendServices,networkAttachments,regionBackendBuckets,regionBackendServices,
        serviceAttachments,subnetworks}.{getIamPolicy,setIamPolicy}
      compute.interconnects.getMacsecConfig
      compute.{regionUrlMaps,urlMaps}.validate
      networkconnectivity.internalRanges.{create,delete,getIamPolicy,setIamPolicy,update}
      networkconnectivity.operations.{cancel,delete}
      networkconnectivity.policyBasedRoutes.{create,delete,getIamPolicy,setIamPolicy}
      networkconnectivity.regionalEndpoints.{create,delete,get,list}
      networkconnectivity.serviceClasses.{create,delete,get,list,update,use}
      networkconnectivity.{serviceConnectionMaps,serviceConnectionPolicies}.{create,delete,get,list,update}
      networksecurity.{addressGroups,authzPolicies}.{create,delete,getIamPolicy,setIamPolicy,update}
      networksecurity.{authorizationPolicies,clientTlsPolicies,serverTlsPolicies}.{create,createTagBinding,
        delete,deleteTagBinding,getIamPolicy,listEffectiveTags,listTagBindings,setIamPolicy,update}
      networksecurity.backendAuthenticationConfigs.{create,delete,get,list,update,use}
      networksecurity.{firewallEndpointAssociations,gatewaySecurityPolicies,gatewaySecurityPolicyRules,
        securityProfileGroups,securityProfiles,tlsInspectionPolicies,urlLists}.{create,delete,update}
      networksecurity.firewallEndpoints.{create,createVerdictChangeRequest,delete,getVerdictChangeRequest,
        getWildfireReport,getWildfireSample,listVerdictChangeRequests,submitVerdictChangeRequest,update,
        useWildfire}
      networksecurity.operations.{cancel,delete}
      networksecurity.sacRealms.{create,delete}
      networkservices.{agentGateways,authzExtensions,endpointPolicies,googleTagGatewayPolicies,grpcRoutes,
        httpRoutes,lbEdgeExtensions,lbRouteExtensions,lbTrafficExtensions,serviceBindings,serviceLbPolicies,
        swpSecurityExtensions,tcpRoutes,tlsRoutes,wasmPlugins}.{create,delete,update}
      networkservices.endpointConfigSelectors.{createTagBinding,deleteTagBinding,listEffectiveTags,
        listTagBindings}
      networkservices.{gateways,httpFilters,meshes}.{create,createTagBinding,delete,deleteTagBinding,
        listEffectiveTags,listTagBindings,update}
      networkservices.httpfilters.{create,delete,getIamPolicy,setIamPolicy,update}
      networkservices.lbTcpExtensions.{createForNetwork,deleteForNetwork,getForNetwork,listForNetwork,
        updateForNetwork}
      networkservices.operations.{cancel,delete}
      servicedirectory.{namespaces,services}.{create,delete}
      servicenetworking.operations.get
      servicenetworking.services.{addPeering,createPeeredDnsDomain,deleteConnection,deletePeeredDnsDomain,
        disableVpcServiceControls,enableVpcServiceControls,getVpcServiceControls,listPeeredDnsDomains}`,
  },
  'roles/compute.securityAdmin': {
    title: 'Compute Security Admin',
    description: 'Full control of Compute Engine security resources.',
    stage: 'GA',
    permissions: `
      ${CONSOLE}
      ${MANAGE_SECURITY}
      compute.{${SECURITY},${SSL},globalOperations,networks,regionOperations,regions,routers,routes,
        subnetworks,zoneOperations,zones}.{get,list}
      compute.{${SECURITY},${SSL}}.{createTagBinding,deleteTagBinding,listEffectiveTags,listTagBindings}
      compute.{networks,routers,routes,subnetworks}.{listEffectiveTags,listTagBindings}
      compute.{firewallPolicies,regionFirewallPolicies}.{getIamPolicy,setIamPolicy}
      compute.{backendBuckets,backendServices,regionBackendBuckets,regionBackendServices,targetInstances,
        targetPools}.list
      compute.{globalFrontendSettings,instanceSettings,projects}.get
      compute.instances.{getEffectiveFirewalls,list}
      compute.networks.{getEffectiveFirewalls,getRegionEffectiveFirewalls}
      compute.{regionSslPolicies,sslPolicies}.listAvailableFeatures
      compute.routers.{getRoutePolicy,listBgpRoutes,listRoutePolicies}`,
  },
  'roles/compute.osLogin': {
    title: 'Compute OS Login',
    description: 'Access to log in to a Compute Engine instance as a standard (non-administrator) user.',
    stage: 'GA',
    permissions: `
      ${CONSOLE}
      compute.instances.{get,list,osLogin}
      compute.{disks,images,instances,snapshots}.{listEffectiveTags,listTagBindings}
      compute.{instanceSettings,projects}.get`,
  },
  'roles/compute.osAdminLogin': {
    title: 'Compute OS Admin Login',
    description: 'Access to log in to a Compute Engine instance as an administrator user.',
    stage: 'GA',
    includes: ['roles/compute.osLogin'],
    permissions: 'compute.instances.osAdminLogin',
  },
  'roles/compute.osLoginExternalUser': {
    title: 'Compute OS Login External User',
    description:
      'Access for an external user to set OS Login information associated with this organization. This role does not grant access to instances. External users must be granted one of the required OS Login IAM roles (https://cloud.google.com/compute/docs/instances/managing-instance-access#configure_users) in order to allow access to instances using SSH.',
    stage: 'GA',
    permissions: 'compute.oslogin.updateExternalUser',
  },
  'roles/compute.serviceAgent': {
    title: 'Compute Engine Service Agent',
    description:
      'Gives Compute Engine Service Account access to assert service account authority. Includes access to service accounts.',
    stage: 'GA',
    permissions: `
      cloudnotifications.activities.list
      compute.{disks,instances}.createTagBinding
      compute.snapshots.listEffectiveTags
      compute.addresses.{use,useInternal}
      compute.disks.{create,delete,get,setLabels,use,useReadOnly}
      compute.forwardingRules.{create,delete,get}
      compute.{globalOperations,instanceGroupManagers,regionOperations,zoneOperations}.get
      compute.healthChecks.{create,delete,get,update}
      compute.{images,instanceTemplates,machineImages,snapshots}.useReadOnly
      compute.instances.{attachDisk,create,delete,detachDisk,get,setDeletionProtection,setLabels,setMetadata,
        setServiceAccount,setTags,start,stop,update,updateDisplayDevice,use}
      compute.networkEndpointGroups.{attachNetworkEndpoints,create,delete,use}
      compute.{networks,subnetworks}.{use,useExternalIp}
      compute.regionBackendServices.{create,delete,get,update,use}
      compute.resourcePolicies.use
      iam.serviceAccounts.{actAs,getAccessToken,getOpenIdToken,implicitDelegation,signJwt}
      logging.logEntries.create
      monitoring.{alertPolicies,dashboards}.{get,list,listEffectiveTags,listTagBindings}
      monitoring.{alerts,groups,metricDescriptors,monitoredResourceDescriptors,notificationChannelDescriptors,
        notificationChannels,services,slos,snoozes,uptimeCheckConfigs}.{get,list}
      monitoring.timeSeries.list
      opsconfigmonitoring.resourceMetadata.list
      resourcemanager.projects.{get,list}
      stackdriver.projects.get
      stackdriver.resourceMetadata.list
      storage.objects.{create,get,list,update}`,
  },
};
