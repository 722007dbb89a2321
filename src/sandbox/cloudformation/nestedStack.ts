import type { DescribeStacksOutput, Stack } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../kernel/awsError.ts';
import type { Progress, Properties, ProviderContext, ResourceProvider, ResourceProviders } from './resourceProvider.ts';
import { isObject } from './template.ts';

function childOf(physicalId: string, context: ProviderContext): Stack {
  const { Stacks } = context.call<DescribeStacksOutput>('cloudformation', 'DescribeStacks', { StackName: physicalId });
  const child = Stacks?.[0];
  if (!child) throw new AwsError('ValidationError', `Stack with id ${physicalId} does not exist`);
  return child;
}

function request(properties: Properties, context: ProviderContext): object {
  const { Stacks } = context.call<DescribeStacksOutput>('cloudformation', 'DescribeStacks', {
    StackName: context.stackId,
  });
  const given = isObject(properties['Parameters']) ? properties['Parameters'] : {};
  return {
    TemplateURL: properties['TemplateURL'],
    Parameters: Object.entries(given).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: [value].flat().map(String).join(','),
    })),
    Capabilities: Stacks?.[0]?.Capabilities,
    NotificationARNs: properties['NotificationARNs'],
    Tags: [
      ...(Stacks?.[0]?.Tags ?? []),
      ...((properties['Tags'] as { Key: string; Value: string }[] | undefined) ?? []),
    ],
    DisableRollback: Stacks?.[0]?.DisableRollback,
  };
}

/** How far the child has come, in the words of its parent's events. */
function progressOf(child: Stack): Progress {
  const status = String(child.StackStatus);
  if (status.endsWith('_IN_PROGRESS')) return 'in-progress';
  const verb =
    status.startsWith('CREATE') || status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED'
      ? 'created'
      : 'updated';
  if (['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'].includes(status)) return 'done';
  return { failed: `Embedded stack ${child.StackId} was not successfully ${verb}: ${child.StackStatusReason ?? ''}` };
}

const stack: ResourceProvider = {
  properties: ['TemplateURL', 'Parameters', 'Tags', 'NotificationARNs', 'TimeoutInMinutes'],
  required: ['TemplateURL'],
  createOnly: [],
  create(properties, context) {
    const StackName = context.generatedName(128);
    const TimeoutInMinutes = properties['TimeoutInMinutes'];
    const input = {
      StackName,
      ...request(properties, context),
      ParentId: context.stackId,
      ...(TimeoutInMinutes === undefined ? {} : { TimeoutInMinutes: Number(TimeoutInMinutes) }),
    };
    return context.call<{ StackId: string }>('cloudformation', 'CreateStack', input).StackId;
  },
  progress: (physicalId, _properties, context) => progressOf(childOf(physicalId, context)),
  update(physicalId, next, _previous, context) {
    const child = childOf(physicalId, context);
    if (child.StackStatus === 'UPDATE_FAILED' && !child.DisableRollback)
      return void context.call('cloudformation', 'RollbackStack', { StackName: physicalId });
    try {
      context.call('cloudformation', 'UpdateStack', { StackName: physicalId, ...request(next, context) });
    } catch (error) {
      if (!(error instanceof AwsError) || error.message !== 'No updates are to be performed.') throw error;
    }
  },
  delete: (physicalId, _properties, context) =>
    void context.call('cloudformation', 'DeleteStack', { StackName: physicalId }),
  deleteProgress(physicalId, _properties, context) {
    const { StackStatus, StackStatusReason, StackId } = childOf(physicalId, context);
    if (StackStatus === 'DELETE_COMPLETE') return 'done';
    if (String(StackStatus).endsWith('_IN_PROGRESS')) return 'in-progress';
    return { failed: `Embedded stack ${StackId} was not successfully deleted: ${StackStatusReason ?? ''}` };
  },
  attributes(physicalId, _properties, context) {
    const outputs = childOf(physicalId, context).Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [`Outputs.${OutputKey}`, OutputValue]));
  },
};

/** A presigned URL on AWS; here it is a name that signals nothing. It needs no time and leaves nothing behind. */
const waitConditionHandle: ResourceProvider = {
  properties: [],
  required: [],
  createOnly: [],
  create: (_properties, { region, stackId, logicalId }) =>
    `https://cloudformation-waitcondition-${region}.s3.${region}.amazonaws.com/${encodeURIComponent(`${stackId}/${logicalId}`)}`,
  delete: () => undefined,
};

export const cloudFormationProviders: ResourceProviders = {
  'AWS::CloudFormation::Stack': stack,
  'AWS::CloudFormation::WaitConditionHandle': waitConditionHandle,
};
