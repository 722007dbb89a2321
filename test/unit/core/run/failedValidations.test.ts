import assert from 'node:assert/strict';
import type { AwsSession } from '../../../../src/core/aws/awsSession.ts';
import type { StackView } from '../../../../src/core/aws/stack.ts';
import { createChangeSet } from '../../../../src/core/change/changeSet.ts';
import type { PrivateEksError } from '../../../../src/core/errors.ts';
import { stackFailure } from '../../../../src/core/run/steps/followStack.ts';
import type { StepContext } from '../../../../src/core/run/step.ts';

const pointer =
  'The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.';
const stackId = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/private-eks-demo-logs/1';
const changeSetId = 'arn:aws:cloudformation:eu-west-1:111122223333:changeSet/token/1';

const conflict = {
  EventType: 'VALIDATION_ERROR',
  OperationId: 'second',
  Timestamp: new Date(2000),
  LogicalResourceId: 'LogGroup',
  PhysicalResourceId: '/aws/eks/demo/cluster',
  ResourceType: 'AWS::Logs::LogGroup',
  ValidationName: 'NAME_CONFLICT_VALIDATION',
  ValidationFailureMode: 'FAIL',
  ValidationStatusReason:
    "Resource of type 'AWS::Logs::LogGroup' with identifier '/aws/eks/demo/cluster' already exists.",
  ValidationPath: '/Resources/LogGroup/Properties/LogGroupName',
};
const earlier = { ...conflict, OperationId: 'first', Timestamp: new Date(1000), LogicalResourceId: 'Before' };
const warning = { ...conflict, ValidationFailureMode: 'WARN', LogicalResourceId: 'Bucket' };

/** CloudFormation as far as a refused deployment needs it; its events come in two pages, or not at all. */
function cloudFormation(events: readonly object[] | 'denied') {
  const calls: { readonly operation: string; readonly input: Record<string, unknown> }[] = [];
  const answers: Record<string, (input: Record<string, unknown>) => object> = {
    CreateChangeSet: () => ({ Id: changeSetId }),
    DescribeChangeSet: () => ({ Status: 'FAILED', StatusReason: pointer, ChangeSetId: changeSetId }),
    DeleteChangeSet: () => ({}),
    DescribeEvents: ({ NextToken }) => {
      if (events === 'denied') throw Object.assign(new Error('is not authorized'), { name: 'AccessDenied' });
      return NextToken === undefined
        ? { OperationEvents: events.slice(0, 1), NextToken: 'more' }
        : { OperationEvents: events.slice(1) };
    },
  };
  const client = {
    send: (command: { readonly input: Record<string, unknown>; readonly constructor: { readonly name: string } }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      calls.push({ operation, input: command.input });
      return Promise.resolve().then(() => answers[operation]?.(command.input));
    },
  };
  const session = { region: 'eu-west-1', client: () => Promise.resolve(client) } as unknown as AwsSession;
  return { session, calls };
}

describe('a deployment that CloudFormation’s own checks refuse', () => {
  const refused = {
    id: stackId,
    name: 'private-eks-demo-logs',
    status: 'CREATE_FAILED',
    statusReason: pointer,
  } as StackView;
  const contextOf = (session: AwsSession) =>
    ({ session, step: 'logs', journal: { events: [] } }) as unknown as StepContext;

  it('is told by what the checks found, as if the resource had said it', async () => {
    const { session, calls } = cloudFormation([earlier, warning, conflict]);
    const { failure } = await stackFailure(refused, contextOf(session));
    assert.equal(failure.code, 'already-exists');
    assert.deepEqual(failure.resource, {
      logicalId: 'LogGroup',
      type: 'AWS::Logs::LogGroup',
      physicalId: '/aws/eks/demo/cluster',
    });
    assert.deepEqual(failure.evidence, [
      `LogGroup (AWS::Logs::LogGroup): ${conflict.ValidationStatusReason} (at ${conflict.ValidationPath})`,
    ]);
    assert.deepEqual(calls[0]?.input['Filters'], { FailedEvents: true });
    assert.equal(calls[0]?.input['StackName'], stackId);
  });

  it('says who is told the reason where it may not be asked', async () => {
    const { failure } = await stackFailure(refused, contextOf(cloudFormation('denied').session));
    assert.match(failure.fix, /cloudformation:DescribeEvents/);
    assert.equal(failure.awsMessage, pointer);
  });

  it('of another reason is not asked about', async () => {
    const { session, calls } = cloudFormation([conflict]);
    await stackFailure({ ...refused, statusReason: 'Resource creation failed' }, contextOf(session));
    assert.deepEqual(calls, []);
  });

  it('is told for a change set, too, and before that is deleted', async () => {
    const { session, calls } = cloudFormation([conflict]);
    const change = {
      name: refused.name,
      template: { body: '{}' },
      parameters: {},
      tags: {},
      capabilities: [],
      token: 'token',
    };
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    const error: unknown = await createChangeSet(session, change, clock, { onStays: () => assert.fail('stays') }).catch(
      (failure: unknown) => failure,
    );
    assert.match(
      (error as PrivateEksError).message,
      /what would change in private-eks-demo-logs: LogGroup \(.*already exists/,
    );
    assert.deepEqual(
      calls.map(({ operation }) => operation),
      ['CreateChangeSet', 'DescribeChangeSet', 'DescribeEvents', 'DescribeEvents', 'DeleteChangeSet'],
    );
    assert.equal(calls[2]?.input['ChangeSetName'], changeSetId);
  });
});
