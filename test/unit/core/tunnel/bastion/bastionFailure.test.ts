import assert from 'node:assert/strict';
import type { Task } from '@aws-sdk/client-ecs';
import {
  agentError,
  placementError,
  runTaskError,
  taskEndError,
} from '../../../../../src/core/tunnel/bastion/bastionFailure.ts';
import type { Placement } from '../../../../../src/core/tunnel/bastion/bastionPlacement.ts';

const aws = (name: string, message: string) => Object.assign(new Error(message), { name });
const ended = (stoppedReason: string, more: Partial<Task> = {}): Task => ({
  lastStatus: 'STOPPED',
  stopCode: 'TaskFailedToStart',
  stoppedReason,
  containers: [{ name: 'bastion' }],
  ...more,
});
const auth =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried';

describe('why a bastion was refused', () => {
  const refusals: readonly (readonly [Error, string, boolean])[] = [
    [
      aws(
        'AccessDeniedException',
        'User: arn:aws:iam::1:user/dev is not authorized to perform: iam:PassRole on resource: x',
      ),
      'bastion-refused',
      false,
    ],
    [
      aws(
        'AccessDeniedException',
        'User: arn:aws:iam::1:user/dev is not authorized to perform: ecs:RunTask on resource: x',
      ),
      'access-denied',
      false,
    ],
    [
      aws('ClientException', 'You’ve reached the limit on the number of vCPUs you can run concurrently'),
      'bastion-quota',
      false,
    ],
    [
      aws(
        'InvalidParameterException',
        'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
      ),
      'bastion-role',
      true,
    ],
    [
      aws(
        'ClientException',
        "ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task.",
      ),
      'bastion-role',
      true,
    ],
    [
      aws(
        'PlatformTaskDefinitionIncompatibilityException',
        'The specified platform does not satisfy the task definition’s required capabilities.',
      ),
      'bastion-platform',
      false,
    ],
    [aws('ThrottlingException', 'Rate exceeded'), 'throttled', true],
    [aws('ExpiredTokenException', 'The security token included in the request is expired'), 'signed-out', true],
  ];
  for (const [error, code, retryable] of refusals)
    it(`${error.name}: ${error.message.slice(0, 60)}… is ${code}`, () => {
      const told = runTaskError(error);
      assert.deepEqual([told.code, told.retryable], [code, retryable]);
      assert.ok(told.fix ?? code === 'throttled');
    });

  it('is told of placement failures, with AWS’s words', () => {
    const capacity = placementError([
      { reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone' },
    ]);
    assert.deepEqual([capacity.code, capacity.retryable], ['bastion-capacity', true]);
    assert.equal(placementError([{ reason: 'RESOURCE:ENI' }]).code, 'bastion-capacity');
    assert.match(placementError([{ reason: 'NEW', detail: 'thing' }]).message, /NEW thing/);
    assert.equal(placementError([]).code, 'bastion-refused');
  });

  it('passes a cancellation on', () => {
    const abort = new DOMException('This operation was aborted', 'AbortError');
    assert.throws(() => runTaskError(abort), { name: 'AbortError' });
  });
});

describe('why a bastion ended before it was ready', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      `${auth} 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.eu-west-1.amazonaws.com/": dial tcp 52.94.1.2:443: i/o timeout. Please check your task network configuration.`,
      'bastion-image-unreachable',
      /endpoint ecr\.api does not answer/,
    ],
    [
      'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 1.dkr.ecr.eu-west-1.amazonaws.com/a:b: failed to do request: Head "https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/a/manifests/b": dial tcp 1.2.3.4:443: i/o timeout',
      'bastion-image-unreachable',
      /endpoint ecr\.dkr does not answer/,
    ],
    [
      'CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get 1.dkr.ecr.eu-west-1.amazonaws.com/a: dial tcp 52.219.1.2:443: i/o timeout',
      'bastion-image-unreachable',
      /endpoint s3 does not answer/,
    ],
    [
      'CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref docker.io/library/none:latest: docker.io/library/none:latest: not found',
      'bastion-image-not-found',
      /does not exist there/,
    ],
    [
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref x: pulling from host y failed with status code [manifests z]: 403 Forbidden',
      'bastion-image-denied',
      /may not pull/,
    ],
    [
      `${auth} 1 time(s): AccessDeniedException: User: x is not authorized to perform: ecr:GetAuthorizationToken`,
      'bastion-image-denied',
      /may not pull/,
    ],
    [
      'CannotStartContainerError: Error response from daemon: failed to create task for container: exec: "sh": executable file not found in $PATH',
      'bastion-image-unfit',
      /no shell/,
    ],
    ['ResourceInitializationError: failed to configure network interface', 'bastion-network', /network interface/],
    ['Timeout waiting for network interface provisioning to complete.', 'bastion-network', /network interface/],
    ['Something that nobody has seen', 'bastion-ended', /Something that nobody has seen/],
  ];
  for (const [reason, code, message] of cases)
    it(`${reason.slice(0, 70)}… is ${code}`, () => {
      const told = taskEndError(ended(reason), undefined);
      assert.equal(told.code, code);
      assert.match(told.message, message);
      assert.ok(told.fix);
    });

  it('is a container’s exit code where that is all there is', () => {
    const containers = [{ name: 'bastion', exitCode: 127 }];
    const told = taskEndError(
      ended('Essential container in task exited', { stopCode: 'EssentialContainerExited', containers }),
      undefined,
    );
    assert.equal(told.code, 'bastion-image-unfit');
    assert.match(told.message, /exit code 127/);
  });

  it('is somebody’s stop, and no failure of ours', () => {
    assert.equal(
      taskEndError(ended('Private EKS: swept', { stopCode: 'UserInitiated' }), undefined).code,
      'bastion-stopped',
    );
  });

  it('is an endpoint that is known to be missing, before the words are read', () => {
    const placement: Placement = {
      subnetIds: ['subnet-a'],
      missing: [{ service: 'ecr.dkr', why: 'w' }],
      certain: false,
    };
    const told = taskEndError(ended('CannotPullContainerError: dial tcp: i/o timeout'), placement);
    assert.match(told.message, /endpoint ecr\.dkr \(w\) is missing/);
    assert.match(
      agentError(undefined, { ...placement, missing: [{ service: 'ssmmessages', why: 'w' }] }).fix ?? '',
      /Add endpoint ssmmessages/,
    );
    assert.match(agentError('stopped', undefined).message, /agent in it does not \(stopped\)/);
  });

  it('is short, whatever AWS says', () => {
    assert.ok(taskEndError(ended(`CannotPullContainerError: ${'x'.repeat(5000)}`), undefined).message.length < 500);
  });
});
