import type * as sdk from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../kernel/account.ts';
import { exportsOf } from './exports.ts';
import { page } from './page.ts';
import type { StackParameter } from './parameters.ts';
import { findStack, liveStacks, stacks, type Stack, type StackEvent, type StackResource } from './stack.ts';
import { requiredCapabilities, templateText } from './stackDefinition.ts';
import { importersOf } from './stackScope.ts';
import { transformsOf, validationError } from './template.ts';
import { parseTemplate } from './templateStructure.ts';

const date = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

export const shownParameters = (parameters: readonly StackParameter[]): sdk.Parameter[] =>
  parameters.map(({ key, value, resolved, noEcho }) => ({
    ParameterKey: key,
    ParameterValue: noEcho ? '****' : value,
    ...(resolved === undefined ? {} : { ResolvedValue: noEcho ? '****' : resolved }),
  }));

function describeStack(stack: Stack): sdk.Stack & { TemplateDescription: string | undefined } {
  const { definition, status } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.changeSetId,
    Description: definition.template.Description,
    TemplateDescription: definition.template.Description,
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

const describeResource = (stack: Stack, resource: StackResource): sdk.StackResource & sdk.StackResourceDetail => ({
  StackName: stack.name,
  StackId: stack.id,
  LogicalResourceId: resource.logicalId,
  PhysicalResourceId: resource.physicalId,
  ResourceType: resource.type,
  Timestamp: new Date(resource.timestamp),
  LastUpdatedTimestamp: new Date(resource.timestamp),
  ResourceStatus: resource.status as sdk.ResourceStatus,
  ResourceStatusReason: resource.reason,
  Metadata: JSON.stringify(stack.definition.template.Resources[resource.logicalId]?.Metadata ?? {}),
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
});

const resourcesOf = (stack: Stack): StackResource[] =>
  Object.values(stack.resources).sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));

function oneOf({ account, region }: CallContext, name: string | undefined, unknown?: string): Stack {
  const stack = findStack(account, region, name);
  if (!stack) throw validationError(unknown ?? `Stack with id ${name} does not exist`);
  return stack;
}

/** What ValidateTemplate and GetTemplateSummary say; each writes the members that are its own. */
function summarise(body: string) {
  const template = parseTemplate(body);
  const Capabilities = requiredCapabilities(template).filter(name => name !== 'CAPABILITY_AUTO_EXPAND');
  const ResourceTypes = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))];
  const iam = ResourceTypes.filter(type => type.startsWith('AWS::IAM::')).join(', ');
  return {
    Description: template.Description,
    Version: '2010-09-09',
    Parameters: Object.entries(template.Parameters).map(([ParameterKey, parameter]) => ({
      ParameterKey,
      ParameterType: parameter.Type,
      DefaultValue: parameter.Default === undefined ? undefined : [parameter.Default].flat().map(String).join(','),
      NoEcho: String(parameter.NoEcho) === 'true',
      Description: parameter.Description,
      ParameterConstraints: { AllowedValues: parameter.AllowedValues?.map(String) },
    })),
    ResourceTypes,
    DeclaredTransforms: transformsOf(template),
    Capabilities: Capabilities.length > 0 ? Capabilities : undefined,
    CapabilitiesReason:
      Capabilities.length > 0 ? `The following resource(s) require capabilities: [${iam}]` : undefined,
  };
}

/** The wire writes the members that each response has and leaves out the others. */
export const describeOperations = {
  DescribeStacks({ StackName, NextToken }: sdk.DescribeStacksInput, context: CallContext) {
    if (StackName !== undefined) return { Stacks: [describeStack(oneOf(context, StackName))] };
    const { items, ...rest } = page(liveStacks(context.account, context.region).reverse(), NextToken);
    return { Stacks: items.map(describeStack), ...rest };
  },

  ListStacks({ StackStatusFilter: wanted = [], NextToken }: sdk.ListStacksInput, { account, region }: CallContext) {
    const matches = ({ status }: Stack): boolean => wanted.length === 0 || (wanted as string[]).includes(status);
    const { items, ...rest } = page(stacks(account, region).filter(matches).reverse(), NextToken);
    return { StackSummaries: items.map(describeStack), ...rest };
  },

  DescribeStackEvents({ StackName, NextToken }: sdk.DescribeStackEventsInput, context: CallContext) {
    const stack = oneOf(context, StackName, `Stack [${StackName}] does not exist`);
    const { items, ...rest } = page(stack.events.toReversed(), NextToken);
    return { StackEvents: items.map(event => describeEvent(stack, event)), ...rest };
  },

  DescribeStackResources(input: sdk.DescribeStackResourcesInput, context: CallContext) {
    const { StackName, LogicalResourceId: logical, PhysicalResourceId: physical } = input;
    const owns = (stack: Stack): boolean => resourcesOf(stack).some(({ physicalId }) => physicalId === physical);
    const owner = physical && liveStacks(context.account, context.region).find(owns);
    if (physical && !owner) throw validationError(`Stack for ${physical} does not exist`);
    const stack = owner || oneOf(context, StackName);
    const found = resourcesOf(stack).filter(({ logicalId }) => logical === undefined || logicalId === logical);
    return { StackResources: found.map(resource => describeResource(stack, resource)) };
  },

  DescribeStackResource({ StackName, LogicalResourceId }: sdk.DescribeStackResourceInput, context: CallContext) {
    const stack = oneOf(context, StackName, `Stack '${StackName}' does not exist`);
    const resource = stack.resources[LogicalResourceId ?? ''];
    if (!resource) throw validationError(`Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
    return { StackResourceDetail: describeResource(stack, resource) };
  },

  ListStackResources({ StackName, NextToken }: sdk.ListStackResourcesInput, context: CallContext) {
    const stack = oneOf(context, StackName);
    const { items, ...rest } = page(resourcesOf(stack), NextToken);
    return { StackResourceSummaries: items.map(resource => describeResource(stack, resource)), ...rest };
  },

  GetTemplate({ StackName, TemplateStage }: sdk.GetTemplateInput, context: CallContext): sdk.GetTemplateOutput {
    const { templateBody, template } = oneOf(context, StackName).definition;
    const processed = TemplateStage === 'Processed' && transformsOf(template).length > 0;
    const TemplateBody = processed ? JSON.stringify(template) : templateBody;
    return { TemplateBody, StagesAvailable: ['Original', 'Processed'] };
  },

  ValidateTemplate: (input: sdk.ValidateTemplateInput, context: CallContext) => summarise(templateText(input, context)),

  GetTemplateSummary(input: sdk.GetTemplateSummaryInput, context: CallContext) {
    const of = input.StackName;
    return summarise(of === undefined ? templateText(input, context) : oneOf(context, of).definition.templateBody);
  },

  ListExports({ NextToken }: sdk.ListExportsInput, { account, region }: CallContext) {
    const { items, ...rest } = page(exportsOf(account, region), NextToken);
    return {
      Exports: items.map(({ name, value, stack }) => ({ ExportingStackId: stack.id, Name: name, Value: value })),
      ...rest,
    };
  },

  ListImports({ ExportName, NextToken }: sdk.ListImportsInput, context: CallContext) {
    const importers = importersOf(context, { id: '', region: context.region }, ExportName ?? '');
    if (importers.length === 0) throw validationError(`Export '${ExportName}' is not imported by any stack.`);
    const { items, ...rest } = page(importers, NextToken);
    return { Imports: items, ...rest };
  },
};
