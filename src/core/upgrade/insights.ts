import type { InsightFacts } from './upgradeFacts.ts';
import type { UpgradeStepPlan } from './upgradePlan.ts';

const shown = 10;

/** `Kubelet version skew: Node group is behind. About node group default.` */
export function insightWords({ name, reason, resources }: InsightFacts): string {
  const said = `${name}: ${reason.replace(/\.$/, '')}.`;
  if (resources.length === 0) return said;
  const more = resources.length > shown ? ` and ${resources.length - shown} more` : '';
  return `${said} About ${resources.slice(0, shown).map(shortened).join(', ')}${more}.`;
}

/** The part of an ARN that tells one from another: `node group old`, `add-on coredns`. */
function shortened(resource: string): string {
  if (!resource.startsWith('arn:')) return resource;
  const own = resource.split(':').slice(5).join(':');
  const [kind = '', , name] = own.split('/');
  const noun = nouns[kind];
  return noun === undefined || name === undefined ? own : `${noun} ${name}`;
}

/** Of `KIND/CLUSTER/NAME/UUID`. */
const nouns: Readonly<Record<string, string>> = { nodegroup: 'node group', addon: 'add-on' };

/**
 * Before a rollback EKS says ERROR of nodes and add-ons that are still at the newer version, which the rollback's own steps take back
 * first. EKS looks again when the control plane's turn comes, and refuses then what is still wrong.
 */
export function isMendedBySteps(
  { name, resources }: InsightFacts,
  steps: readonly Pick<UpgradeStepPlan, 'kind'>[],
): boolean {
  // No step reaches Fargate's pods: only whoever runs them can end them.
  if (resources.some(resource => /fargate/i.test(resource))) return false;
  if (/kubelet version skew/i.test(name))
    return steps.some(({ kind }) => kind === 'managed' || kind === 'self-managed');
  return (
    /kube-proxy version skew|add-on version compatibility/i.test(name) && steps.some(({ kind }) => kind === 'addon')
  );
}
