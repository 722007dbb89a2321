import { changeRunNeeds } from '../access/changeRunNeeds.ts';
import { callerIdentity } from '../aws/identity.ts';
import type { ChangePlan } from '../change/changePlan.ts';
import type { Plan } from '../plan/plan.ts';
import { credentialsEnd, linkedServicesOf, policySource, standingLogGroup, standingStacks } from './accountLooks.ts';
import { changeScope, type ChangeScope } from './changeScope.ts';
import { freeAddresses, fargateProfileCount, nodeGroupCount, type SubnetRoom } from './clusterLooks.ts';
import type { PreflightFacts } from './gatherFacts.ts';
import { lookAtBucket, lookAtKey } from './givenLooks.ts';
import { look, type Look, type Looker } from './look.ts';
import { simulateNeeds, type SimulatedAction } from './permissionLooks.ts';
import { imageParameters, missingImages, offeredTypes, plannedTypes } from './placeLooks.ts';
import { lookAtQuotas } from './quotaLooks.ts';

/** Everything that is looked at before an update. A look that the change does not need is absent. */
export interface ChangeFacts
  extends
    Pick<PreflightFacts, 'caller' | 'now' | 'credentialsEnd' | 'stacks'>,
    Partial<
      Pick<
        PreflightFacts,
        'logGroup' | 'offered' | 'missingImages' | 'linkedServices' | 'permissions' | 'bucket' | 'key' | 'quotas'
      >
    > {
  /** Actions that are needed only perhaps. */
  readonly perhaps: ReadonlySet<string>;
  /** In the cluster now, whoever made them. */
  readonly nodeGroups?: Look<number>;
  readonly fargateProfiles?: Look<number>;
  /** The subnets that the nodes go into. */
  readonly subnets?: Look<readonly SubnetRoom[]>;
}

/** Reads and changes nothing. @throws PrivateEksError when AWS cannot be asked at all */
export async function gatherChange(
  changes: ChangePlan,
  plan: Plan,
  looker: Looker,
  now = Date.now(),
): Promise<ChangeFacts> {
  const caller = await callerIdentity(looker.session, looker.signal);
  const scope = changeScope(changes, plan);
  const { added, groups, autoMode, created } = scope;
  const comes = withGroupsThatCome(scope);
  const { needs, perhaps } = changeRunNeeds(changes, plan, caller.arn);
  const isNew = (type: string) => (added.get(type) ?? 0) > 0;
  const fargate = isNew('AWS::EKS::FargateProfile');
  const named = { ...plan, stacks: plan.stacks.filter(({ id }) => created.some(one => one.id === id)) };
  const permissionLook = async (): Promise<SimulatedAction[]> =>
    simulateNeeds(needs, (await policySource(caller, looker)) ?? caller.arn, looker);
  const [end, stacks, ...rest] = await Promise.all([
    credentialsEnd(looker),
    look(() => standingStacks(named, looker)),
    asked(
      'logGroup',
      created.some(({ id }) => id === 'logs'),
      () => standingLogGroup(plan, looker),
    ),
    asked('offered', plannedTypes(comes).length > 0, () => offeredTypes(comes, looker)),
    asked('missingImages', imageParameters(comes).length > 0, () => missingImages(comes, looker)),
    asked('linkedServices', groups.some(one => one.comes) || fargate, () => linkedServicesOf(looker)),
    asked('permissions', !/:root$/.test(caller.arn), permissionLook),
    asked(
      'bucket',
      scope.plan.stacks.some(({ staged }) => staged),
      () => lookAtBucket(plan, looker),
    ),
    asked('key', changes.api.length > 0 && plan.spec.encryption.key.startsWith('arn:'), () => lookAtKey(plan, looker)),
    asked('nodeGroups', isNew('AWS::EKS::Nodegroup'), () => nodeGroupCount(changes.cluster, looker)),
    asked('fargateProfiles', fargate, () => fargateProfileCount(changes.cluster, looker)),
    asked('subnets', groups.length > 0 || autoMode || fargate || isNew('AWS::EC2::VPCEndpoint'), () =>
      freeAddresses(plan, looker),
    ),
    (async () => (groups.length > 0 || added.size > 0 ? { quotas: await lookAtQuotas(scope.plan, looker) } : {}))(),
  ]);
  const more = rest.reduce<Partial<ChangeFacts>>((all, one) => ({ ...all, ...one }), {});
  return { caller, now, credentialsEnd: end, stacks, perhaps, ...more };
}

/** The plan with the groups that are made: those that only grow keep their types. */
export function withGroupsThatCome({ plan, groups }: ChangeScope): Plan {
  const nodes = groups
    .filter(
      ({ comes, group, was }) =>
        comes || group.instanceTypes.some(type => was.types.length > 0 && !was.types.includes(type)),
    )
    .map(({ group: { name, ...group } }) => [name, group] as const);
  return { ...plan, spec: { ...plan.spec, nodes: Object.fromEntries(nodes) } };
}

async function asked<K extends keyof ChangeFacts, T>(
  name: K,
  isWanted: boolean,
  work: () => Promise<T>,
): Promise<Partial<Record<K, Look<T>>>> {
  return isWanted ? ({ [name]: await look(work) } as Partial<Record<K, Look<T>>>) : {};
}
