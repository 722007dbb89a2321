import assert from 'node:assert/strict';
import type * as Ssm from '@aws-sdk/client-ssm';
import { dialFromNode } from '../../../../src/sandbox/agent/dialFromNode.ts';
import { portSessions } from '../../../../src/sandbox/agent/portSession.ts';
import { refused } from '../eks/awsRefusal.ts';
import { eksAccount, nodeEndpoints, type NetworkWish } from '../eks/eksAccount.ts';

const recommended = (version: string, architecture = 'x86_64') =>
  `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/${architecture}/standard/recommended`;

describe('SSM public parameters', () => {
  const { call } = eksAccount();
  const get = (Name: string) => call<Ssm.GetParameterResult>('ssm', 'GetParameter', { Name }).Parameter;

  it('tell the image and the release that EKS recommends', () => {
    assert.match(get(`${recommended('1.35')}/image_id`)?.Value ?? '', /^ami-[0-9a-f]{17}$/);
    assert.match(get(`${recommended('1.35')}/release_version`)?.Value ?? '', /^1\.35\.\d+-\d{8}$/);
    assert.notEqual(
      get(`${recommended('1.35', 'arm64')}/image_id`)?.Value,
      get(`${recommended('1.35')}/image_id`)?.Value,
    );
    const whole = JSON.parse(get(recommended('1.35'))?.Value ?? '') as Record<string, string>;
    assert.equal(whole['image_id'], get(`${recommended('1.35')}/image_id`)?.Value);
  });

  it('are not found otherwise, or said not to be simulated', () => {
    for (const name of [`${recommended('1.20')}/image_id`, `${recommended('1.35', 'mips')}/image_id`, '/mine'])
      refused(() => get(name), 'ParameterNotFound', '');
    refused(() => get('/aws/service/ami-windows-latest/EKS_Optimized'), 'SandboxNotImplemented', /ami-windows/);
    const Names = [`${recommended('1.35')}/image_id`, '/mine'];
    const several = call<Ssm.GetParametersResult>('ssm', 'GetParameters', { Names });
    assert.deepEqual([several.Parameters?.length, several.InvalidParameters], [1, ['/mine']]);
  });
});

describe('SSM agents', () => {
  const agents = (made: ReturnType<typeof eksAccount>, input: object = {}) =>
    made.call<Ssm.DescribeInstanceInformationResult>('ssm', 'DescribeInstanceInformation', input)
      .InstanceInformationList ?? [];
  const withNodes = (wish: NetworkWish = {}, policies?: string[]) => {
    const made = eksAccount();
    made.createNodes(made.activeCluster(undefined, wish).subnetIds, policies);
    while (made.describeNodegroup().status === 'CREATING') made.pass(5);
    assert.equal(made.describeNodegroup().status, 'ACTIVE');
    return made;
  };

  it('come online one to three minutes after their node is Ready', () => {
    const made = withNodes();
    made.pass(40);
    assert.deepEqual(agents(made), []);
    made.pass(150);
    const rows = agents(made);
    assert.deepEqual(
      rows.map(row => row.PingStatus),
      ['Online', 'Online'],
    );
    assert.deepEqual([rows[0]?.PlatformName, rows[0]?.PlatformVersion], ['Amazon Linux', '2023']);
    assert.match(rows[0]?.AgentVersion ?? '', /^3\.3\./);
  });

  it('stay away without ssmmessages, or without permission', () => {
    const endpoints = nodeEndpoints.filter(service => service !== 'ssmmessages');
    const policies = ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly', 'AmazonEKS_CNI_Policy'];
    for (const made of [withNodes({ endpoints }), withNodes({}, policies)]) {
      made.pass(3600);
      assert.deepEqual(agents(made), []);
    }
  });

  it('are found by filter and page', () => {
    const made = withNodes();
    made.pass(200);
    const [first] = agents(made);
    const filter = (Key: string, ...Values: (string | undefined)[]) =>
      agents(made, { Filters: [{ Key, Values }] }).length;
    assert.equal(filter('InstanceIds', first?.InstanceId), 1);
    assert.equal(filter('PingStatus', 'Online'), 2);
    assert.equal(filter('PingStatus', 'ConnectionLost'), 0);
    refused(() => filter('Colour', 'red'), 'SandboxNotImplemented', /filter Colour/);
    refused(() => agents(made, { MaxResults: 1 }), 'ValidationException', /greater than or equal to 5/);
  });

  it('are gone with their way out', () => {
    const made = withNodes();
    made.pass(200);
    assert.equal(agents(made).length, 2);
    const Filters = [{ Name: 'service-name', Values: ['com.amazonaws.eu-west-1.ssm'] }];
    const found = made.ec2<{ VpcEndpoints: { VpcEndpointId: string }[] }>('DescribeVpcEndpoints', { Filters });
    made.ec2('DeleteVpcEndpoints', { VpcEndpointIds: found.VpcEndpoints.map(row => row.VpcEndpointId) });
    made.pass(60);
    assert.deepEqual(agents(made), []);
  });

  it('dial the private endpoint while the cluster’s group admits their node, and no longer', async () => {
    const made = withNodes();
    made.pass(200);
    made.account.publicUrl = 'http://127.0.0.1:1';
    const [{ InstanceId: Target } = {}] = agents(made);
    const { endpoint = '', resourcesVpcConfig } = made.describeCluster();
    const { SessionId } = made.call<Ssm.StartSessionResponse>('ssm', 'StartSession', {
      Target,
      DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost',
      Parameters: { host: [new URL(endpoint).hostname], portNumber: ['443'] },
    });
    const session = portSessions(made.account).get(SessionId);
    assert.ok(session);
    const dial = dialFromNode(made.account, session);
    (await dial()).destroy();
    const GroupId = resourcesVpcConfig?.clusterSecurityGroupId;
    const UserIdGroupPairs = [{ GroupId }];
    made.ec2('RevokeSecurityGroupIngress', { GroupId, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs }] });
    await assert.rejects(dial(), /i\/o timeout/);
    made.ec2('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs }] });
    (await dial()).destroy();
    made.ec2('TerminateInstances', { InstanceIds: [Target] });
    made.pass(60);
    await assert.rejects(dial(), /i\/o timeout/);
  });
});
