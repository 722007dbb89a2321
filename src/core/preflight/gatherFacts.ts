import { callerIdentity, type CallerIdentity } from '../aws/identity.ts';
import type { StackView } from '../aws/stack.ts';
import type { Plan } from '../plan/plan.ts';
import {
  credentialsEnd,
  linkedServicesOf,
  policySource,
  standingCluster,
  standingLogGroup,
  standingStacks,
} from './accountLooks.ts';
import { lookAtBucket, lookAtKey, type BucketFacts, type KeyFacts } from './givenLooks.ts';
import { look, type Look, type Looker } from './look.ts';
import { simulate, type SimulatedAction } from './permissionLooks.ts';
import { dryRun, imageParameters, missingImages, offeredTypes, plannedTypes } from './placeLooks.ts';
import { lookAtPrincipals, namedPrincipals, type PrincipalFacts } from './principalLooks.ts';
import { lookAtQuotas, type QuotaFacts } from './quotaLooks.ts';

/** Everything that is looked at before a run, in plain values. A look that the plan does not need is absent. */
export interface PreflightFacts {
  readonly caller: CallerIdentity;
  /** Real time, ms: now, and when the credentials end; undefined for keys that do not end, or do not tell. */
  readonly now: number;
  readonly credentialsEnd: number | undefined;
  readonly stacks: Look<readonly StackView[]>;
  readonly cluster: Look<string | undefined>;
  readonly logGroup?: Look<boolean>;
  readonly offered?: Look<ReadonlySet<string>>;
  readonly missingImages?: Look<readonly string[]>;
  readonly dryRun?: Look<string | undefined>;
  readonly linkedServices: Look<readonly string[]>;
  /** Absent for the account's root, whom no policy of the account holds. */
  readonly permissions?: Look<readonly SimulatedAction[]>;
  readonly bucket?: Look<BucketFacts>;
  readonly key?: Look<KeyFacts | undefined>;
  /** Roles and users that the spec names. */
  readonly principals?: readonly PrincipalFacts[];
  readonly quotas: QuotaFacts;
}

/** Reads and changes nothing. @throws PrivateEksError when AWS cannot be asked at all */
export async function gatherPreflight(plan: Plan, looker: Looker, now = Date.now()): Promise<PreflightFacts> {
  const caller = await callerIdentity(looker.session, looker.signal);
  const needsImages = imageParameters(plan).length > 0;
  const staged = plan.stacks.some(stack => stack.staged);
  const [
    end,
    stacks,
    cluster,
    logGroup,
    offered,
    images,
    dry,
    linkedServices,
    permissions,
    bucket,
    key,
    principals,
    quotas,
  ] = await Promise.all([
    credentialsEnd(looker),
    look(() => standingStacks(plan, looker)),
    look(() => standingCluster(plan, looker)),
    when(
      plan.stacks.some(({ kind }) => kind === 'logs'),
      () => look(() => standingLogGroup(plan, looker)),
    ),
    when(plannedTypes(plan).length > 0, () => look(() => offeredTypes(plan, looker))),
    when(needsImages, () => look(() => missingImages(plan, looker))),
    when(makesNetwork(plan), () => look(() => dryRun(plan, looker))),
    look(() => linkedServicesOf(looker)),
    permissionLook(plan, caller, looker),
    when(staged, () => look(() => lookAtBucket(plan, looker))),
    when(plan.spec.encryption.key.startsWith('arn:'), () => look(() => lookAtKey(plan, looker))),
    when(namedPrincipals(plan).length > 0, () => lookAtPrincipals(plan, looker)),
    lookAtQuotas(plan, looker),
  ]);
  return {
    caller,
    now,
    credentialsEnd: end,
    stacks,
    cluster,
    linkedServices,
    quotas,
    ...(logGroup && { logGroup }),
    ...(offered && { offered }),
    ...(images && { missingImages: images }),
    ...(dry && { dryRun: dry }),
    ...(permissions && { permissions }),
    ...(bucket && { bucket }),
    ...(key && { key }),
    ...(principals && { principals }),
  };
}

async function permissionLook(
  plan: Plan,
  caller: CallerIdentity,
  looker: Looker,
): Promise<Look<SimulatedAction[]> | undefined> {
  if (/:root$/.test(caller.arn)) return undefined;
  return look(async () => simulate(plan, (await policySource(caller, looker)) ?? caller.arn, looker));
}

/** Only what makes something in EC2 first can be tried dry. */
const makesNetwork = ({ stacks }: Plan) => stacks.some(({ kind }) => kind === 'network' || kind === 'endpoints');

async function when<T>(wanted: boolean, work: () => Promise<T>): Promise<T | undefined> {
  return wanted ? work() : undefined;
}
