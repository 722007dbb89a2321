import type { Plan } from '../plan/plan.ts';
import { stackName } from '../plan/stackName.ts';
import type { PreflightFacts } from './gatherFacts.ts';
import { ownStack } from './judgeAccount.ts';
import { unknownOf } from './look.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';
import { principalName, type IamPrincipal, type PrincipalFacts } from './principalLooks.ts';

const pods = 'pods.eks.amazonaws.com';

/**
 * Roles and users that the spec names: EKS refuses one that is not there, or is written without its path, once the control plane has
 * been made. Where the stack that names them stands already, nothing may come of it.
 */
export function judgePrincipals(plan: Plan, facts: Pick<PreflightFacts, 'principals' | 'stacks'>): PreflightFinding[] {
  const severity = ownStack(plan, facts, stackName(plan.spec.name, 'identity')) ? 'warning' : 'error';
  return (facts.principals ?? []).flatMap(one => judgePrincipal(one, severity));
}

function judgePrincipal(one: PrincipalFacts, severity: 'error' | 'warning'): PreflightFinding[] {
  const { arn, specPath, forPods, found } = one;
  const what = `${kindOf(arn)} ${principalName(arn)}`;
  const of = (grade: typeof severity, code: string, message: string, fix: string, ...evidence: string[]) => [
    finding(grade, code, message, fix, { specPath, evidence: [arn, ...evidence] }),
  ];
  if (!found) {
    const refused = `It is of account ${arn.split(':')[4]}.`;
    return unknownOf({ refused }, `whether the ${what} exists`, specPath);
  }
  if (!('seen' in found)) return unknownOf(found, `whether the ${what} exists`, specPath);
  const { seen } = found;
  if (!seen)
    return of(
      severity,
      'principal-missing',
      `There is no ${what} in the account.`,
      `Name a ${kindOf(arn)} that exists, with its path if it has one.`,
    );
  if (seen.arn !== arn)
    return of(
      severity,
      'principal-other-path',
      `The ${what} has another ARN than the spec names, and EKS takes it by its own alone, path included.`,
      `Write ${seen.arn}.`,
      `IAM has ${seen.arn}`,
    );
  return forPods ? judgeTrust(seen, what, severity, of) : [];
}

type Finder = (
  grade: 'error' | 'warning',
  code: string,
  message: string,
  fix: string,
  ...evidence: string[]
) => PreflightFinding[];

function judgeTrust({ trust = '{}' }: IamPrincipal, what: string, severity: 'error' | 'warning', of: Finder) {
  const missing = ['sts:AssumeRole', 'sts:TagSession'].filter(action => !trusts(trust, action));
  const fix = `Allow ${pods} ${missing.join(' and ')} in its trust policy.`;
  if (missing.includes('sts:AssumeRole'))
    return of(severity, 'pod-role-trust', `The trust policy of the ${what} does not let ${pods} take it.`, fix, trust);
  if (missing.length === 0) return [];
  const message = `The trust policy of the ${what} lets ${pods} put no tags on its sessions: pods get no credentials.`;
  return of('warning', 'pod-role-session-tags', message, fix, trust);
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
}

/** Whether a statement allows EKS's Pod Identity this, under whatever condition. */
function trusts(trust: string, action: string): boolean {
  const { Statement: statements = [] } = JSON.parse(trust) as { Statement?: Statement | Statement[] };
  return [statements].flat().some(({ Effect, Principal, Action }) => {
    const services = Principal === '*' ? [pods] : [(Principal as { Service?: unknown } | undefined)?.Service].flat();
    const covers = [Action].flat().some(one => ['*', 'sts:*', action].includes(String(one)));
    return Effect === 'Allow' && services.includes(pods) && covers;
  });
}

const kindOf = (arn: string): 'user' | 'role' => (/:user\//.test(arn) ? 'user' : 'role');
