import {
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import * as eksSdk from '@aws-sdk/client-eks';

/** What stands of a cluster, in words that are equal in two accounts where the same was done the same number of times. */
export interface Standing {
  /** Per stack: its status, template and parameters, and how often each of its resources was made, changed or deleted. */
  readonly stacks: Readonly<Record<string, object>>;
  readonly cluster: object;
  readonly addons: Readonly<Record<string, object>>;
  readonly groups: Readonly<Record<string, object>>;
}

interface Clients {
  readonly cloudformation: CloudFormationClient;
  readonly eks: eksSdk.EKSClient;
}

export async function standing(name: string, { cloudformation, eks }: Clients): Promise<Standing> {
  const { cluster } = await eks.send(new eksSdk.DescribeClusterCommand({ name }));
  const { addons = [] } = await eks.send(new eksSdk.ListAddonsCommand({ clusterName: name }));
  const { nodegroups = [] } = await eks.send(new eksSdk.ListNodegroupsCommand({ clusterName: name }));
  const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({}));
  return {
    stacks: await each(
      Stacks.map(({ StackName = '' }) => StackName),
      async stack => stackStanding(stack, cloudformation),
    ),
    cluster: { version: cluster?.version, status: cluster?.status, updates: await updates(eks, { name }) },
    addons: await each(addons, async addonName => {
      const { addon } = await eks.send(new eksSdk.DescribeAddonCommand({ clusterName: name, addonName }));
      const { addonVersion, status } = addon ?? {};
      return { addonVersion, status, updates: await updates(eks, { name, addonName }) };
    }),
    groups: await each(nodegroups, async nodegroupName => {
      const place = { clusterName: name, nodegroupName };
      const { nodegroup } = await eks.send(new eksSdk.DescribeNodegroupCommand(place));
      const { version, status, scalingConfig } = nodegroup ?? {};
      return { version, status, scalingConfig, updates: await updates(eks, { name, nodegroupName }) };
    }),
  };
}

async function stackStanding(StackName: string, cloudformation: CloudFormationClient): Promise<object> {
  const { Stacks: [stack] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
  const { TemplateBody = '' } = await cloudformation.send(new GetTemplateCommand({ StackName }));
  const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName }));
  const ended = StackEvents.filter(({ ResourceStatus = '' }) => /_(COMPLETE|FAILED)$/.test(ResourceStatus));
  return {
    status: stack?.StackStatus,
    template: TemplateBody,
    parameters: Object.fromEntries(
      (stack?.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [
        ParameterKey,
        noIds(ParameterValue),
      ]),
    ),
    ended: counts(ended.map(event => `${event.LogicalResourceId} ${event.ResourceStatus}`)),
  };
}

/** How many updates of each type EKS has had of a thing, and how they ended. */
async function updates(eks: eksSdk.EKSClient, place: eksSdk.ListUpdatesCommandInput): Promise<object> {
  const { updateIds = [] } = await eks.send(new eksSdk.ListUpdatesCommand(place));
  const found = await Promise.all(
    updateIds.map(updateId => eks.send(new eksSdk.DescribeUpdateCommand({ ...place, updateId }))),
  );
  return counts(found.map(({ update }) => `${update?.type} ${update?.status}`));
}

export function counts(names: readonly string[]): Record<string, number> {
  const count: Record<string, number> = {};
  for (const name of names.toSorted()) count[name] = (count[name] ?? 0) + 1;
  return count;
}

/** What is made twice has other ids, and other ends of the names that CloudFormation gives. */
const noIds = (text: string) => text.replace(/\b([a-z]+)-0[0-9a-f]{16}\b/g, '$1-…').replace(/-[A-Z0-9]{12}\b/g, '-…');

async function each(
  names: readonly string[],
  look: (name: string) => Promise<object>,
): Promise<Record<string, object>> {
  return Object.fromEntries(await Promise.all(names.toSorted().map(async name => [name, await look(name)] as const)));
}
