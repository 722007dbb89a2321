import type { ChangePlan, ResourceChange, StackChangePlan } from '../change/changePlan.ts';
import { isReplaced } from '../change/recreation.ts';
import { resourcesIn, type TemplateLike } from '../change/stackDifference.ts';
import type { Plan } from '../plan/plan.ts';
import { resourceChanges } from './changeNeeds.ts';
import { needRows, resourceNeeds } from './resourceNeeds.ts';
import { givenKeyNeeds, imageNeeds, lookedOnly, stagingNeeds, type Needs, type Reach } from './runNeeds.ts';
import { needOf, placeOf, type RunNeed } from './runReaches.ts';

/** What one update calls, and of it what it calls only perhaps: a tag less, a failed stack taken back. */
export interface ChangeRunNeeds {
  readonly needs: readonly RunNeed[];
  readonly perhaps: ReadonlySet<string>;
}

const stackNeeds: Readonly<Record<StackChangePlan['action'], string>> = {
  none: '',
  update: 'cloudformation:CreateChangeSet cloudformation:DescribeChangeSet cloudformation:ExecuteChangeSet',
  create: 'cloudformation:CreateStack',
  replace: 'cloudformation:CreateStack cloudformation:DeleteStack',
  delete: 'cloudformation:DeleteStack',
};
const following = 'cloudformation:DescribeStackEvents cloudformation:GetTemplate';
const repairing =
  'cloudformation:CancelUpdateStack cloudformation:ContinueUpdateRollback cloudformation:DeleteChangeSet ' +
  'cloudformation:ListStackResources cloudformation:RollbackStack cloudformation:UpdateStack';

/** What a change in place surely calls, by type and the properties that change. */
const updates: readonly { readonly type: string; readonly path: RegExp; readonly action: string }[] = [
  {
    type: 'AWS::EKS::Nodegroup',
    path: /^\/Properties\/(ScalingConfig|Labels|Taints|UpdateConfig|NodeRepairConfig)/,
    action: 'eks:UpdateNodegroupConfig',
  },
  {
    type: 'AWS::EKS::Nodegroup',
    path: /^\/Properties\/(LaunchTemplate|ReleaseVersion|Version)/,
    action: 'eks:UpdateNodegroupVersion',
  },
  { type: 'AWS::EKS::Addon', path: /^\/Properties\/(?!Tags)/, action: 'eks:UpdateAddon' },
  { type: 'AWS::EKS::Cluster', path: /^\/Properties\/(?!Tags)/, action: 'eks:UpdateClusterConfig' },
  { type: 'AWS::EC2::VPCEndpoint', path: /^\/Properties\/(?!Tags)/, action: 'ec2:ModifyVpcEndpoint' },
  {
    type: 'AWS::EC2::LaunchTemplate',
    path: /^\/Properties\/LaunchTemplateData/,
    action: 'ec2:CreateLaunchTemplateVersion',
  },
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    path: /^\/Properties\/(?!Tags)/,
    action: 'autoscaling:UpdateAutoScalingGroup',
  },
];

const tagging = /:(Untag|DeleteTags)/;
const ending = /:(Delete|Untag|Remove|Detach|Disassociate|Schedule|Revoke)/;
/** Not for what stands already. */
const beginning = /:(Create(?!Tags|LaunchTemplateVersion|Grant)|Run|Delete(?!Tags)|Schedule)/;

/** What the caller must be allowed for a change plan, and nothing of the cluster's later life. */
export function changeRunNeeds(changes: ChangePlan, plan: Plan, principalArn?: string): ChangeRunNeeds {
  const sure = new Map<Reach, Set<string>>();
  const perhaps = new Map<Reach, Set<string>>();
  const add = (into: typeof sure, needs: Needs, isWanted: (action: string) => boolean = () => true) => {
    for (const [reach, words] of Object.entries(needs) as [Reach, string][])
      for (const action of words.split(' ').filter(Boolean))
        if (!lookedOnly.has(action) && isWanted(action)) into.set(reach, (into.get(reach) ?? new Set()).add(action));
  };
  const make = (type: string, into = sure) => add(into, needsOf(type), action => !ending.test(action));
  const end = (type: string, into = sure) => {
    add(into, needsOf(type), action => ending.test(action) && !tagging.test(action));
    add(perhaps, needsOf(type), action => tagging.test(action));
  };
  const change = (resource: ResourceChange, { before, after }: Pick<StackChangePlan, 'before' | 'after'>) => {
    const { type, action, properties } = resource;
    const rowsIn = (template: TemplateLike | undefined) =>
      needRows(type, resourcesIn(template?.Resources)[resource.logicalId]?.Properties);
    const [old, rows] = [rowsIn(before), rowsIn(after)];
    if (action === 'add') return rows.forEach(row => make(row));
    if (action === 'remove') return old.forEach(row => end(row));
    if (isReplaced(resource)) {
      const into = resource.replacement === 'True' ? sure : perhaps;
      for (const row of rows) make(row, into);
      for (const row of old) end(row, into);
    }
    for (const row of rows) if (!old.includes(row)) make(row);
    for (const row of old) if (!rows.includes(row)) end(row);
    const all = rows.filter(row => old.includes(row)).flatMap(row => [needsOf(row), resourceChanges[row] ?? {}]);
    const known = updates.filter(one => one.type === type && properties.some(({ path }) => one.path.test(path)));
    for (const needs of all) {
      add(sure, needs, one => known.some(row => row.action === one));
      add(perhaps, needs, one => !beginning.test(one));
    }
    // The common ones stand in no table by type.
    if (known.some(({ action: one }) => one === 'eks:UpdateClusterConfig'))
      add(sure, { cluster: 'eks:UpdateClusterConfig' });
  };
  const changed = changes.stacks.filter(({ action }) => action !== 'none');
  for (const { id, action, before, after, resources } of changed) {
    add(sure, { stacks: `${stackNeeds[action]} ${following}` });
    add(perhaps, { stacks: repairing });
    if (action === 'create' || action === 'replace') for (const type of typesIn(after)) make(type);
    if (action === 'replace' || action === 'delete') {
      for (const type of typesIn(before)) end(type);
      add(perhaps, { stacks: 'cloudformation:UpdateTerminationProtection' });
      if (id === 'cluster') add(sure, { cluster: 'eks:UpdateClusterConfig' });
    }
    if (action === 'update') for (const one of resources) change(one, { before, after });
  }
  const planned = plan.stacks.filter(({ id }) => changed.some(one => one.id === id));
  if (planned.some(({ staged }) => staged)) add(sure, stagingNeeds);
  if (planned.some(({ parameters }) => 'ImageId' in parameters)) add(sure, imageNeeds);
  for (const { keyArn } of changes.api) {
    add(sure, { cluster: 'eks:AssociateEncryptionConfig' });
    if (keyArn !== undefined && plan.spec.encryption.key.startsWith('arn:')) add(sure, givenKeyNeeds);
  }
  const surely = new Set([...sure.values()].flatMap(actions => [...actions]));
  const place = placeOf(plan, principalArn);
  const reaches = [...new Set([...sure.keys(), ...perhaps.keys()])];
  return {
    needs: reaches.map(reach =>
      needOf(reach, [...new Set([...(sure.get(reach) ?? []), ...(perhaps.get(reach) ?? [])])].sort(), place),
    ),
    perhaps: new Set([...perhaps.values()].flatMap(actions => [...actions]).filter(action => !surely.has(action))),
  };
}

/** @throws TypeError for a resource type that the table does not have. */
function needsOf(type: string): Needs {
  const needs = resourceNeeds[type];
  if (!needs) throw new TypeError(`which permissions ${type} needs is not known`);
  return needs;
}

function typesIn(template: TemplateLike | undefined): string[] {
  return Object.values(resourcesIn(template?.Resources)).flatMap(({ Type, Properties: properties }) =>
    needRows(String(Type), properties),
  );
}
