import type * as Sdk from '@aws-sdk/client-iam';
import type { CallContext } from '../../kernel/account.ts';
import { practiceCredential } from '../../kernel/credential.ts';
import { evaluate, type Evaluation } from './evaluation.ts';
import { list, type AccessRequest, type ContextKeys, type Policy } from './policy.ts';
import { grantedTo, principalKeys } from './principalPolicies.ts';
import { invalid, noSuchEntity, page, rows } from './rows.ts';
import { simulatedControlPolicies } from './serviceControlPolicies.ts';

const decisions = { allow: 'allowed', 'explicit-deny': 'explicitDeny', 'implicit-deny': 'implicitDeny' } as const;

/** A role acts by a session of it. */
function principalOf(arn: string, { account }: CallContext) {
  const { accountId } = account;
  const role = rows({ account }, 'roles').find(row => row.Arn === arn);
  if (role)
    return { accountId, arn: account.arn('sts', '', `assumed-role/${role.RoleName}/simulated`), userId: role.RoleId };
  if (arn === practiceCredential(account).principal.arn) return practiceCredential(account).principal;
  throw noSuchEntity(`Invalid Entity Arn: ${arn} does not exist.`);
}

/** Keys that the conditions of statements about this action and resource ask for, and nobody gave. */
function missing(policies: readonly Policy[], request: AccessRequest): string[] {
  const asked = policies.flatMap(({ Statement, ...policy }) =>
    list(Statement).flatMap(({ Condition, ...bare }) =>
      !Condition || evaluate([{ ...policy, Statement: bare }], request).decision === 'implicit-deny'
        ? []
        : Object.values(Condition).flatMap(wants => Object.keys(wants)),
    ),
  );
  return [...new Set(asked)].filter(key => request.keys[key.toLowerCase()] === undefined);
}

export const simulationOperations = {
  SimulatePrincipalPolicy(input: Sdk.SimulatePrincipalPolicyRequest, context: CallContext): object {
    const { PolicySourceArn = '', ActionNames = [], ResourceArns, ContextEntries = [] } = input;
    const malformed = ActionNames.find(action => !/^[\w-]+:\w+$/.test(action));
    if (malformed !== undefined) throw invalid(malformed, 'actionNames', 'be an action of a service');
    const principal = principalOf(PolicySourceArn, context);
    const { policies } = grantedTo(principal, context.account);
    const organization = simulatedControlPolicies(context.account);
    const given = ContextEntries.map(({ ContextKeyName = '', ContextKeyValues = [] }) => [
      ContextKeyName.toLowerCase(),
      ContextKeyValues,
    ]);
    const keys = { ...principalKeys(principal, context.account), ...(Object.fromEntries(given) as ContextKeys) };
    const results = ActionNames.map(action => {
      const resources = (ResourceArns ?? ['*']).map(resource => {
        const request = { action, resource, keys };
        const forbidden = organization && evaluate(organization, request).decision !== 'allow';
        const own: Evaluation = evaluate(policies, request);
        const decision = forbidden ? ('explicit-deny' as const) : own.decision;
        return { resource, forbidden, decision, unknown: missing(policies, request) };
      });
      const worst = resources.find(({ decision }) => decision !== 'allow') ?? resources[0];
      return {
        EvalActionName: action,
        EvalResourceName: resources[0]?.resource,
        EvalDecision: decisions[worst?.decision ?? 'allow'],
        MatchedStatements: [],
        MissingContextValues: ResourceArns ? [] : (worst?.unknown ?? []),
        ...(organization && {
          OrganizationsDecisionDetail: { AllowedByOrganizations: !resources.some(({ forbidden }) => forbidden) },
        }),
        ResourceSpecificResults: (ResourceArns ? resources : []).map(({ resource, decision, unknown }) => ({
          EvalResourceName: resource,
          EvalResourceDecision: decisions[decision],
          MissingContextValues: unknown,
        })),
      };
    });
    return page('EvaluationResults', results, input);
  },
};
