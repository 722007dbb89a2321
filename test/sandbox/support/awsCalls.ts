import { aNumber, aTime, each, some, type Likeness } from './likeness.ts';

/** One call: the service by the command's name, the operation and its input by AWS's, and what AWS answers. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly answer: Likeness;
}

const call = (service: string, operation: string, input: object, answer: Likeness): AwsCall => ({
  service,
  operation,
  input,
  answer,
});
const account = '000000000000';
const region = 'eu-west-1';
const clusterName = 'demo';
const StackName = `private-eks-${clusterName}-network`;
const arn = (service: string, rest: string) => new RegExp(`^arn:aws:${service}:${region}:${account}:${rest}$`);
const id = (prefix: string) => new RegExp(`^${prefix}-0[0-9a-f]{16}$`);
const tag = (Key: string, Value: Likeness) => some({ Key, Value });
const stackId = arn('cloudformation', `stack/${StackName}/[0-9a-f-]{36}`);
const image = '/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/recommended/image_id';

/** Asked of an account that holds one cluster of this product's making, with a key of its own. */
export const awsCalls: readonly AwsCall[] = [
  call(
    'cloudformation',
    'DescribeStackEvents',
    { StackName },
    {
      StackEvents: (events: unknown) =>
        each({
          StackId: stackId,
          EventId: /./,
          StackName,
          ResourceType: /^AWS::/,
          Timestamp: aTime,
          ResourceStatus: /^CREATE_/,
        })(events) &&
        // Newest first, and the stack's own events around those of its resources.
        some({ LogicalResourceId: StackName, ResourceStatus: 'CREATE_COMPLETE' })((events as unknown[]).slice(0, 1)) &&
        some({
          LogicalResourceId: StackName,
          ResourceStatus: 'CREATE_IN_PROGRESS',
          ResourceStatusReason: 'User Initiated',
        })((events as unknown[]).slice(-1)) &&
        some({
          LogicalResourceId: 'Vpc',
          PhysicalResourceId: id('vpc'),
          ResourceStatus: 'CREATE_COMPLETE',
          ResourceProperties: /10\.40\.0\.0/,
        })(events),
    },
  ),
  call(
    'cloudformation',
    'DescribeStacks',
    { StackName },
    {
      Stacks: [
        {
          StackId: stackId,
          StackStatus: 'CREATE_COMPLETE',
          CreationTime: aTime,
          DisableRollback: true,
          EnableTerminationProtection: true,
          Outputs: some({ OutputKey: 'VpcId', OutputValue: id('vpc') }),
          Tags: tag('private-eks:cluster', clusterName),
        },
      ],
    },
  ),
  call(
    'cloudformation',
    'ListStacks',
    { StackStatusFilter: ['CREATE_COMPLETE'] },
    {
      StackSummaries: each({
        StackId: arn('cloudformation', 'stack/private-eks-demo-.*'),
        StackName: /^private-eks-demo-/,
        StackStatus: 'CREATE_COMPLETE',
        CreationTime: aTime,
        DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
      }),
    },
  ),
  call(
    'cloudformation',
    'ListStackResources',
    { StackName },
    {
      StackResourceSummaries: some({
        LogicalResourceId: 'Vpc',
        PhysicalResourceId: id('vpc'),
        ResourceType: 'AWS::EC2::VPC',
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: aTime,
      }),
    },
  ),
  call('cloudformation', 'GetTemplate', { StackName }, { StagesAvailable: ['Original', 'Processed'] }),
  call('eks', 'ListClusters', {}, { clusters: [clusterName] }),
  call(
    'eks',
    'DescribeCluster',
    { name: clusterName },
    {
      cluster: {
        name: clusterName,
        arn: arn('eks', `cluster/${clusterName}`),
        createdAt: aTime,
        status: 'ACTIVE',
        version: '1.36',
        platformVersion: /^eks\.\d+$/,
        endpoint: new RegExp(`^https://[0-9A-F]{32}\\.gr7\\.${region}\\.eks\\.amazonaws\\.com$`),
        roleArn: new RegExp(`^arn:aws:iam::${account}:role/`),
        resourcesVpcConfig: {
          endpointPublicAccess: false,
          endpointPrivateAccess: true,
          publicAccessCidrs: [],
          subnetIds: [id('subnet'), id('subnet'), id('subnet')],
          clusterSecurityGroupId: id('sg'),
          vpcId: id('vpc'),
        },
        kubernetesNetworkConfig: { serviceIpv4Cidr: '172.20.0.0/16', ipFamily: 'ipv4' },
        identity: {
          oidc: { issuer: new RegExp(`^https://oidc\\.eks\\.${region}\\.amazonaws\\.com/id/[0-9A-F]{32}$`) },
        },
        certificateAuthority: { data: /^LS0tLS1CRUdJTi/ },
        accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
        encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: arn('kms', 'key/[0-9a-f-]{36}') } }],
        deletionProtection: true,
        tags: { 'private-eks:cluster': clusterName },
      },
    },
  ),
  call(
    'eks',
    'DescribeClusterVersions',
    {},
    {
      clusterVersions: some({
        clusterVersion: '1.36',
        clusterType: 'eks',
        defaultPlatformVersion: /^eks\.\d+$/,
        endOfStandardSupportDate: aTime,
        versionStatus: 'STANDARD_SUPPORT',
      }),
    },
  ),
  call('eks', 'ListNodegroups', { clusterName }, { nodegroups: ['default'] }),
  call(
    'eks',
    'DescribeNodegroup',
    { clusterName, nodegroupName: 'default' },
    {
      nodegroup: {
        nodegroupArn: arn('eks', 'nodegroup/demo/default/[0-9a-f-]{36}'),
        status: 'ACTIVE',
        createdAt: aTime,
        capacityType: 'ON_DEMAND',
        amiType: 'AL2023_x86_64_STANDARD',
        scalingConfig: { minSize: 2, maxSize: 4, desiredSize: 2 },
        resources: { autoScalingGroups: [{ name: /^eks-default-[0-9a-f-]{36}$/ }] },
        launchTemplate: { id: id('lt'), version: '1' },
        health: { issues: [] },
      },
    },
  ),
  call(
    'eks',
    'ListAddons',
    { clusterName },
    { addons: ['coredns', 'eks-pod-identity-agent', 'kube-proxy', 'vpc-cni'] },
  ),
  call(
    'eks',
    'DescribeAddon',
    { clusterName, addonName: 'vpc-cni' },
    {
      addon: {
        addonName: 'vpc-cni',
        status: 'ACTIVE',
        addonVersion: /^v\d+\.\d+\.\d+-eksbuild\.\d+$/,
        addonArn: arn('eks', 'addon/demo/vpc-cni/[0-9a-f-]{36}'),
        createdAt: aTime,
      },
    },
  ),
  call(
    'eks',
    'ListAccessEntries',
    { clusterName },
    { accessEntries: [/:role\/private-eks-demo-permissions-NodeRole-/, `arn:aws:iam::${account}:user/practice`] },
  ),
  call(
    'ec2',
    'DescribeVpcs',
    { Filters: [{ Name: 'tag:private-eks:cluster', Values: [clusterName] }] },
    {
      Vpcs: [
        {
          VpcId: id('vpc'),
          State: 'available',
          CidrBlock: '10.40.0.0/16',
          IsDefault: false,
          OwnerId: account,
          Tags: tag('aws:cloudformation:logical-id', 'Vpc'),
        },
      ],
    },
  ),
  call(
    'ec2',
    'DescribeSubnets',
    { Filters: [{ Name: 'tag:kubernetes.io/role/internal-elb', Values: ['1'] }] },
    {
      Subnets: (subnets: unknown) =>
        each({
          SubnetId: id('subnet'),
          AvailabilityZone: /^eu-west-1[abc]$/,
          AvailabilityZoneId: /^euw1-az\d$/,
          MapPublicIpOnLaunch: false,
          AvailableIpAddressCount: aNumber,
          State: 'available',
        })(subnets) && (subnets as unknown[]).length === 3,
    },
  ),
  call(
    'ec2',
    'DescribeVpcEndpoints',
    { Filters: [{ Name: 'vpc-endpoint-type', Values: ['Interface'] }] },
    {
      VpcEndpoints: each({
        VpcEndpointId: id('vpce'),
        ServiceName: /^com\.amazonaws\.eu-west-1\./,
        State: 'available',
        PrivateDnsEnabled: true,
        SubnetIds: each(id('subnet')),
        DnsEntries: each({ DnsName: /./ }),
        CreationTimestamp: aTime,
      }),
    },
  ),
  call(
    'ec2',
    'DescribeSecurityGroups',
    { Filters: [{ Name: 'tag:aws:eks:cluster-name', Values: [clusterName] }] },
    {
      SecurityGroups: [
        {
          GroupId: id('sg'),
          GroupName: /^eks-cluster-sg-demo-\d+$/,
          IpPermissions: [{ IpProtocol: '-1' }],
          VpcId: id('vpc'),
        },
      ],
    },
  ),
  call(
    'ec2',
    'DescribeRouteTables',
    { Filters: [{ Name: 'association.main', Values: ['false'] }] },
    {
      // Nothing leads out of the VPC.
      RouteTables: each({
        RouteTableId: id('rtb'),
        Routes: each({ State: 'active', GatewayId: /^(local|vpce-)/ }),
        Associations: each({ Main: false, SubnetId: id('subnet') }),
      }),
    },
  ),
  call(
    'ec2',
    'DescribeInstances',
    {
      Filters: [
        { Name: 'instance-state-name', Values: ['running'] },
        { Name: 'tag:eks:cluster-name', Values: [clusterName] },
      ],
    },
    {
      Reservations: each({
        ReservationId: /^r-/,
        Instances: each({
          InstanceId: id('i'),
          InstanceType: 't3.medium',
          State: { Code: 16, Name: 'running' },
          PrivateIpAddress: /^10\.40\./,
          PublicDnsName: '',
          LaunchTime: aTime,
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        }),
      }),
    },
  ),
  call(
    'ec2',
    'DescribeLaunchTemplates',
    {},
    {
      LaunchTemplates: each({
        LaunchTemplateId: id('lt'),
        CreateTime: aTime,
        DefaultVersionNumber: 1,
        LatestVersionNumber: 1,
      }),
    },
  ),
  call(
    'iam',
    'GetRole',
    { RoleName: 'AWSServiceRoleForAutoScaling' },
    {
      Role: {
        Arn: `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
        RoleId: /^AROA/,
        CreateDate: aTime,
        Path: '/aws-service-role/autoscaling.amazonaws.com/',
      },
    },
  ),
  call(
    'autoscaling',
    'DescribeAutoScalingGroups',
    {},
    {
      AutoScalingGroups: [
        {
          AutoScalingGroupName: /^eks-default-/,
          MinSize: 2,
          MaxSize: 4,
          DesiredCapacity: 2,
          CreatedTime: aTime,
          Instances: each({ InstanceId: id('i'), LifecycleState: 'InService', HealthStatus: 'Healthy' }),
        },
      ],
    },
  ),
  call(
    'ssm',
    'GetParameter',
    { Name: image },
    {
      Parameter: {
        Name: image,
        Type: 'String',
        Value: /^ami-0[0-9a-f]{16}$/,
        Version: aNumber,
        LastModifiedDate: aTime,
      },
    },
  ),
  call(
    'ssm',
    'DescribeInstanceInformation',
    {},
    {
      InstanceInformationList: each({
        InstanceId: id('i'),
        PingStatus: 'Online',
        AgentVersion: /^3\./,
        PlatformType: 'Linux',
        LastPingDateTime: aTime,
      }),
    },
  ),
  call(
    'logs',
    'DescribeLogGroups',
    { logGroupNamePrefix: '/aws/eks/' },
    {
      logGroups: [
        {
          logGroupName: '/aws/eks/demo/cluster',
          retentionInDays: 90,
          creationTime: aNumber,
          storedBytes: aNumber,
          arn: arn('logs', 'log-group:/aws/eks/demo/cluster:\\*'),
        },
      ],
    },
  ),
  call('kms', 'ListAliases', {}, { Aliases: [] }),
  call(
    'sts',
    'GetCallerIdentity',
    {},
    { Account: account, Arn: `arn:aws:iam::${account}:user/practice`, UserId: /^AIDA/ },
  ),
];

/** One mistake: how AWS refuses it. */
export interface AwsRefusal {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly code: string;
  readonly message: RegExp;
}

const refusal = (service: string, operation: string, input: object, code: string, message: RegExp): AwsRefusal => ({
  service,
  operation,
  input,
  code,
  message,
});

export const awsRefusals: readonly AwsRefusal[] = [
  refusal(
    'eks',
    'DescribeCluster',
    { name: 'nowhere' },
    'ResourceNotFoundException',
    /^No cluster found for name: nowhere\.$/,
  ),
  refusal(
    'eks',
    'DescribeNodegroup',
    { clusterName, nodegroupName: 'none' },
    'ResourceNotFoundException',
    /^No node group found for name: none\.$/,
  ),
  refusal(
    'cloudformation',
    'DescribeStacks',
    { StackName: 'nowhere' },
    'ValidationError',
    /^Stack with id nowhere does not exist$/,
  ),
  refusal(
    'cloudformation',
    'DeleteStack',
    { StackName },
    'ValidationError',
    /cannot be deleted while TerminationProtection is enabled/,
  ),
  refusal('iam', 'GetRole', { RoleName: 'nobody' }, 'NoSuchEntity', /^The role with name nobody cannot be found\.$/),
  refusal(
    'ec2',
    'DescribeInstances',
    { InstanceIds: ['i-0123456789abcdef0'] },
    'InvalidInstanceID.NotFound',
    /^The instance ID 'i-0123456789abcdef0' does not exist$/,
  ),
  refusal(
    'kms',
    'DescribeKey',
    { KeyId: 'alias/none' },
    'NotFoundException',
    /^Alias arn:aws:kms:eu-west-1:000000000000:alias\/none is not found\.$/,
  ),
  // AWS says no more than the code.
  refusal('ssm', 'GetParameter', { Name: 'none' }, 'ParameterNotFound', /^(UnknownError)?$/),
  refusal(
    'ssm',
    'StartSession',
    {
      Target: 'i-0123456789abcdef0',
      DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost',
      Parameters: { host: ['x'], portNumber: ['443'] },
    },
    'TargetNotConnected',
    /^i-0123456789abcdef0 is not connected\.$/,
  ),
];
