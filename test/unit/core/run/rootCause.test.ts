import assert from 'node:assert/strict';
import { parseEnvelope } from '../../../../src/core/run/awsEnvelope.ts';
import { rootCause } from '../../../../src/core/run/rootCause.ts';
import type { StackEventSeen } from '../../../../src/core/run/runEvent.ts';

const stack = {
  id: 'arn:aws:cloudformation:eu-west-1:0:stack/s/1',
  name: 's',
  status: 'CREATE_FAILED',
  statusReason: undefined,
};

let second = 0;
function event(logicalId: string, status: string, reason?: string, more: Partial<StackEventSeen> = {}): StackEventSeen {
  second++;
  return {
    seq: second,
    at: second,
    type: 'stack-event',
    step: 'x',
    eventId: String(second),
    stackName: 's',
    path: [],
    logicalId,
    physicalId: logicalId === 's' ? stack.id : `${logicalId}-physical`,
    resourceType: logicalId === 's' ? 'AWS::CloudFormation::Stack' : 'AWS::EC2::VPC',
    status,
    reason,
    timestamp: second * 1000,
    ...more,
  };
}
const wrapped = (message: string, code = 'GeneralServiceException') =>
  `Resource handler returned message: "${message} (Service: Eks, Status Code: 400, Request ID: 7d0e)" (RequestToken: 3f0c, HandlerErrorCode: ${code})`;

describe('rootCause', () => {
  it('takes the first failure that is not a consequence', () => {
    const cause = rootCause(stack, [
      event('s', 'CREATE_IN_PROGRESS', 'User Initiated'),
      event('Vpc', 'CREATE_FAILED', wrapped('The maximum number of VPCs has been reached.', 'ServiceLimitExceeded')),
      event('Role', 'CREATE_FAILED', 'Resource creation cancelled'),
      event('s', 'CREATE_FAILED', 'The following resource(s) failed to create: [Vpc, Role].'),
    ]);
    assert.equal(cause.code, 'quota-exceeded');
    assert.equal(cause.resource?.logicalId, 'Vpc');
    assert.equal(cause.why, 'The maximum number of VPCs has been reached.');
    assert.match(cause.awsMessage ?? '', /^Resource handler returned message/);
  });

  it('goes by time, not by the order of arrival', () => {
    const first = event('First', 'CREATE_FAILED', 'Throttling: Rate exceeded');
    const then = event('Then', 'CREATE_FAILED', 'AccessDenied');
    assert.equal(rootCause(stack, [then, first]).resource?.logicalId, 'First');
  });

  it('forgets failures of earlier attempts', () => {
    const cause = rootCause(stack, [
      event('s', 'CREATE_IN_PROGRESS', 'User Initiated'),
      event('Old', 'CREATE_FAILED', 'AccessDenied'),
      event('s', 'UPDATE_IN_PROGRESS', 'User Initiated'),
      event('New', 'CREATE_FAILED', wrapped('Subnet has insufficient free addresses')),
    ]);
    assert.equal(cause.resource?.logicalId, 'New');
    assert.equal(cause.code, 'too-few-addresses');
    assert.equal(cause.specPath, 'network.cidr');
  });

  it('looks into nested stacks for the cause', () => {
    const nested = { resourceType: 'AWS::CloudFormation::Stack', physicalId: 'arn:nested' };
    const cause = rootCause(stack, [
      event('Child', 'CREATE_FAILED', 'Embedded stack arn:nested was not successfully created', nested),
      event('Inner', 'CREATE_FAILED', 'Thing already exists', { path: ['Child'] }),
    ]);
    assert.equal(cause.resource?.logicalId, 'Inner');
    assert.equal(cause.code, 'already-exists');
  });

  const known: readonly (readonly [string, string, string?])[] = [
    ['sandbox-not-implemented', 'SandboxNotImplemented: AWS::RDS::DBInstance'],
    [
      'node-creation-failure',
      wrapped(
        '[Issue(Code=NodeCreationFailure, Message=Unhealthy nodes in the kubernetes cluster, ResourceIds=[i-0a])]',
      ),
    ],
    [
      'quota-vcpu',
      wrapped(
        '[Issue(Code=AsgInstanceLaunchFailures, Message=You have requested more vCPU capacity than your current vCPU limit of 1 allows, ResourceIds=[asg])]',
      ),
    ],
    ['instance-capacity', wrapped('We currently do not have sufficient capacity. InsufficientInstanceCapacity')],
    [
      'instance-type-not-offered',
      wrapped(
        'The following supplied instance types do not exist: [x9.tiny] Ec2InstanceTypeDoesNotExist',
        'InvalidRequest',
      ),
    ],
    [
      'denied-by-scp',
      wrapped(
        'User: arn:aws:iam::1:user/a is not authorized to perform: ec2:CreateVpc with an explicit deny in a service control policy',
        'AccessDenied',
      ),
    ],
    [
      'access-denied',
      wrapped('User: arn:aws:iam::1:user/a is not authorized to perform: iam:CreateRole', 'AccessDenied'),
    ],
    [
      'unsupported-zone',
      wrapped(
        'Cannot create cluster demo because us-east-1e, the targeted availability zone, does not currently have sufficient capacity',
      ),
    ],
    ['version-not-offered', wrapped('unsupported Kubernetes version', 'InvalidRequest')],
    [
      'endpoint-dns-conflict',
      wrapped(
        'private-dns-enabled cannot be set because there is already a conflicting DNS domain for ec2.eu-west-1.amazonaws.com in the VPC vpc-1',
      ),
    ],
    ['endpoint-service-missing', "The Vpc Endpoint Service 'com.amazonaws.eu-west-1.eks-auth' does not exist"],
    ['already-exists', wrapped('Cluster already exists with name: demo', 'AlreadyExists')],
    ['addon-degraded', wrapped('Addon is DEGRADED: InsufficientNumberOfReplicas'), 'AWS::EKS::Addon'],
    [
      'administrator-invalid',
      wrapped('The specified principalArn is invalid: invalid principal.'),
      'AWS::EKS::AccessEntry',
    ],
    ['still-in-use', "The vpc 'vpc-1' has dependencies and cannot be deleted."],
    ['not-stabilized', wrapped('Exceeded attempts to wait', 'NotStabilized')],
    ['aws-internal', wrapped('Something', 'InternalFailure')],
    ['unknown', wrapped('A reason that nobody has met before')],
  ];
  for (const [code, reason, resourceType = 'AWS::EC2::VPC'] of known)
    it(`knows ${code}`, () => {
      const cause = rootCause(stack, [event('Thing', 'CREATE_FAILED', reason, { resourceType })]);
      assert.equal(cause.code, code);
      assert.ok(cause.what && cause.fix && !/\{\w+\}/.test(cause.what + cause.why));
    });

  it('uses the stack’s own words when no resource failed', () => {
    const cause = rootCause({ ...stack, statusReason: 'Template error: AccessDenied' }, []);
    assert.equal(cause.code, 'access-denied');
    assert.equal(cause.resource, undefined);
  });
});

describe('parseEnvelope', () => {
  it('takes issues out of every wrapping', () => {
    const reason =
      'Resource handler returned message: "[Issue(Code=NodeCreationFailure, Message=Instances failed to join the kubernetes cluster, ResourceIds=[i-0a, i-0b])] (Service: null, Status Code: 0, Request ID: null)" (RequestToken: 9a-1, HandlerErrorCode: GeneralServiceException)';
    assert.deepEqual(parseEnvelope(reason), {
      message: 'Instances failed to join the kubernetes cluster',
      handlerErrorCode: 'GeneralServiceException',
      issueCode: 'NodeCreationFailure',
      resourceIds: ['i-0a', 'i-0b'],
    });
  });

  it('leaves a bare sentence alone', () => {
    assert.equal(parseEnvelope('Resource creation cancelled').message, 'Resource creation cancelled');
  });
});
