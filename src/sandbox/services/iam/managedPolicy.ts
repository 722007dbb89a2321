/** Policies that AWS keeps, as far as clusters, nodes, add-ons and their surroundings are given them. */
const names =
  'AdministratorAccess PowerUserAccess ReadOnlyAccess AmazonEKSClusterPolicy AmazonEKSServicePolicy ' +
  'AmazonEKSVPCResourceController AmazonEKSWorkerNodePolicy AmazonEKSWorkerNodeMinimalPolicy AmazonEKS_CNI_Policy ' +
  'AmazonEKSComputePolicy AmazonEKSBlockStoragePolicy AmazonEKSLoadBalancingPolicy AmazonEKSNetworkingPolicy ' +
  'AmazonEKSFargatePodExecutionRolePolicy AmazonEC2ContainerRegistryReadOnly AmazonEC2ContainerRegistryPullOnly ' +
  'AmazonEC2ContainerRegistryPowerUser AmazonEC2ContainerRegistryFullAccess AmazonSSMManagedInstanceCore ' +
  'CloudWatchAgentServerPolicy AWSXRayDaemonWriteAccess AmazonS3FullAccess AmazonS3ReadOnlyAccess ' +
  'AmazonEC2FullAccess AmazonEC2ReadOnlyAccess AmazonVPCFullAccess SecretsManagerReadWrite ' +
  'service-role/AmazonEC2RoleforSSM service-role/AmazonEBSCSIDriverPolicy service-role/AmazonEFSCSIDriverPolicy ' +
  'service-role/AmazonECSTaskExecutionRolePolicy service-role/AWSLambdaBasicExecutionRole ' +
  'service-role/AWSLambdaVPCAccessExecutionRole aws-service-role/AutoScalingServiceRolePolicy';

export const managedPolicyArns: ReadonlySet<string> = new Set(
  names.split(' ').map(name => `arn:aws:iam::aws:policy/${name}`),
);
