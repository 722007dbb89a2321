import type * as sdk from '@aws-sdk/client-cloudformation';
import type { CallContext, Operation } from '../kernel/account.ts';
import { exportsOf } from './exports.ts';
import { page } from './page.ts';
import { liveStacks, requireStack, stacks, type Stack, type StackEvent, type StackResource } from './stack.ts';
import { requiredCapabilities, templateText } from './stackDefinition.ts';
import { importersOf } from './stackScope.ts';
import { transformsOf, validationError, type ParameterTemplate } from './template.ts';
import { parseTemplate } from './templateStructure.ts';
import type { StackParameter } from './parameters.ts';

export const shownParameters = (parameters: readonly StackParameter[]): sdk.Parameter[] =>
  parameters.map(({ key, value, resolved, noEcho }) => ({
    ParameterKey: key,
    ParameterValue: noEcho ? '****' : value,
    ...(resolved === undefined ? {} : { ResolvedValue: noEcho ? '****' : resolved }),
  }));

const date = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

function describeStack(stack: Stack): sdk.Stack {
  const { definition, status } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.changeSetId,
    Description: definition.template.Description,
    Parameters: shownParameters(definition.parameters),
    CreationTime: new Date(stack.createdAt),
    LastUpdatedTime: date(stack.updatedAt),
    DeletionTime: date(stack.deletedAt),
    RollbackConfiguration: {},
    StackStatus: status as sdk.StackStatus,
    StackStatusReason: stack.reason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [...definition.notificationArns],
    TimeoutInMinutes: stack.timeoutInMinutes,
    Capabilities: [...definition.capabilities] as sdk.Capability[],
    Outputs: [...stack.outputs],
    RoleARN: stack.roleArn,
    Tags: [...definition.tags],
    EnableTerminationProtection: status === 'DELETE_COMPLETE' ? undefined : stack.terminationProtection,
    ParentId: stack.parentId,
    RootId: stack.rootId,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

const describeEvent = (stack: Stack, event: StackEvent): sdk.StackEvent => ({
  StackId: stack.id,
  EventId: event.id,
  StackName: stack.name,
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId,
  ResourceType: event.type,
  Timestamp: new Date(event.at),
  ResourceStatus: event.status as sdk.ResourceStatus,
  ResourceStatusReason: event.reason,
  ResourceProperties: event.properties,
  ClientRequestToken: event.token,
});

const describeResource = (resource: StackResource) => ({
  LogicalResourceId: resource.logicalId,
  PhysicalResourceId: resource.physicalId,
  ResourceType: resource.type,
  ResourceStatus: resource.status as sdk.ResourceStatus,
  ResourceStatusReason: resource.reason,
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' as const },
});

const resourcesOf = (stack: Stack): StackResource[] =>
  Object.values(stack.resources).sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));

const oneOf = ({ account, region }: CallContext, name: string | undefined, message?: string): Stack =>
  requireStack(account, region, name, message);

function declared(parameter: ParameterTemplate): {
  DefaultValue: string | undefined;
  NoEcho: boolean;
  Description: string | undefined;
} {
  const DefaultValue = parameter.Default === undefined ? undefined : [parameter.Default].flat().map(String).join(',');
  return { DefaultValue, NoEcho: String(parameter.NoEcho) === 'true', Description: parameter.Description };
}

function capabilitiesOf(template: ReturnType<typeof parseTemplate>): {
  Capabilities?: sdk.Capability[];
  CapabilitiesReason?: string;
} {
  const Capabilities = requiredCapabilities(template).filter(
    name => name !== 'CAPABILITY_AUTO_EXPAND',
  ) as sdk.Capability[];
  const types = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))].filter(type =>
    type.startsWith('AWS::IAM::'),
  );
  if (Capabilities.length === 0) return {};
  return { Capabilities, CapabilitiesReason: `The following resource(s) require capabilities: [${types.join(', ')}]` };
}

export const describeOperations = {
  DescribeStacks({ StackName, NextToken }: sdk.DescribeStacksInput, context: CallContext): sdk.DescribeStacksOutput {
    if (StackName !== undefined) return { Stacks: [describeStack(oneOf(context, StackName))] };
    const { items, ...rest } = page(liveStacks(context.account, context.region).reverse(), NextToken);
    return { Stacks: items.map(describeStack), ...rest };
  },

  ListStacks(
    { StackStatusFilter, NextToken }: sdk.ListStacksInput,
    { account, region }: CallContext,
  ): sdk.ListStacksOutput {
    const wanted = stacks(account, region).filter(
      ({ status }) => !StackStatusFilter?.length || StackStatusFilter.includes(status as sdk.StackStatus),
    );
    const { items, ...rest } = page(wanted.reverse(), NextToken);
    const StackSummaries = items.map(stack => {
      const {
        StackId,
        StackName,
        CreationTime,
        LastUpdatedTime,
        DeletionTime,
        StackStatus,
        StackStatusReason,
        ParentId,
        RootId,
        DriftInformation,
        Description,
      } = describeStack(stack);
      return {
        StackId,
        StackName,
        TemplateDescription: Description,
        CreationTime,
        LastUpdatedTime,
        DeletionTime,
        StackStatus,
        StackStatusReason,
        ParentId,
        RootId,
        DriftInformation,
      };
    });
    return { StackSummaries, ...rest };
  },

  DescribeStackEvents(
    { StackName, NextToken }: sdk.DescribeStackEventsInput,
    context: CallContext,
  ): sdk.DescribeStackEventsOutput {
    const stack = oneOf(context, StackName, `Stack [${StackName}] does not exist`);
    const { items, ...rest } = page(stack.events.toReversed(), NextToken);
    return { StackEvents: items.map(event => describeEvent(stack, event)), ...rest };
  },

  DescribeStackResources(
    { StackName, LogicalResourceId, PhysicalResourceId }: sdk.DescribeStackResourcesInput,
    context: CallContext,
  ): sdk.DescribeStackResourcesOutput {
    const owns = (stack: Stack): boolean =>
      Object.values(stack.resources).some(({ physicalId }) => physicalId === PhysicalResourceId);
    const owner =
      StackName === undefined && PhysicalResourceId
        ? liveStacks(context.account, context.region).find(owns)
        : undefined;
    if (StackName === undefined && !owner)
      throw validationError(`Stack for ${PhysicalResourceId ?? ''} does not exist`);
    const stack = owner ?? oneOf(context, StackName);
    const found = resourcesOf(stack).filter(
      ({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId,
    );
    return {
      StackResources: found.map(resource => ({
        StackName: stack.name,
        StackId: stack.id,
        Timestamp: new Date(resource.timestamp),
        ...describeResource(resource),
      })),
    };
  },

  DescribeStackResource(
    { StackName, LogicalResourceId }: sdk.DescribeStackResourceInput,
    context: CallContext,
  ): sdk.DescribeStackResourceOutput {
    const stack = oneOf(context, StackName, `Stack '${StackName}' does not exist`);
    const resource = stack.resources[LogicalResourceId ?? ''];
    if (!resource) throw validationError(`Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
    const metadata = stack.definition.template.Resources[resource.logicalId]?.Metadata;
    return {
      StackResourceDetail: {
        StackName: stack.name,
        StackId: stack.id,
        LastUpdatedTimestamp: new Date(resource.timestamp),
        ...describeResource(resource),
        Metadata: JSON.stringify(metadata ?? {}),
      },
    };
  },

  ListStackResources(
    { StackName, NextToken }: sdk.ListStackResourcesInput,
    context: CallContext,
  ): sdk.ListStackResourcesOutput {
    const { items, ...rest } = page(resourcesOf(oneOf(context, StackName)), NextToken);
    return {
      StackResourceSummaries: items.map(resource => ({
        ...describeResource(resource),
        LastUpdatedTimestamp: new Date(resource.timestamp),
      })),
      ...rest,
    };
  },

  GetTemplate({ StackName, TemplateStage }: sdk.GetTemplateInput, context: CallContext): sdk.GetTemplateOutput {
    const { definition } = oneOf(context, StackName);
    const processed = TemplateStage === 'Processed' && transformsOf(definition.template).length > 0;
    return {
      TemplateBody: processed ? JSON.stringify(definition.template) : definition.templateBody,
      StagesAvailable: ['Original', 'Processed'],
    };
  },

  ValidateTemplate(input: sdk.ValidateTemplateInput, context: CallContext): sdk.ValidateTemplateOutput {
    const template = parseTemplate(templateText(input, context));
    return {
      Description: template.Description,
      Parameters: Object.entries(template.Parameters).map(([ParameterKey, parameter]) => ({
        ParameterKey,
        ...declared(parameter),
      })),
      DeclaredTransforms: transformsOf(template),
      ...capabilitiesOf(template),
    };
  },

  GetTemplateSummary(input: sdk.GetTemplateSummaryInput, context: CallContext): sdk.GetTemplateSummaryOutput {
    const body =
      input.StackName === undefined
        ? templateText(input, context)
        : oneOf(context, input.StackName).definition.templateBody;
    const template = parseTemplate(body);
    return {
      Description: template.Description,
      Version: '2010-09-09',
      Parameters: Object.entries(template.Parameters).map(([ParameterKey, parameter]) => ({
        ParameterKey,
        ParameterType: parameter.Type,
        ...declared(parameter),
        ParameterConstraints: { AllowedValues: parameter.AllowedValues?.map(String) },
      })),
      ResourceTypes: [...new Set(Object.values(template.Resources).map(({ Type }) => Type))],
      DeclaredTransforms: transformsOf(template),
      ...capabilitiesOf(template),
    };
  },

  ListExports({ NextToken }: sdk.ListExportsInput, { account, region }: CallContext): sdk.ListExportsOutput {
    const all = exportsOf(account, region).map(({ name: Name, value: Value, stack }) => ({
      ExportingStackId: stack.id,
      Name,
      Value,
    }));
    const { items, ...rest } = page(all, NextToken);
    return { Exports: [...items], ...rest };
  },

  ListImports({ ExportName, NextToken }: sdk.ListImportsInput, context: CallContext): sdk.ListImportsOutput {
    const importers = importersOf(context, { id: '', region: context.region }, ExportName ?? '');
    if (importers.length === 0) throw validationError(`Export '${ExportName}' is not imported by any stack.`);
    const { items, ...rest } = page(importers, NextToken);
    return { Imports: [...items], ...rest };
  },
} satisfies Record<string, Operation>;
