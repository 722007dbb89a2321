/** Policies that AWS keeps: those that clusters, nodes, add-ons and their surroundings are given, and the best known others. */
const names =
  'AdministratorAccess PowerUserAccess ReadOnlyAccess SecurityAudit IAMFullAccess IAMReadOnlyAccess ' +
  'AmazonEKSClusterPolicy AmazonEKSServicePolicy AmazonEKSVPCResourceController AmazonEKSWorkerNodePolicy ' +
  'AmazonEKSWorkerNodeMinimalPolicy AmazonEKS_CNI_Policy AmazonEKSComputePolicy AmazonEKSBlockStoragePolicy ' +
  'AmazonEKSLoadBalancingPolicy AmazonEKSNetworkingPolicy AmazonEKSFargatePodExecutionRolePolicy ' +
  'AmazonEKSLocalOutpostClusterPolicy AmazonEKSConnectorServiceRolePolicy AmazonEKSDashboardConsoleReadOnly ' +
  'AmazonEC2ContainerRegistryReadOnly AmazonEC2ContainerRegistryPullOnly AmazonEC2ContainerRegistryPowerUser ' +
  'AmazonEC2ContainerRegistryFullAccess AmazonSSMManagedInstanceCore AmazonSSMFullAccess AmazonSSMReadOnlyAccess ' +
  'CloudWatchAgentServerPolicy CloudWatchAgentAdminPolicy CloudWatchLogsFullAccess CloudWatchLogsReadOnlyAccess ' +
  'CloudWatchFullAccess AWSXRayDaemonWriteAccess AWSXrayWriteOnlyAccess AmazonPrometheusRemoteWriteAccess ' +
  'AmazonS3FullAccess AmazonS3ReadOnlyAccess AmazonEC2FullAccess AmazonEC2ReadOnlyAccess AmazonVPCFullAccess ' +
  'AmazonVPCReadOnlyAccess AmazonDynamoDBFullAccess AmazonDynamoDBReadOnlyAccess AmazonSQSFullAccess ' +
  'AmazonSQSReadOnlyAccess AmazonSNSFullAccess AmazonRDSFullAccess AmazonRDSReadOnlyAccess AmazonRoute53FullAccess ' +
  'AmazonRoute53ReadOnlyAccess AWSCloudFormationFullAccess AWSCloudFormationReadOnlyAccess SecretsManagerReadWrite ' +
  'ElasticLoadBalancingFullAccess ElasticLoadBalancingReadOnly AutoScalingFullAccess AutoScalingReadOnlyAccess ' +
  'AmazonElasticFileSystemFullAccess AmazonElasticFileSystemClientFullAccess AWSLambda_FullAccess ' +
  'AWSLambda_ReadOnlyAccess AmazonECS_FullAccess AWSKeyManagementServicePowerUser AWSCertificateManagerFullAccess ' +
  'service-role/AmazonEC2RoleforSSM service-role/AmazonEBSCSIDriverPolicy service-role/AmazonEBSCSIDriverPolicyV2 ' +
  'service-role/AmazonEFSCSIDriverPolicy service-role/AmazonECSTaskExecutionRolePolicy ' +
  'service-role/AmazonEC2ContainerServiceforEC2Role service-role/AWSLambdaBasicExecutionRole ' +
  'service-role/AWSLambdaVPCAccessExecutionRole service-role/AutoScalingNotificationAccessRole ' +
  'service-role/AWSConfigRole service-role/AmazonS3CSIDriverPolicy job-function/ViewOnlyAccess ' +
  'job-function/NetworkAdministrator job-function/SystemAdministrator aws-service-role/AmazonEKSServiceRolePolicy ' +
  'aws-service-role/AWSServiceRoleForAmazonEKSNodegroup aws-service-role/AmazonEKSForFargateServiceRolePolicy ' +
  'aws-service-role/AutoScalingServiceRolePolicy aws-service-role/AmazonECSServiceRolePolicy ' +
  'aws-service-role/AmazonSSMServiceRolePolicy';

export const managedPolicyArns: ReadonlySet<string> = new Set(
  names.split(' ').map(name => `arn:aws:iam::aws:policy/${name}`),
);
