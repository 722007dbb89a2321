import { createHash } from 'node:crypto';
import type { Account, CallContext } from '../kernel/account.ts';
import { notImplemented } from '../kernel/awsError.ts';
import { authorize } from '../services/iam/authorize.ts';
import type { ProviderContext, ResourceProvider, ResourceProviders } from './resourceProvider.ts';
import type { Stack, StackDefinition, StackResource } from './stack.ts';
import { stackScope, type ResourceValues } from './stackScope.ts';
import type { Scope } from './intrinsics.ts';
import { validationError } from './template.ts';

/** A stack at work: what every step of an operation needs. */
export interface Deployment {
  readonly account: Account;
  readonly providers: ResourceProviders;
  readonly stack: Stack;
}

export function providerOf(deployment: Deployment, type: string): ResourceProvider {
  const provider = deployment.providers[type];
  if (!provider) throw notImplemented(type);
  return provider;
}

/** Calls are made as whoever began the operation. */
export function callContext({ account, stack }: Deployment): CallContext {
  const base = account.serviceContext(stack.region, 'cloudformation.amazonaws.com');
  return stack.operation ? { ...base, principal: stack.operation.principal } : base;
}

/** `lastService` names the service whose call failed, when one did. */
export type ResourceContext = ProviderContext & { readonly lastService: () => string | undefined };

export function resourceContext(
  deployment: Deployment,
  { logicalId }: Pick<StackResource, 'logicalId'>,
): ResourceContext {
  const { account, stack } = deployment;
  const context = callContext(deployment);
  let last: string | undefined;
  // 64 characters: as long as the strictest service takes.
  const token = createHash('sha256')
    .update(`${stack.operation?.id ?? stack.id}-${logicalId}`)
    .digest('hex');
  const own = { 'stack-name': stack.name, 'stack-id': stack.id, 'logical-id': logicalId };
  const awsTags = Object.entries(own).map(([key, Value]) => ({ Key: `aws:cloudformation:${key}`, Value }));
  return {
    ...context,
    stackName: stack.name,
    stackId: stack.id,
    logicalId,
    updatePolicy: stack.definition.template.Resources[logicalId]?.UpdatePolicy as Record<string, unknown> | undefined,
    stackTags: [...stack.definition.tags, ...awsTags],
    token,
    generatedName(maxLength) {
      const random = randomSuffix(account);
      const room = Math.max(0, maxLength - random.length - 2);
      const half = Math.floor(room / 2);
      // Both names are cut evenly, so that the random part is always whole.
      const logical = logicalId.slice(0, Math.max(half, room - stack.name.length));
      return `${stack.name.slice(0, room - logical.length)}-${logical}-${random}`;
    },
    call<Output extends object>(service: string, operation: string, input: object): Output {
      last = service;
      authorize(context, service, operation, input, 'cloudformation.amazonaws.com');
      const output = account.call<Output>(context, service, operation, input);
      last = undefined;
      return output;
    },
    lastService: () => last,
  };
}

/** 12 capitals and digits. */
export const randomSuffix = (account: Account): string =>
  BigInt(`0x1${account.hex(18)}`)
    .toString(36)
    .toUpperCase()
    .slice(-12);

/** `Ref` and `Fn::GetAtt` as the resources of the stack are now. */
function currentValues(deployment: Deployment): ResourceValues {
  const made = (logicalId: string): StackResource & { physicalId: string } => {
    const resource = deployment.stack.resources[logicalId];
    if (resource?.physicalId === undefined)
      throw validationError(
        `Template format error: Unresolved resource dependencies [${logicalId}] in the Resources block of the template`,
      );
    return resource as StackResource & { physicalId: string };
  };
  return {
    ref(logicalId) {
      const { type, physicalId, properties = {}, ...resource } = made(logicalId);
      return (
        providerOf(deployment, type).ref?.(physicalId, properties, resourceContext(deployment, resource)) ?? physicalId
      );
    },
    getAtt(logicalId, attribute) {
      const { type, physicalId, properties = {}, ...resource } = made(logicalId);
      const values = providerOf(deployment, type).attributes?.(
        physicalId,
        properties,
        resourceContext(deployment, resource),
      );
      const value = values?.[attribute];
      if (value === undefined)
        throw validationError(
          `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`,
        );
      return value;
    },
  };
}

export const deploymentScope = (deployment: Deployment, definition: StackDefinition): Scope =>
  stackScope(callContext(deployment), deployment.stack, definition, currentValues(deployment));
