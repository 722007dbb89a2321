import { runNeeds } from '../access/runPolicy.ts';
import type { RunNeed } from '../access/runReaches.ts';
import { signalOption } from '../aws/identity.ts';
import type { Plan } from '../plan/plan.ts';
import type { Looker } from './look.ts';

/** What IAM's simulator says of one action on one resource. */
export interface SimulatedAction {
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** Condition keys that a policy asks for and nobody can know before the call: the decision then is no more than a guess. */
  readonly missing: readonly string[];
  readonly byBoundary: boolean;
  readonly byOrganization: boolean;
  /** AWS names it with what is made; a run may go without. */
  readonly named: boolean;
}

/** IAM takes no more in one call. */
const actionsPerCall = 100;
const callsAtOnce = 4;

/** Everything that the plan's cluster needs in its life, asked of the simulator. */
export async function simulate(plan: Plan, PolicySourceArn: string, looker: Looker): Promise<SimulatedAction[]> {
  return simulateNeeds(runNeeds(plan, PolicySourceArn), PolicySourceArn, looker);
}

/** Statement by statement. */
export async function simulateNeeds(
  needs: readonly RunNeed[],
  PolicySourceArn: string,
  looker: Looker,
): Promise<SimulatedAction[]> {
  const calls = needs.flatMap(need =>
    chunks(need.statement.Action, actionsPerCall).map(actions => ({ need, actions })),
  );
  const results: SimulatedAction[] = [];
  for (const batch of chunks(calls, callsAtOnce))
    results.push(...(await Promise.all(batch.map(call => ask(call, PolicySourceArn, looker)))).flat());
  return results;
}

async function ask(
  { need, actions }: { readonly need: RunNeed; readonly actions: readonly string[] },
  PolicySourceArn: string,
  { session, signal }: Looker,
): Promise<SimulatedAction[]> {
  const { paginateSimulatePrincipalPolicy } = await import('@aws-sdk/client-iam');
  const client = await session.client('iam');
  const input = {
    PolicySourceArn,
    ActionNames: [...actions],
    ResourceArns: [...new Set(actions.flatMap(need.resourcesOf))],
    ContextEntries: Object.entries(need.context).map(([ContextKeyName, ContextKeyValues]) => ({
      ContextKeyName,
      ContextKeyValues: [...ContextKeyValues],
      ContextKeyType: 'string' as const,
    })),
  };
  const results: SimulatedAction[] = [];
  for await (const page of paginateSimulatePrincipalPolicy({ client }, input, signalOption(signal)))
    for (const result of page.EvaluationResults ?? []) {
      const action = result.EvalActionName ?? '';
      const wanted = need.resourcesOf(action);
      const common = {
        action,
        named: need.named,
        byBoundary: result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false,
        byOrganization: result.OrganizationsDecisionDetail?.AllowedByOrganizations === false,
      };
      // Every action was asked of every resource; only some of the pairs are ever needed.
      const specific = (result.ResourceSpecificResults ?? []).filter(({ EvalResourceName = '' }) =>
        wanted.includes(EvalResourceName),
      );
      if (specific.length === 0)
        results.push({
          ...common,
          resource: result.EvalResourceName ?? '*',
          decision: result.EvalDecision ?? 'implicitDeny',
          missing: result.MissingContextValues ?? [],
        });
      for (const one of specific)
        results.push({
          ...common,
          resource: one.EvalResourceName ?? '*',
          decision: one.EvalResourceDecision ?? 'implicitDeny',
          missing: one.MissingContextValues ?? [],
          byBoundary:
            one.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false || common.byBoundary,
        });
    }
  return results;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
