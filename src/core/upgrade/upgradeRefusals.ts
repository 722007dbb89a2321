import { insightWords, isMendedBySteps } from './insights.ts';
import type { UpgradeFacts } from './upgradeFacts.ts';
import type { UpgradeStepPlan, UpgradeWish } from './upgradePlan.ts';

export interface UpgradeRefusal {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** `--force` lets it through. */
  readonly byForce: boolean;
}

const day = 86_400_000;
export const rollbackDays = 7;

export function minorOf(version: string): number {
  return Number(version.slice(version.indexOf('.') + 1));
}

/** How many minors a kubelet may be behind the API server: 3 since 1.28, 2 before (Kubernetes' version skew policy). */
export function kubeletSkew(controlPlane: string): number {
  return minorOf(controlPlane) >= 28 ? 3 : 2;
}

/**
 * Everything that stands in the way, the most telling first. With `force` what EKS itself lets through by force is left out; what the
 * `steps` of a rollback mend on their way is left out, too.
 */
export function upgradeRefusals(
  facts: UpgradeFacts,
  to: string,
  wish: UpgradeWish,
  steps: readonly UpgradeStepPlan[],
): UpgradeRefusal[] {
  const all = [
    ...versionRefusals(facts, to, wish),
    ...(wish.direction === 'back' ? rollbackRefusals(facts, to, wish.now) : []),
    ...stateRefusals(facts),
    ...nodeRefusals(facts, to, wish),
    ...addonRefusals(facts, to),
    ...insightRefusals(facts, wish, steps),
  ];
  return wish.force ? all.filter(({ byForce }) => !byForce) : all;
}

const refusal = (code: string, message: string, fix: string, byForce = false): UpgradeRefusal => ({
  code,
  message,
  fix,
  byForce,
});

function versionRefusals({ version, offered, name }: UpgradeFacts, to: string, { direction }: UpgradeWish) {
  if (!/^1\.\d+$/.test(to)) return [refusal('version-unknown', `${to} is no Kubernetes version.`, 'Give it as 1.37.')];
  const step = minorOf(to) - minorOf(version);
  const next = direction === 'up' ? `1.${minorOf(version) + 1}` : `1.${minorOf(version) - 1}`;
  // The control plane is there: what is left are add-ons and nodes.
  if (step === 0 && direction === 'up') return [];
  if (step === 0) return [refusal('version-same', `${name} runs ${version} already.`, 'There is nothing to do.')];
  if (step < 0 && direction === 'up')
    return [
      refusal(
        'version-older',
        `${name} runs ${version}, which is newer than ${to}.`,
        `To go back one minor: private-eks upgrade ${name} --rollback.`,
      ),
    ];
  if (Math.abs(step) !== 1 || step > 0 !== (direction === 'up'))
    return [
      refusal(
        'one-minor',
        `From ${version} to ${to} is more than one minor; EKS takes one at a time.`,
        `First --to ${next}, then the next.`,
      ),
    ];
  const found = offered.find(row => row.version === to);
  const newest = offered[0]?.version ?? 'none';
  if (!found || found.support === 'unsupported')
    return [
      refusal(
        'version-not-offered',
        `EKS does not offer Kubernetes ${to} here; the newest is ${newest}.`,
        to === next ? 'There is nothing newer to go to yet.' : `Choose ${next}.`,
      ),
    ];
  return [];
}

function rollbackRefusals(facts: UpgradeFacts, to: string, now: number): UpgradeRefusal[] {
  const { name, version, lastUpgrade, supportType, offered } = facts;
  if (lastUpgrade?.to !== version)
    return [
      refusal(
        'created-at-version',
        `${name} was made at ${version}, or was not upgraded to it in place: there is nothing to take back.`,
        'Only an upgrade can be taken back, and only the last one.',
      ),
    ];
  const days = (now - lastUpgrade.at) / day;
  const late =
    days > rollbackDays
      ? [
          refusal(
            'rollback-too-late',
            `The upgrade to ${version} was ${Math.floor(days)} days ago; it can be taken back for ${rollbackDays}.`,
            'There is no way back any more; go on with what is there, or make a new cluster.',
          ),
        ]
      : [];
  const extended = offered.find(row => row.version === to)?.support === 'extended';
  const policy =
    extended && supportType === 'STANDARD'
      ? [
          refusal(
            'support-policy',
            `${to} is in extended support, and the cluster's policy is standard.`,
            'Set controlPlane.support: extended in the spec, update, then roll back.',
          ),
        ]
      : [];
  return [...late, ...policy];
}

function stateRefusals({ name, status, groups, addons }: UpgradeFacts): UpgradeRefusal[] {
  if (status !== 'ACTIVE')
    return [
      refusal(
        'cluster-not-active',
        `${name} is ${status}.`,
        'Wait until it is ACTIVE; EKS takes one update at a time.',
      ),
    ];
  return [
    ...groups
      .filter(group => group.kind === 'managed' && !/^(ACTIVE|DEGRADED)$/.test(group.status))
      .map(group =>
        refusal(
          'group-not-active',
          `Node group ${group.name} is ${group.status}.`,
          'Wait until it is ACTIVE, or remove it.',
        ),
      ),
    ...addons
      .filter(addon => /_FAILED$|^(CREATING|UPDATING|DELETING)$/.test(addon.status))
      .map(addon =>
        refusal(
          'addon-not-active',
          `Add-on ${addon.name} is ${addon.status}.`,
          'Repair it first; status shows its issues.',
        ),
      ),
  ];
}

function nodeRefusals({ groups }: UpgradeFacts, to: string, { direction }: UpgradeWish): UpgradeRefusal[] {
  if (direction === 'back')
    return groups
      .filter(({ ownImage, version }) => ownImage && version !== undefined && minorOf(version) > minorOf(to))
      .map(({ name, version }) =>
        refusal(
          'nodes-newer',
          `Group ${name} runs ${version} from an image of your own: no node may be newer than the control plane.`,
          `Give nodes.${name}.ami an image of ${to}, update, then roll back.`,
        ),
      );
  return groups
    .filter(({ version }) => version !== undefined && minorOf(to) - minorOf(version) > kubeletSkew(to))
    .map(({ name, version }) =>
      refusal(
        'nodes-too-old',
        `Group ${name} runs ${version}; with a control plane of ${to} a node may be ${kubeletSkew(to)} minors behind.`,
        `Bring its nodes to at least 1.${minorOf(to) - kubeletSkew(to)} first.`,
      ),
    );
}

function addonRefusals({ addons }: UpgradeFacts, to: string): UpgradeRefusal[] {
  return addons
    .filter(({ pinned, version, compatible }) => pinned && compatible.length > 0 && !compatible.includes(version))
    .map(({ name, version, defaultVersion }) =>
      refusal(
        'addon-pinned',
        `The spec holds the add-on ${name} at ${version}, which does not run with ${to}.`,
        `Set addons.${name}.version to ${defaultVersion ?? 'one that does'}, or leave it out, and update first.`,
      ),
    );
}

function insightRefusals(
  { insights }: UpgradeFacts,
  { direction }: UpgradeWish,
  steps: readonly UpgradeStepPlan[],
): UpgradeRefusal[] {
  return insights
    .filter(({ status }) => status === 'ERROR')
    .filter(insight => direction === 'up' || !isMendedBySteps(insight, steps))
    .map(insight =>
      refusal(
        'insight-error',
        `EKS says that the cluster is not ready: ${insightWords(insight)}`,
        insight.recommendation ??
          (direction === 'up' ? 'Mend it, or go on with --force.' : 'Mend it, or roll back with --force.'),
        true,
      ),
    );
}
