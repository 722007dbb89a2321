import assert from 'node:assert/strict';
import type * as Eks from '@aws-sdk/client-eks';
import type * as Ec2 from '@aws-sdk/client-ec2';
import { endpointAccessEver } from '../../../../src/sandbox/services/eks/endpointAccess.ts';
import { refusal, refused } from './awsRefusal.ts';
import { eksAccount, region } from './eksAccount.ts';

describe('EKS clusters', () => {
  it('come up private in eight to ten minutes, with what a kubeconfig needs', () => {
    const { eks, pass, network, clusterInput, describeCluster, ec2 } = eksAccount();
    const { subnetIds, vpcId } = network();
    const { cluster = {} } = eks<Eks.CreateClusterResponse>('CreateCluster', clusterInput(subnetIds));
    assert.equal(cluster.status, 'CREATING');
    assert.equal(cluster.endpoint, undefined);
    assert.deepEqual(cluster.certificateAuthority, {});
    pass(479);
    assert.equal(describeCluster().status, 'CREATING');
    pass(121);
    const active = describeCluster();
    assert.equal(active.status, 'ACTIVE');
    assert.match(active.endpoint ?? '', /^https:\/\/[0-9A-F]{32}\.gr7\.eu-west-1\.eks\.amazonaws\.com$/);
    const issuer = active.identity?.oidc?.issuer ?? '';
    assert.match(issuer, /^https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/);
    const pem = Buffer.from(active.certificateAuthority?.data ?? '', 'base64').toString();
    assert.match(pem, /^-----BEGIN CERTIFICATE-----/);
    assert.equal(active.kubernetesNetworkConfig?.serviceIpv4Cidr, '172.20.0.0/16');
    assert.equal(active.resourcesVpcConfig?.vpcId, vpcId);
    const GroupIds = [active.resourcesVpcConfig?.clusterSecurityGroupId];
    const [group] = ec2<Ec2.DescribeSecurityGroupsResult>('DescribeSecurityGroups', { GroupIds }).SecurityGroups ?? [];
    assert.match(group?.GroupName ?? '', /^eks-cluster-sg-demo-\d+$/);
    assert.deepEqual(
      group?.IpPermissions?.[0]?.UserIdGroupPairs?.map(pair => pair.GroupId),
      GroupIds,
    );
    const Filters = [{ Name: 'description', Values: ['Amazon EKS demo'] }];
    const faces = ec2<Ec2.DescribeNetworkInterfacesResult>('DescribeNetworkInterfaces', { Filters });
    assert.equal(faces.NetworkInterfaces?.length, 2);
  });

  it('have the defaults of the API, not those of the console', () => {
    const { eks, network, clusterInput, pass, describeCluster } = eksAccount();
    const { subnetIds } = network();
    eks(
      'CreateCluster',
      clusterInput(subnetIds, { resourcesVpcConfig: { subnetIds }, logging: { clusterLogging: [] } }),
    );
    pass(600);
    const cluster = describeCluster();
    assert.equal(cluster.accessConfig?.bootstrapClusterCreatorAdminPermissions, true);
    assert.equal(cluster.resourcesVpcConfig?.endpointPublicAccess, true);
    assert.equal(cluster.resourcesVpcConfig?.endpointPrivateAccess, false);
    assert.deepEqual(cluster.resourcesVpcConfig?.publicAccessCidrs, ['0.0.0.0/0']);
    assert.equal(cluster.upgradePolicy?.supportType, 'EXTENDED');
    assert.equal(cluster.logging?.clusterLogging?.[0]?.enabled, false);
  });

  it('refuse what EKS refuses, in its words, before anything is made', () => {
    const { eks, ec2, network, clusterInput, role, call, account } = eksAccount(['a', 'b', 'c']);
    const { subnetIds } = network();
    const [one = '', two = ''] = subnetIds;
    const other = network().subnetIds;
    const vpcId = ec2<Ec2.CreateVpcResult>('CreateVpc', { CidrBlock: '10.9.0.0/16' }).Vpc?.VpcId;
    const small = ['a', 'b'].map((zone, index) => {
      const input = { VpcId: vpcId, CidrBlock: `10.9.${index}.0/28`, AvailabilityZone: region + zone };
      return ec2<Ec2.CreateSubnetResult>('CreateSubnet', input).Subnet?.SubnetId ?? '';
    });
    for (let index = 0; index < 7; index++) ec2('CreateNetworkInterface', { SubnetId: small[0] });
    const { KeyMetadata } = call<{ KeyMetadata: { KeyId: string; Arn: string } }>('kms', 'CreateKey');
    call('kms', 'ScheduleKeyDeletion', { KeyId: KeyMetadata.KeyId });
    const vpc = (ids: readonly string[], more: object = {}) => ({
      resourcesVpcConfig: { subnetIds: [...ids], endpointPublicAccess: false, endpointPrivateAccess: true, ...more },
    });
    const resources = account.resources().length;
    const cases: [Partial<Eks.CreateClusterRequest>, string | RegExp, string?][] = [
      [{ name: '-x' }, /Value '-x' at 'name' failed to satisfy constraint: Member must satisfy regular expression/],
      [{ name: 'x'.repeat(101) }, /length less than or equal to 100/],
      [{ version: '1.24' }, 'unsupported Kubernetes version'],
      [vpc([one]), 'Subnets specified must be in at least two different AZs'],
      [vpc([one, other[1] ?? '']), 'Subnets specified must be in the same VPC'],
      [vpc([one, 'subnet-00000000000000000']), /subnet-00000000000000000.* does not exist/],
      [vpc(small), /does not have enough available IP addresses/],
      [vpc([one, two], { endpointPrivateAccess: false }), 'Both private and public endpoint access cannot be false'],
      [
        { roleArn: 'arn:aws:iam::111122223333:role/none' },
        /role\/none, could not be assumed because it does not exist/,
      ],
      [{ roleArn: role('wrong', 'ec2.amazonaws.com') }, /the trusted entity is not correct/],
      [
        { encryptionConfig: [{ resources: ['pods'], provider: { keyArn: KeyMetadata.Arn } }] },
        /Valid values: \[secrets\]/,
      ],
      [{ encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: KeyMetadata.Arn } }] }, /is not enabled/],
      [
        { accessConfig: { authenticationMode: 'CONFIG_MAP' } },
        /authenticationMode CONFIG_MAP/,
        'SandboxNotImplemented',
      ],
      [{ bootstrapSelfManagedAddons: true }, /self-managed add-ons/, 'SandboxNotImplemented'],
      [{ computeConfig: { enabled: true } }, /^For EKS Auto Mode, please ensure that all required configs/],
      [{ kubernetesNetworkConfig: { serviceIpv4Cidr: '10.0.0.0/20' } }, /overlaps with a CIDR block of the VPC/],
      [{ kubernetesNetworkConfig: { serviceIpv4Cidr: '172.20.0.0/28' } }, /must be between \/24 and \/12/],
      [{ kubernetesNetworkConfig: { serviceIpv4Cidr: '8.8.0.0/16' } }, /not within the private IP address ranges/],
      [{ kubernetesNetworkConfig: { ipFamily: 'ipv6' } }, /must have IPv6 CIDR blocks/],
      [{ remoteNetworkConfig: {} }, /remoteNetworkConfig/, 'SandboxNotImplemented'],
    ];
    const roles = account.resources().length;
    for (const [change, message, code = 'InvalidParameterException'] of cases)
      refused(() => eks('CreateCluster', { ...clusterInput(subnetIds), ...change }), code, message);
    assert.deepEqual(eks<Eks.ListClustersResponse>('ListClusters').clusters, []);
    assert.equal(account.resources().length, roles + cases.length, 'only the roles that the inputs brought along');
    assert.ok(roles > resources);
  });

  it('refuse the zones that EKS has no room in, and name the others', () => {
    const { account, call } = eksAccount();
    const context = { ...account.serviceContext('us-east-1', 'x'), region: 'us-east-1' };
    const ec2 = <T extends object>(operation: string, input: object = {}) =>
      account.call<T>(context, 'ec2', operation, input);
    const { AvailabilityZones = [] } = ec2<Ec2.DescribeAvailabilityZonesResult>('DescribeAvailabilityZones');
    const bad = AvailabilityZones.find(zone => zone.ZoneId === 'use1-az3')?.ZoneName ?? '';
    const good = AvailabilityZones.find(zone => zone.ZoneId === 'use1-az1')?.ZoneName ?? '';
    const VpcId = ec2<Ec2.CreateVpcResult>('CreateVpc', { CidrBlock: '10.0.0.0/16' }).Vpc?.VpcId;
    const subnetIds = [bad, good].map((AvailabilityZone, index) => {
      const input = { VpcId, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone };
      return ec2<Ec2.CreateSubnetResult>('CreateSubnet', input).Subnet?.SubnetId;
    });
    const { Role } = call<{ Role?: { Arn?: string } }>('iam', 'CreateRole', {
      RoleName: 'r',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    });
    const settings = { accessConfig: { authenticationMode: 'API' }, bootstrapSelfManagedAddons: false };
    const input = { name: 'demo', roleArn: Role?.Arn, resourcesVpcConfig: { subnetIds }, ...settings };
    const error = refusal(() => account.call(context, 'eks', 'CreateCluster', input));
    assert.equal(error.code, 'UnsupportedAvailabilityZoneException');
    const start = `Cannot create cluster 'demo' because ${bad}, the targeted availability zone, does not currently have sufficient capacity to support the cluster. Retry and choose from these availability zones: `;
    assert.ok(error.message.startsWith(start), error.message);
    const { validZones } = error.members as { validZones: string[] };
    assert.ok(validZones.includes(good) && !validZones.includes(bad));
  });

  it('are one to a name', () => {
    const { eks, network, clusterInput } = eksAccount();
    const input = clusterInput(network().subnetIds);
    eks('CreateCluster', input);
    refused(() => eks('CreateCluster', input), 'ResourceInUseException', 'Cluster already exists with name: demo');
  });

  it('keep every state of their endpoint for the control URL', () => {
    const { eks, pass, account, activeCluster, describeCluster } = eksAccount();
    activeCluster([]);
    const seen = () => endpointAccessEver(account).map(access => access.endpointPublicAccess);
    assert.deepEqual(seen(), [false]);
    const { update } = eks<Eks.UpdateClusterConfigResponse>('UpdateClusterConfig', {
      name: 'demo',
      resourcesVpcConfig: { endpointPublicAccess: true },
    });
    assert.equal(update?.type, 'EndpointAccessUpdate');
    assert.equal(describeCluster().status, 'UPDATING');
    assert.equal(describeCluster().resourcesVpcConfig?.endpointPublicAccess, false);
    refused(
      () => eks('UpdateClusterConfig', { name: 'demo', deletionProtection: true }),
      'ResourceInUseException',
      `Cannot DeletionProtectionUpdate because cluster demo currently has update ${update?.id ?? ''} in progress`,
    );
    pass(360);
    eks('UpdateClusterConfig', { name: 'demo', resourcesVpcConfig: { endpointPublicAccess: false } });
    pass(360);
    assert.deepEqual(seen(), [false, true, false]);
  });

  it('take updates of one kind at a time, and only such as change something', () => {
    const { eks, activeCluster } = eksAccount();
    activeCluster([]);
    const update = (input: object) => eks('UpdateClusterConfig', { name: 'demo', ...input });
    const invalid = 'InvalidParameterException';
    const access = { resourcesVpcConfig: { endpointPrivateAccess: true } };
    refused(() => update({ ...access, deletionProtection: true }), invalid, 'Only one type of update can be allowed.');
    refused(
      () => update(access),
      invalid,
      'Cluster is already at the desired configuration with endpointPrivateAccess: true , endpointPublicAccess: false, and Public Endpoint Restrictions: []',
    );
    refused(
      () => update({ logging: { clusterLogging: [] } }),
      invalid,
      'No changes needed for the logging config provided',
    );
    refused(
      () => update({ accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' } }),
      invalid,
      /from API to API_AND/,
    );
  });

  it('are given a key once, in an update of minutes, and only one that EKS can use', () => {
    const { eks, call, pass, activeCluster, describeCluster } = eksAccount();
    activeCluster([]);
    const made = (input = {}) =>
      call<{ KeyMetadata: { KeyId: string; Arn: string } }>('kms', 'CreateKey', input).KeyMetadata;
    const associate = (keyArn?: string, resources = ['secrets']) =>
      eks<Eks.AssociateEncryptionConfigResponse>('AssociateEncryptionConfig', {
        clusterName: 'demo',
        encryptionConfig: [{ resources, provider: { keyArn } }],
      }).update;
    const invalid = 'InvalidParameterException';
    const { Arn } = made();
    const gone = made();
    call('kms', 'ScheduleKeyDeletion', { KeyId: gone.KeyId });
    refused(() => associate(), invalid, 'KeyArn is required');
    refused(() => associate(Arn, ['pods']), invalid, /Valid values: \[secrets\]/);
    refused(() => associate(Arn.replace(/.{4}$/, 'ffff')), invalid, /does not exist/);
    refused(() => associate(Arn.replace(region, 'us-east-1')), invalid, 'Invalid arn us-east-1');
    refused(() => associate(gone.Arn), invalid, /is not enabled: it is PendingDeletion/);
    refused(() => associate(made({ KeySpec: 'RSA_2048' }).Arn), invalid, /is not symmetric/);
    const { id: updateId = '', ...update } = associate(Arn) ?? {};
    assert.deepEqual([update.type, update.status], ['AssociateEncryptionConfig', 'InProgress']);
    assert.equal(update.params?.[0]?.type, 'EncryptionConfig');
    assert.equal(describeCluster().status, 'UPDATING');
    assert.equal(describeCluster().encryptionConfig, undefined);
    refused(
      () => associate(Arn),
      'ResourceInUseException',
      `Cannot AssociateEncryptionConfig because cluster demo currently has update ${updateId} in progress`,
    );
    pass(599);
    const status = () => eks<Eks.DescribeUpdateResponse>('DescribeUpdate', { name: 'demo', updateId }).update?.status;
    assert.equal(status(), 'InProgress');
    pass(901);
    assert.equal(status(), 'Successful');
    assert.equal(describeCluster().status, 'ACTIVE');
    assert.deepEqual(describeCluster().encryptionConfig, [{ resources: ['secrets'], provider: { keyArn: Arn } }]);
    refused(() => associate(made().Arn), invalid, 'Encryption is already enabled on the cluster');
  });

  it('are deleted when nothing hangs on them, and write their log group once more', () => {
    const { eks, pass, account, call, activeCluster, createNodes } = eksAccount();
    const logging: Eks.Logging = { clusterLogging: [{ types: ['audit'], enabled: true }] };
    const { subnetIds } = activeCluster(['vpc-cni', 'kube-proxy'], {}, { logging, deletionProtection: true });
    createNodes(subnetIds);
    const drop = () => eks('DeleteCluster', { name: 'demo' });
    refused(drop, 'InvalidRequestException', /deletion protection/);
    eks('UpdateClusterConfig', { name: 'demo', deletionProtection: false });
    refused(drop, 'ResourceInUseException', /currently has an update in progress/);
    pass(15);
    refused(drop, 'ResourceInUseException', 'Cluster has nodegroups attached');
    eks('DeleteNodegroup', { clusterName: 'demo', nodegroupName: 'workers' });
    pass(300);
    drop();
    const start = account.now();
    while (eks<Eks.ListClustersResponse>('ListClusters').clusters?.length) pass(1);
    const took = (account.now() - start) / 1000;
    assert.ok(took >= 120 && took <= 240, `${took} s`);
    refused(
      () => eks('DescribeCluster', { name: 'demo' }),
      'ResourceNotFoundException',
      'No cluster found for name: demo.',
    );
    const types = new Set(account.resources().map(resource => resource.type));
    for (const gone of [
      'AWS::EC2::Instance',
      'AWS::IAM::InstanceProfile',
      'AWS::EC2::LaunchTemplate',
      'AWS::EKS::Addon',
      'AWS::EKS::AccessEntry',
    ])
      assert.ok(!types.has(gone), gone);
    const group = { logGroupName: '/aws/eks/demo/cluster' };
    const groups = () => account.resources().flatMap(({ type, id }) => (type === 'AWS::Logs::LogGroup' ? [id] : []));
    call('logs', 'DeleteLogGroup', group);
    assert.deepEqual(groups(), []);
    pass(60);
    assert.deepEqual(groups(), [group.logGroupName]);
  });

  it('are listed by pages', () => {
    const { eks, network, clusterInput } = eksAccount();
    const { subnetIds } = network();
    for (const name of ['b', 'a', 'c']) eks('CreateCluster', clusterInput(subnetIds, { name }));
    const first = eks<Eks.ListClustersResponse>('ListClusters', { maxResults: 2 });
    assert.deepEqual(first.clusters, ['a', 'b']);
    const second = eks<Eks.ListClustersResponse>('ListClusters', { maxResults: 2, nextToken: first.nextToken });
    assert.deepEqual(second, { clusters: ['c'], nextToken: undefined });
    refused(() => eks('ListClusters', { maxResults: 101 }), 'InvalidParameterException', /less than or equal to 100/);
    refused(() => eks('ListClusters', { nextToken: 'x' }), 'InvalidParameterException', /nextToken/);
  });

  it('have versions with their support by the calendar', () => {
    const { eks, pass } = eksAccount();
    const versions = () => eks<Eks.DescribeClusterVersionsResponse>('DescribeClusterVersions').clusterVersions ?? [];
    const status = (wanted: string) => versions().find(row => row.clusterVersion === wanted)?.versionStatus;
    assert.equal(versions().filter(row => row.defaultVersion).length, 1);
    assert.deepEqual(
      [status('1.36'), status('1.34'), status('1.32')],
      ['STANDARD_SUPPORT', 'STANDARD_SUPPORT', 'EXTENDED_SUPPORT'],
    );
    pass((Date.UTC(2026, 11, 3) - Date.UTC(2026, 5, 1)) / 1000);
    assert.deepEqual([status('1.34'), status('1.31')], ['EXTENDED_SUPPORT', undefined]);
  });
});
