import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Account, CallContext } from '../kernel/account.ts';
import { driftInformation } from './drift.ts';
import { exportsOf } from './exports.ts';
import { page } from './page.ts';
import type { StackParameter } from './parameters.ts';
import { findStack, liveStacks, stacks, type Stack, type StackEvent, type StackResource } from './stack.ts';
import { requiredCapabilities, templateText } from './stackDefinition.ts';
import { transformsOf, validationError } from './template.ts';
import { parseTemplate } from './templateStructure.ts';

type DriftOf = ReturnType<typeof driftInformation>['of'];

const date = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

const shownParameters = (parameters: readonly StackParameter[]): sdk.Parameter[] =>
  parameters.map(({ key, value, noEcho, resolved }) => ({
    ParameterKey: key,
    ParameterValue: noEcho ? '****' : value,
    ...(resolved !== undefined && { ResolvedValue: resolved }),
  }));

function describeStack(stack: Stack, account: Account): sdk.Stack & { TemplateDescription: string | undefined } {
  const { definition, status } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
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
    NotificationARNs: [],
    Capabilities: [...definition.capabilities] as sdk.Capability[],
    Outputs: [...stack.outputs],
    Tags: [...definition.tags],
    EnableTerminationProtection: status === 'DELETE_COMPLETE' ? undefined : stack.terminationProtection,
    ParentId: stack.parentId,
    RootId: stack.rootId,
    DriftInformation: driftInformation(account, stack.region, stack.driftDetectionId).stack,
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

const describeResource = (resource: StackResource, drift: DriftOf): sdk.StackResourceSummary => ({
  LogicalResourceId: resource.logicalId,
  PhysicalResourceId: resource.physicalId,
  ResourceType: resource.type,
  LastUpdatedTimestamp: new Date(resource.timestamp),
  ResourceStatus: resource.status as sdk.ResourceStatus,
  ResourceStatusReason: resource.reason,
  DriftInformation: drift(resource.logicalId),
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
    if (StackName !== undefined) return { Stacks: [describeStack(oneOf(context, StackName), context.account)] };
    const { account, region } = context;
    const { items, ...rest } = page(liveStacks(account, region).reverse(), NextToken);
    return { Stacks: items.map(stack => describeStack(stack, account)), ...rest };
  },

  ListStacks({ StackStatusFilter: wanted = [], NextToken }: sdk.ListStacksInput, { account, region }: CallContext) {
    const matches = ({ status }: Stack): boolean => wanted.length === 0 || (wanted as string[]).includes(status);
    const { items, ...rest } = page(stacks(account, region).filter(matches).reverse(), NextToken);
    return { StackSummaries: items.map(stack => describeStack(stack, account)), ...rest };
  },

  DescribeStackEvents({ StackName, NextToken }: sdk.DescribeStackEventsInput, context: CallContext) {
    const stack = oneOf(context, StackName, `Stack [${StackName}] does not exist`);
    const { items, ...rest } = page(stack.events.toReversed(), NextToken);
    return { StackEvents: items.map(event => describeEvent(stack, event)), ...rest };
  },

  DescribeStackResources(
    { StackName, LogicalResourceId }: sdk.DescribeStackResourcesInput,
    context: CallContext,
  ): sdk.DescribeStackResourcesOutput {
    const stack = oneOf(context, StackName);
    const { of } = driftInformation(context.account, stack.region, stack.driftDetectionId);
    const wanted = resourcesOf(stack).filter(({ logicalId }) => logicalId === (LogicalResourceId ?? logicalId));
    const StackResources = wanted.map(resource => {
      const { LastUpdatedTimestamp: Timestamp, ...rest } = describeResource(resource, of);
      return { StackId: stack.id, StackName: stack.name, Timestamp, ...rest };
    });
    return { StackResources };
  },

  ListStackResources({ StackName, NextToken }: sdk.ListStackResourcesInput, context: CallContext) {
    const stack = oneOf(context, StackName);
    const { items, ...rest } = page(resourcesOf(stack), NextToken);
    const { of } = driftInformation(context.account, stack.region, stack.driftDetectionId);
    return { StackResourceSummaries: items.map(resource => describeResource(resource, of)), ...rest };
  },

  GetTemplate({ StackName, TemplateStage }: sdk.GetTemplateInput, context: CallContext): sdk.GetTemplateOutput {
    const { templateBody, template } = oneOf(context, StackName).definition;
    const processed = TemplateStage === 'Processed' && transformsOf(template).length > 0;
    const whole = processed ? JSON.stringify(template) : templateBody;
    // What is beyond ASCII does not come back (aws-cloudformation/cloudformation-coverage-roadmap#814 and #1220).
    const TemplateBody = whole.replace(/[^\0-\x7f]/gu, '?');
    return { TemplateBody, StagesAvailable: ['Original', 'Processed'] };
  },

  ValidateTemplate: (input: sdk.ValidateTemplateInput, context: CallContext) => summarise(templateText(input, context)),

  ListExports({ NextToken }: sdk.ListExportsInput, { account, region }: CallContext) {
    const { items, ...rest } = page(exportsOf(account, region), NextToken);
    return {
      Exports: items.map(({ name, value, stack }) => ({ ExportingStackId: stack.id, Name: name, Value: value })),
      ...rest,
    };
  },
};
