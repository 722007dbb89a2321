import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:https';
import * as Ecs from '@aws-sdk/client-ecs';
import * as Ssm from '@aws-sdk/client-ssm';
import { systemClock } from '../../../src/core/clock.ts';
import { webSocketDial } from '../../../src/core/tunnel/channel/channelSocket.ts';
import { DataChannel, type ChannelState } from '../../../src/core/tunnel/channel/dataChannel.ts';
import { SmuxClient } from '../../../src/core/tunnel/channel/smuxClient.ts';
import { openPortForward } from '../../../src/core/tunnel/forward/portForward.ts';
import { dataChannels } from '../../../src/sandbox/agent/dataChannels.ts';
import { dialFromNode } from '../../../src/sandbox/agent/dialFromNode.ts';
import { portSessions } from '../../../src/sandbox/agent/portSession.ts';
import type { AccountSnapshot } from '../../../src/sandbox/kernel/account.ts';
import { startSandbox } from '../../../src/sandbox/shell/startSandbox.ts';
import { refused } from '../../unit/sandbox/eks/awsRefusal.ts';
import { region } from '../../unit/sandbox/eks/eksAccount.ts';
import { ecsAccount } from '../../unit/sandbox/ecs/ecsAccount.ts';

/** A private cluster, and a task in its VPC that is running. */
function withCluster(wish: Parameters<typeof ecsAccount>[0] = {}) {
  const made = ecsAccount(wish);
  made.account.publicUrl = 'http://127.0.0.1:1';
  made.eks('CreateCluster', made.clusterInput(made.subnetIds));
  made.pass(600);
  const { endpoint = '', resourcesVpcConfig } = made.describeCluster();
  const host = new URL(endpoint).hostname;
  const clusterGroup = resourcesVpcConfig?.clusterSecurityGroupId ?? '';
  const arn = made.run();
  const input = (more: object = {}) => ({
    Target: made.target(arn),
    DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost',
    Parameters: { host: [host], portNumber: ['443'], ...more },
  });
  const start = (more: object = {}) => {
    const answer = made.call<Ssm.StartSessionResponse>('ssm', 'StartSession', input(more));
    const session = portSessions(made.account).get(answer.SessionId);
    assert.ok(session);
    return session;
  };
  const open = () =>
    made.ec2<{ SecurityGroupRules: { SecurityGroupRuleId: string }[] }>('AuthorizeSecurityGroupIngress', {
      GroupId: clusterGroup,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: made.groupId }] }],
      TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: [{ Key: 'bastion', Value: 'yes' }] }],
    }).SecurityGroupRules[0]?.SecurityGroupRuleId ?? '';
  return { ...made, arn, host, clusterGroup, input, start, open };
}

describe('sessions with a task', () => {
  it('need a running agent', () => {
    const made = withCluster();
    const notConnected = () => refused(() => made.start(), 'TargetNotConnected', /^ecs:ways_in_.* is not connected\.$/);
    notConnected();
    while (made.task(made.arn).lastStatus !== 'RUNNING') made.pass(1);
    notConnected();
    made.pass(10);
    const session = made.start();
    assert.equal(session.target, made.target(made.arn));
    const wrong = { ...made.input(), Target: `${made.target(made.arn).slice(0, -1)}x` };
    refused(() => made.call('ssm', 'StartSession', wrong), 'TargetNotConnected', /is not connected/);
    // The way of the agent itself is lost.
    const { VpcEndpoints = [] } = made.ec2<{ VpcEndpoints?: { VpcEndpointId: string; ServiceName: string }[] }>(
      'DescribeVpcEndpoints',
    );
    const ids = VpcEndpoints.filter(({ ServiceName }) => ServiceName.endsWith('.ssmmessages'));
    made.ec2('DeleteVpcEndpoints', { VpcEndpointIds: ids.map(({ VpcEndpointId }) => VpcEndpointId) });
    made.pass(200);
    notConnected();
  });

  it('are refused to a task without ECS Exec, or with a role that may not', () => {
    for (const wish of [{ taskActions: [] }, { container: { readonlyRootFilesystem: true } }]) {
      const made = withCluster(wish);
      made.pass(60);
      refused(() => made.start(), 'TargetNotConnected', /is not connected/);
    }
    const made = withCluster();
    const plain = made.run({ enableExecuteCommand: false });
    made.pass(60);
    const input = { ...made.input(), Target: made.target(plain) };
    refused(() => made.call('ssm', 'StartSession', input), 'TargetNotConnected', /is not connected/);
  });

  it('reach the private endpoint once the cluster’s group admits the task’s', async () => {
    const made = withCluster();
    made.pass(60);
    const dial = (more: object = {}) => dialFromNode(made.account, made.start(more))();
    await assert.rejects(dial(), /i\/o timeout/);
    const rule = made.open();
    (await dial()).destroy();
    await assert.rejects(dial({ portNumber: ['6443'] }), /i\/o timeout/);
    await assert.rejects(dial({ host: ['example.com'] }), /i\/o timeout/);
    const rules = (Values: string[]) =>
      made.ec2<{ SecurityGroupRules: object[] }>('DescribeSecurityGroupRules', {
        Filters: [{ Name: 'tag:bastion', Values }],
      }).SecurityGroupRules.length;
    assert.deepEqual([rules(['yes']), rules(['no'])], [1, 0]);
    made.ec2('RevokeSecurityGroupIngress', { GroupId: made.clusterGroup, SecurityGroupRuleIds: [rule] });
    assert.equal(rules(['yes']), 0);
    await assert.rejects(dial(), /i\/o timeout/);
  });

  it('carry HTTPS through the product’s own client, and end with the task', async () => {
    const made = withCluster();
    made.pass(60);
    made.open();
    // As it is after a restart: from disk.
    const initial = JSON.parse(JSON.stringify(made.account.snapshot())) as AccountSnapshot;
    const sandbox = await startSandbox({ region, initial, channels: dataChannels, speed: 60 });
    const { endpoint, accessKeyId, secretAccessKey } = sandbox;
    const config = { region, endpoint, credentials: { accessKeyId, secretAccessKey } };
    const ssm = new Ssm.SSMClient(config);
    const ecs = new Ecs.ECSClient(config);
    try {
      const {
        SessionId = '',
        StreamUrl = '',
        TokenValue = '',
      } = await ssm.send(new Ssm.StartSessionCommand(made.input()));
      const ended = Promise.withResolvers<string>();
      const channel: DataChannel = new DataChannel({
        grant: { sessionId: SessionId, streamUrl: StreamUrl, token: TokenValue },
        resume: async () => undefined,
        dial: webSocketDial({ region, loopback: true }),
        clock: systemClock,
        log: () => undefined,
        onData: bytes => streams.receive(bytes),
        onConnectError: () => assert.fail('the endpoint was not reached'),
        onState: (state: ChannelState, detail) => {
          if (state === 'ended') ended.resolve(detail);
        },
        onResumeFailed: error => assert.fail(String(error)),
      });
      const streams = new SmuxClient(channel);
      await channel.open(new AbortController().signal);
      const forward = await openPortForward(0, async () => streams.openStream());
      const asked = request({
        host: '127.0.0.1',
        port: forward.port,
        path: '/livez',
        servername: made.host,
        rejectUnauthorized: false,
        agent: false,
      }).end();
      const [response] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
      response.resume();
      assert.ok([200, 401, 403].includes(response.statusCode), String(response.statusCode));

      const { tasks } = await ecs.send(new Ecs.DescribeTasksCommand({ cluster: 'ways_in', tasks: [made.arn] }));
      assert.ok((tasks?.[0]?.startedAt ?? 0) > (tasks?.[0]?.createdAt ?? 0));
      await ecs.send(new Ecs.StopTaskCommand({ cluster: 'ways_in', task: made.arn }));
      assert.match(await ended.promise, /container/);
      await forward.close();
    } finally {
      ssm.destroy();
      ecs.destroy();
      await sandbox.close();
    }
  }).timeout(10_000);
});
