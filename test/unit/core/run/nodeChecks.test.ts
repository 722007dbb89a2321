import * as eks from '@aws-sdk/client-eks';
import assert from 'node:assert/strict';
import { failureCause } from '../../../../src/core/run/failureCause.ts';
import { healthHelp, healthText } from '../../../../src/core/run/healthCodes.ts';
import { refineNodeCause } from '../../../../src/core/run/nodeCause.ts';
import { consoleRules, readConsole } from '../../../../src/core/run/nodeConsole.ts';
import type { MoreNodeFacts, NodeFacts } from '../../../../src/core/run/nodeFacts.ts';
import { readUserData } from '../../../../src/core/run/nodeLooks/bootLooks.ts';
import { rootCause } from '../../../../src/core/run/rootCause.ts';

const facts: NodeFacts = {
  cluster: 'demo',
  nodeGroup: 'spot',
  region: 'eu-west-1',
  vpc: { id: 'vpc-1', dnsSupport: true, dnsHostnames: true },
  subnets: [{ id: 'subnet-1', cidr: '10.0.0.0/19', routeTableId: 'rtb-1', defaultRoute: 'nat-1' }],
  nodeSecurityGroup: 'sg-n',
  endpoints: [],
  addons: ['vpc-cni'],
  nodeRole: 'arn:aws:iam::1:role/node',
  nodePolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'],
};
const instance = {
  id: 'i-1',
  type: 'm7i.large',
  state: 'running',
  stateReason: undefined,
  zone: 'eu-west-1a',
  imageId: 'ami-1',
  privateDnsName: 'ip-10-0-0-1',
  profile: 'arn:profile',
  metadata: { endpoint: 'enabled', hopLimit: 1 },
  hasPodAddresses: false,
  groups: ['sg-n'],
};
const clusterFacts = {
  endpoint: 'https://A.gr7',
  certificateAuthority: 'CA',
  serviceCidr: '172.20.0.0/16',
  version: '1.36',
};
const failed = (message: string) => ({ activities: [{ group: 'asg', status: 'Failed', message, at: 2 }] });

const cases: readonly (readonly [string, MoreNodeFacts, RegExp])[] = [
  [
    'instance-capacity',
    failed('We currently do not have sufficient m7i.large capacity. (InsufficientInstanceCapacity)'),
    /asg: We currently/,
  ],
  ['spot-capacity', failed('There is no Spot capacity available that matches your request.'), /Spot capacity/],
  ['quota-vcpu', failed('You have requested more vCPU capacity than your current vCPU limit of 8'), /limit of 8/],
  ['quota-spot', failed('Max spot instance count exceeded'), /Max spot/],
  [
    'volume-key',
    failed('Instance became unhealthy: Client.InternalError: Client error on launch.'),
    /Client error on launch/,
  ],
  [
    'volume-key',
    failed('Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state'),
    /InvalidKMSKey/,
  ],
  ['image-not-found', failed("The image id '[ami-0abc]' does not exist"), /ami-0abc/],
  [
    'instance-profile-missing',
    failed('Value (x) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name'),
    /Profile/,
  ],
  ['instances-not-launched', failed('Something new.'), /Something new/],
  ['no-instances', { kind: 'self-managed', instances: [], activities: [] }, /no instance/],
  ['node-role-missing', { role: { exists: false } }, /role\/node: does not exist/],
  ['node-role-trust', { role: { exists: true, trust: '{"Service":"eks.amazonaws.com"}' } }, /does not name ec2/],
  ['node-access-entry-missing', { accessEntry: 'missing', kind: 'self-managed' }, /not there/],
  ['node-access-entry-type', { accessEntry: 'STANDARD', kind: 'self-managed' }, /type STANDARD/],
  ['no-instance-credentials', { instances: [{ ...instance, profile: undefined }] }, /i-1: no instance profile/],
  [
    'metadata-unreachable',
    { instances: [{ ...instance, metadata: { endpoint: 'disabled', hopLimit: 1 } }] },
    /HttpEndpoint disabled/,
  ],
  [
    'wrong-user-data',
    {
      kind: 'self-managed',
      clusterFacts,
      userData: {
        format: 'nodeadm',
        cluster: 'old',
        apiServer: 'https://A.gr7',
        certificateAuthority: 'CB',
        serviceCidr: '172.20.0.0/16',
      },
    },
    /cluster name is old, the cluster’s is demo\ncertificate authority is not the cluster’s/,
  ],
  [
    'wrong-user-data',
    { kind: 'self-managed', clusterFacts, userData: { format: 'none' } },
    /cluster name is not in the user data/,
  ],
  [
    'acl-blocks-replies',
    { network: [{ code: 'acl-blocks-replies', evidence: 'acl-1: inbound rule 90 refuses', fix: 'f' }] },
    /acl-1/,
  ],
  [
    'endpoint-policy-blocks',
    { blockedByPolicy: [{ id: 'vpce-1', service: 's3', reason: 'its policy refuses s3:GetObject' }] },
    /vpce-1 s3/,
  ],
  [
    'node-not-authorized',
    {
      console: [{ instanceId: 'i-1', text: 'boot\nkubelet: Unable to register node with API server: Unauthorized\n' }],
    },
    /i-1 console: kubelet/,
  ],
  [
    'nodegroup-iam-node-role-not-found',
    { issues: [{ code: 'IamNodeRoleNotFound', message: 'gone', resourceIds: ['r'] }] },
    /IamNodeRoleNotFound/,
  ],
];

describe('nodes that do not join', () => {
  const plain = failureCause({ code: 'node-creation-failure', what: 'w', why: 'y', fix: 'f' });
  for (const [code, more, evidence] of cases)
    it(`are explained: ${code}, by ${Object.keys(more).join(' and ')}`, () => {
      const cause = refineNodeCause(plain, { ...facts, more });
      assert.equal(cause.code, code);
      assert.match(cause.evidence.join('\n'), evidence);
      assert.ok(cause.what.length > 10 && cause.fix.length > 10 && !/[{}]/.test(cause.what + cause.fix));
      assert.ok(cause.specPath === undefined || !cause.specPath.includes('{'), cause.specPath);
    });

  it('are not explained by a launch that failed before one that succeeded', () => {
    const more = {
      activities: [...failed('x').activities, { group: 'asg', status: 'Successful', message: '', at: 3 }],
    };
    assert.equal(refineNodeCause(plain, { ...facts, more }).code, plain.code);
  });

  it('name their own group in the spec', () => {
    const more = failed('no Spot capacity');
    assert.equal(refineNodeCause(plain, { ...facts, more }).specPath, 'nodes.spot.instanceTypes');
  });

  it('say what could not be looked at', () => {
    const cause = refineNodeCause(plain, { ...facts, more: { unknown: ['console output: denied'] } });
    assert.match(cause.evidence.join('\n'), /not looked at: console output: denied/);
  });
});

const consoles: readonly (readonly [string, string])[] = [
  [
    'user-data-cluster-part',
    'nodeadm[1]: {"level":"fatal","error":"Apiserver endpoint is missing in cluster configuration"}',
  ],
  ['user-data-broken', 'nodeadm[1]: failed to parse config: yaml: line 3'],
  ['nodes-cannot-reach-ec2', 'pluto: Timed out retrieving private DNS name from EC2: deadline has elapsed'],
  ['metadata-unreachable', 'Get "http://169.254.169.254/latest/meta-data": context deadline exceeded (timeout)'],
  ['no-instance-credentials', 'nodeadm: no EC2 IMDS role found, operation error ec2imds'],
  ['node-forbidden', 'kubelet: Unable to register node with API server: nodes "ip" is forbidden'],
  ['wrong-certificate-authority', 'kubelet: x509: certificate signed by unknown authority'],
  ['api-unreachable', 'kubelet: Post "https://ABC.gr7.eu-west-1.eks.amazonaws.com/api": dial tcp: i/o timeout'],
  [
    'nodes-cannot-pull-images',
    'containerd: failed to pull and unpack image "602.dkr.ecr.eu-west-1.amazonaws.com/x": 403 Forbidden',
  ],
  ['cni-not-ready', 'kubelet: NetworkPluginNotReady message: cni plugin not initialized'],
  ['disk-full', 'containerd: write /var/lib: no space left on device'],
  ['kernel-panic', 'Kernel panic - not syncing: VFS'],
];
describe('a console', () => {
  for (const [code, line] of consoles)
    it(`tells of ${code}`, () => assert.equal(readConsole(`Booting\n${line}\nlogin:`)?.rule.code, code));
  it('of a healthy boot tells nothing', () => {
    assert.equal(readConsole('cloud-init: finished\nnodeadm: done\nkubelet: Started'), undefined);
  });
  it('never gives a key or token on', () => {
    const token = 'A'.repeat(80);
    assert.doesNotMatch(readConsole(`kubelet: Unauthorized token=${token}`)?.line ?? '', /AAAA/);
  });
  it('has a rule of each code, told whole', () => {
    for (const { what, why, fix } of consoleRules)
      assert.ok(what.endsWith('.') && why.endsWith('.') && fix.endsWith('.'));
  });
});

describe('user data', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  it('is read as a NodeConfig in MIME, as Bottlerocket’s TOML, and as nothing', () => {
    const mime = `--B\nContent-Type: application/node.eks.aws\n\n---\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  cluster:\n    name: demo\n    apiServerEndpoint: https://A.gr7\n    certificateAuthority: Q0E=\n    cidr: 172.20.0.0/16\n  kubelet:\n    flags: []\n--B--`;
    assert.deepEqual(readUserData(encode(mime)), {
      format: 'nodeadm',
      cluster: 'demo',
      apiServer: 'https://A.gr7',
      certificateAuthority: 'Q0E=',
      serviceCidr: '172.20.0.0/16',
    });
    const toml =
      '[settings.kubernetes]\ncluster-name = "demo"\napi-server = "https://A.gr7"\ncluster-certificate = "Q0E="\n';
    assert.equal(readUserData(encode(toml)).certificateAuthority, 'Q0E=');
    assert.deepEqual(readUserData(undefined), { format: 'none' });
    assert.deepEqual(readUserData(encode('#!/bin/sh')), { format: 'other' });
  });
});

describe('EKS’s health codes', () => {
  const enums = {
    cluster: eks.ClusterIssueCode,
    nodegroup: eks.NodegroupIssueCode,
    addon: eks.AddonIssueCode,
    fargate: eks.FargateProfileIssueCode,
  } as const;
  for (const [kind, codes] of Object.entries(enums))
    for (const code of Object.values(codes))
      it(`${kind} ${code} is explained`, () => {
        const help = healthHelp(kind as keyof typeof enums, code);
        assert.ok(help && help.what.length > 5 && help.fix.endsWith('.'));
      });
  it('that are new are passed on in AWS’s words', () => {
    assert.equal(healthText('addon', { code: 'BrandNew', message: 'm', resourceIds: ['a'] }), 'BrandNew: m [a]');
  });
  it('explain a failed event, and name the group in the spec', () => {
    const stack = { id: 's', name: 'n', status: 'CREATE_FAILED', statusReason: undefined };
    const event = {
      seq: 1,
      at: 1,
      type: 'stack-event',
      step: 'nodes-a',
      eventId: '1',
      stackName: 'n',
      path: [],
      logicalId: 'NodeGroup',
      physicalId: 'demo/a',
      resourceType: 'AWS::EKS::Nodegroup',
      status: 'CREATE_FAILED',
      timestamp: 1,
      reason:
        'Resource handler returned message: "[Issue(Code=InstanceLimitExceeded, Message=limit, ResourceIds=[i-1])] (Service: null, Status Code: 0, Request ID: null)" (RequestToken: a, HandlerErrorCode: GeneralServiceException)',
    } as const;
    const cause = rootCause(stack, [event], { group: 'a' });
    assert.equal(cause.code, 'nodegroup-instance-limit-exceeded');
    assert.equal(cause.specPath, 'nodes.a');
    assert.equal(rootCause(stack, [event]).specPath, 'nodes');
  });
});
