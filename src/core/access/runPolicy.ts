import type { Plan } from '../plan/plan.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { changeNeeds, resourceChanges } from './changeNeeds.ts';
import { policyDocument, type PolicyDocument, type PolicyStatement } from './policyDocument.ts';
import { needRows, resourceNeeds } from './resourceNeeds.ts';
import {
  commonNeeds,
  existingVpcNeeds,
  givenKeyNeeds,
  imageNeeds,
  leavingNeeds,
  namedUserNeeds,
  stagingNeeds,
  type Reach,
} from './runNeeds.ts';
import { needOf, placeOf, reaches, type RunNeed } from './runReaches.ts';

/** IAM takes managed policies of 6,144 characters, white space not counted (IAM quotas). */
export const managedPolicyCharacters = 6_144;

/**
 * Everything that a plan's cluster needs in its life, and nothing more: what CloudFormation, EKS and this program call in the caller's
 * name to create, explain, update, upgrade and delete it, and to look for drift and for what is left. `principalArn`: who is to have it; default: whoever made the plan. As few documents as hold it, each short enough for a managed policy.
 */
export function runPolicy(plan: Plan, principalArn?: string): PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  let open: PolicyStatement[] = [];
  for (const { statement } of runNeeds(plan, principalArn)) {
    if (open.length > 0 && lengthOf([...open, statement]) > managedPolicyCharacters) {
      documents.push(policyDocument(open));
      open = [];
    }
    open.push(statement);
  }
  return [...documents, policyDocument(open)];
}

const lengthOf = (statements: readonly PolicyStatement[]) =>
  JSON.stringify(policyDocument(statements)).replace(/\s/g, '').length;

/** @throws TypeError for a resource type that the table does not have. */
export function runNeeds(plan: Plan, principalArn?: string): RunNeed[] {
  const actions = new Map<Reach, Set<string>>();
  const add = (needs: Readonly<Partial<Record<Reach, string>>>) => {
    for (const [reach, words] of Object.entries(needs) as [Reach, string][]) {
      const known = actions.get(reach) ?? new Set();
      actions.set(reach, known);
      for (const action of words.split(' ')) known.add(action);
    }
  };
  add(commonNeeds);
  add(leavingNeeds);
  add(changeNeeds);
  if (plan.stacks.some(({ staged }) => staged)) add(stagingNeeds);
  if (plan.spec.encryption.key.startsWith('arn:')) add(givenKeyNeeds);
  if (plan.spec.access.administrators.some(arn => /:user\//.test(arn))) add(namedUserNeeds);
  if (plan.spec.network.vpc) add(existingVpcNeeds);
  if (nodeGroups(plan.spec).some(({ kind }) => kind === 'self-managed')) add(imageNeeds);
  for (const [type, properties] of plannedResources(plan)) {
    for (const row of needRows(type, properties)) {
      const needs = resourceNeeds[row];
      if (!needs) throw new TypeError(`which permissions ${row} needs is not known`);
      add(needs);
      add(resourceChanges[row] ?? {});
    }
  }
  const place = placeOf(plan, principalArn);
  return (Object.keys(reaches) as Reach[]).flatMap(reach => {
    const known = actions.get(reach);
    return known ? [needOf(reach, [...known].sort(), place)] : [];
  });
}

export function plannedResources({ stacks }: Plan): [type: string, properties: Readonly<Record<string, unknown>>][] {
  return stacks.flatMap(({ template }) =>
    Object.values(template.Resources).map(
      ({ Type, Properties = {} }) => [Type, Properties as Record<string, unknown>] as const,
    ),
  ) as [string, Record<string, unknown>][];
}
