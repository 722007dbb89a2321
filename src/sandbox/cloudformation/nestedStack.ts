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
  unsupported: ['NotificationARNs', 'TimeoutInMinutes'],
  create(properties, context) {
    const input = { StackName: context.generatedName(128), ...request(properties, context), ParentId: context.stackId };
    return context.call<{ StackId: string }>('cloudformation', 'CreateStack', input).StackId;
  },
  progress: (physicalId, _properties, context) => progressOf(childOf(physicalId, context)),
  update(physicalId, next, _previous, context) {
    const child = childOf(physicalId, context);
    // What failed to be updated goes back by an update too.
    const again = child.StackStatus === 'UPDATE_FAILED' ? { DisableRollback: true } : {};
    try {
      context.call('cloudformation', 'UpdateStack', { StackName: physicalId, ...request(next, context), ...again });
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

export const cloudFormationProviders: ResourceProviders = { 'AWS::CloudFormation::Stack': stack };
