import type { Plan } from '../plan/plan.ts';
import { changedOnly } from '../access/changeNeeds.ts';
import { lookedOnly } from '../access/runNeeds.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import type { PreflightFacts } from './gatherFacts.ts';
import { seenOf, unknownOf } from './look.ts';
import type { SimulatedAction } from './permissionLooks.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';

type Why = 'organization' | 'boundary' | 'explicit' | 'missing' | 'guess';

interface Words {
  readonly say: (actions: string) => string;
  readonly fix: string;
}

const askAdministrator =
  'Ask whoever administers the account for the policy that “private-eks policy run -f FILE” writes.';
const words: Readonly<Record<Why, Words>> = {
  organization: {
    say: actions => `A service control policy of the organization forbids ${actions}.`,
    fix: 'Nobody in this account can give it: ask whoever administers the organization, or use another account or region.',
  },
  boundary: {
    say: actions => `The caller’s permissions boundary does not let through ${actions}.`,
    fix: 'Ask for a wider boundary, or use another role: policies of the role alone do not help.',
  },
  explicit: {
    say: actions => `A policy of the caller denies ${actions}.`,
    fix: 'A Deny wins over every Allow: ask for it to be lifted, or use another role.',
  },
  missing: { say: actions => `The caller has no permission for ${actions}.`, fix: askAdministrator },
  guess: {
    say: actions => `Whether the caller may do ${actions} depends on conditions that nobody knows before the call.`,
    fix: 'Compare the caller’s policies with what “private-eks policy run -f FILE” writes.',
  },
};

type Use = 'look' | 'change' | 'end' | 'perhaps' | 'named';
const uses: Readonly<Record<Use, string>> = {
  look: ' Less can be checked beforehand.',
  change: ' It is needed when the cluster is updated, upgraded or looked over.',
  end: ' It is needed when the cluster goes, or a step is repaired.',
  perhaps: ' This update may need it, or its repair.',
  named: ' AWS names it with what is made, but a run may go without.',
};

/** What only comes when the cluster goes, or changes. */
const later = /:(Delete|Untag|Remove|Detach|Disassociate|Schedule|Revoke)/;

type Seen = Pick<PreflightFacts, 'permissions' | 'dryRun'> & Partial<Pick<PreflightFacts, 'linkedServices'>>;

/** `useOf`: what an action is for, where what is planned goes without it. */
export function judgePermissions(
  plan: Plan,
  facts: Seen,
  useOf: (action: string) => Use | undefined = useInCreate,
): PreflightFinding[] {
  const refused = (seenOf(facts.permissions) ?? []).filter(({ decision }) => decision !== 'allowed');
  const roles = refused.filter(isFirstUse);
  return [
    ...unknownOf(
      facts.permissions,
      'whether the caller has every permission; missing ones show when a step needs them',
    ),
    ...unknownOf(facts.linkedServices, 'whether the roles of AWS’s services exist; AWS makes missing ones'),
    ...grouped(
      refused.filter(one => !isFirstUse(one)),
      useOf,
    ),
    ...firstUse(plan, facts, roles[0]),
    ...tried(facts),
  ];
}

/** What goes without, where a create does not need it. */
function useInCreate(action: string): Use | undefined {
  if (lookedOnly.has(action)) return 'look';
  if (changedOnly.has(action)) return 'change';
  return later.test(action) ? 'end' : undefined;
}

const isFirstUse = ({ action }: SimulatedAction) => action === 'iam:CreateServiceLinkedRole';

function whyOf({ byOrganization, byBoundary, missing, decision }: SimulatedAction): Why {
  if (byOrganization) return 'organization';
  if (missing.length > 0) return 'guess';
  if (byBoundary) return 'boundary';
  return decision === 'explicitDeny' ? 'explicit' : 'missing';
}

function severityOf(why: Why, use: Use | undefined): PreflightFinding['severity'] {
  if (why === 'guess') return 'unknown';
  return use === undefined ? 'error' : 'warning';
}

function grouped(refused: readonly SimulatedAction[], useOf: (action: string) => Use | undefined): PreflightFinding[] {
  const groups = new Map<string, SimulatedAction[]>();
  for (const one of refused) {
    const why = whyOf(one);
    const use = one.named ? 'named' : useOf(one.action);
    const key = `${severityOf(why, use)} ${why} ${use ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, group]) => {
    const [severity, why, useKey] = key.split(' ') as [PreflightFinding['severity'], Why, Use | ''];
    const actions = [...new Set(group.map(({ action }) => action))].sort();
    const { say, fix } = words[why];
    const use = severity === 'warning' && useKey !== '' ? uses[useKey] : '';
    return finding(severity, `permission-${why}`, say(list(actions)) + use, fix, {
      evidence: group.map(
        ({ action, resource, decision, missing }) =>
          `${action} on ${resource}: ${decision}${missing.length > 0 ? `, without ${missing.join(', ')}` : ''}`,
      ),
    });
  });
}

/** The whole list is in the evidence. */
function list(actions: readonly string[]): string {
  const shown = actions.slice(0, 12);
  return shown.join(', ') + (actions.length > shown.length ? ` and ${actions.length - shown.length} more` : '');
}

/** Services → the names of their roles. */
const roleNames: Readonly<Record<string, string>> = {
  'eks.amazonaws.com': 'AWSServiceRoleForAmazonEKS',
  'eks-nodegroup.amazonaws.com': 'AWSServiceRoleForAmazonEKSNodegroup',
  'eks-fargate.amazonaws.com': 'AWSServiceRoleForAmazonEKSForFargate',
  'autoscaling.amazonaws.com': 'AWSServiceRoleForAutoScaling',
  'spot.amazonaws.com': 'AWSServiceRoleForEC2Spot',
};

/** Services whose own role the plan needs. */
export function neededServices({ spec }: Plan): string[] {
  const groups = nodeGroups(spec);
  return [
    'eks.amazonaws.com',
    ...(groups.some(({ kind }) => kind === 'managed') ? ['eks-nodegroup.amazonaws.com'] : []),
    ...(groups.length > 0 ? ['autoscaling.amazonaws.com'] : []),
    ...(groups.some(({ capacity }) => capacity === 'spot') ? ['spot.amazonaws.com'] : []),
    ...(Object.keys(spec.fargate).length > 0 ? ['eks-fargate.amazonaws.com'] : []),
  ];
}

/** AWS makes these roles by itself, in the caller's name: only a caller who may not is held up, and only while one is missing. */
function firstUse(plan: Plan, facts: Seen, refused: SimulatedAction | undefined): PreflightFinding[] {
  if (!refused) return [];
  const known = seenOf(facts.linkedServices);
  const missing = neededServices(plan).filter(service => !known?.includes(service));
  if (missing.length === 0) return [];
  const names = missing.map(service => roleNames[service] ?? service).join(', ');
  const message = known
    ? `The account has no ${names} yet, and the caller may not have AWS make them (iam:CreateServiceLinkedRole).`
    : `The caller may not have AWS make ${names} (iam:CreateServiceLinkedRole), and whether they exist is not known.`;
  const fix = `Have them made once: ${missing.map(service => `\`aws iam create-service-linked-role --aws-service-name ${service}\``).join('; ')}`;
  const evidence = [`${refused.action} on ${refused.resource}: ${refused.decision}`];
  return [finding(known ? 'error' : 'warning', 'service-linked-role-missing', message, fix, { evidence })];
}

/** EC2's own verdict on the first thing to be made: the one look that an organization's policies with conditions cannot hide from. */
function tried(facts: Seen): PreflightFinding[] {
  const refusal = seenOf(facts.dryRun);
  const unknown = unknownOf(facts.dryRun, 'whether EC2 would make the network');
  if (refusal === undefined) return unknown;
  const organization = /service control policy/.test(refusal);
  const why = organization ? words.organization : words.missing;
  const action = /not authorized to perform: ([\w-]+:\w+)/.exec(refusal)?.[1] ?? 'the first call to EC2';
  const told = refusal.replace(/\.? ?Encoded authorization failure message: \S+/, '');
  return [
    finding('error', organization ? 'permission-organization' : 'permission-missing', why.say(action), why.fix, {
      evidence: [`tried dry: ${told}`],
    }),
  ];
}
