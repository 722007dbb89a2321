import { minuteText } from '../minuteText.ts';
import { insightWords, isMendedBySteps } from './insights.ts';
import type { AddonFacts, GroupFacts, InsightFacts, UpgradeFacts } from './upgradeFacts.ts';
import { minorOf, rollbackDays, upgradeRefusals, type UpgradeRefusal } from './upgradeRefusals.ts';

export interface UpgradeStepPlan {
  readonly id: 'control-plane' | `addon-${string}` | `nodes-${string}`;
  readonly kind: 'control-plane' | 'addon' | 'managed' | 'self-managed';
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** `stack`: by an update of the stack, so that its template stays true; `api`: what the template leaves to EKS. */
  readonly way: 'stack' | 'api';
  readonly words: string;
}

/** One minor, there or back. Plain data. */
export interface UpgradePlan {
  readonly cluster: string;
  readonly direction: 'up' | 'back';
  readonly from: string;
  readonly to: string;
  /** In order; each waits for the one before. */
  readonly steps: readonly UpgradeStepPlan[];
  readonly refusals: readonly UpgradeRefusal[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  /** Everything that EKS has looked at, that which passes, too. */
  readonly insights: readonly InsightFacts[];
  /** Until when the last upgrade can be taken back, ISO; undefined: it cannot, or not any more. */
  readonly rollbackUntil: string | undefined;
}

export interface UpgradeWish {
  readonly direction: 'up' | 'back';
  /** Absent: the next minor, there or back. */
  readonly to?: string | undefined;
  readonly force: boolean;
  /** ms since the epoch. */
  readonly now: number;
}

/** The version that an upgrade goes to when none is named: one minor at a time. */
export function targetVersion(version: string, { direction, to }: Pick<UpgradeWish, 'direction' | 'to'>): string {
  return to ?? `1.${minorOf(version) + (direction === 'up' ? 1 : -1)}`;
}

/** What is to be done, or why not. Pure. */
export function upgradePlan(facts: UpgradeFacts, wish: UpgradeWish): UpgradePlan {
  const { direction } = wish;
  const to = targetVersion(facts.version, wish);
  const plane = facts.version === to ? [] : [controlPlane(facts, to, direction)];
  const nodes = facts.groups.flatMap(group => nodeStep(group, to, direction));
  const addons = inAddonOrder(facts.addons);
  const ups = addons.flatMap(addon => addonUp(addon));
  const backs = addons.flatMap(addon => addonBack(addon));
  // Nodes are never newer than the control plane: up it goes first, back it goes last, but for add-ons that run with one of both only.
  const steps =
    direction === 'up'
      ? [...plane, ...ups, ...nodes]
      : [
          ...nodes,
          ...backs.filter(({ before }) => before).map(({ step }) => step),
          ...plane,
          ...backs.filter(({ before }) => !before).map(({ step }) => step),
        ];
  const refusals = upgradeRefusals(facts, to, wish, steps);
  const { name: cluster, version: from, insights } = facts;
  const whole = { cluster, direction, from, to, refusals, insights, rollbackUntil: rollbackUntil(facts, wish) };
  // Of a version that cannot be gone to there is nothing to tell.
  if (refusals.some(({ code }) => code.startsWith('version-') || code === 'one-minor'))
    return { ...whole, steps: [], warnings: [], notes: [] };
  return {
    ...whole,
    steps,
    warnings: warningsOf(facts, wish, steps),
    notes: notesOf(facts, to, wish),
  };
}

function controlPlane(facts: UpgradeFacts, to: string, direction: 'up' | 'back'): UpgradeStepPlan {
  const common = { id: 'control-plane', kind: 'control-plane', name: facts.name, from: facts.version, to } as const;
  if (direction === 'back')
    return { ...common, way: 'api', words: `The control plane goes back to ${to}; what is in the cluster stays.` };
  // After a rollback the stack says the version already, and would change nothing.
  const way = facts.stackVersion === undefined || facts.stackVersion === to ? 'api' : 'stack';
  return { ...common, way, words: `The control plane goes to ${to}, about 10 minutes; its API stays reachable.` };
}

/** Networking first: what the nodes' own agents need. */
const addonOrder = ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent', 'coredns'];

function inAddonOrder(addons: readonly AddonFacts[]): AddonFacts[] {
  const place = ({ name }: AddonFacts) => (addonOrder.includes(name) ? addonOrder.indexOf(name) : addonOrder.length);
  return addons.toSorted((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

/** EKS's default for the target; never an older one that is not needed, as the default may be behind what somebody chose. */
function addonUp({ name, version, compatible, defaultVersion, pinned }: AddonFacts): UpgradeStepPlan[] {
  if (defaultVersion === undefined || defaultVersion === version || pinned) return [];
  const runs = compatible.includes(version);
  return runs && isNewer(version, defaultVersion) ? [] : [addonStep(name, version, defaultVersion, runs)];
}

/** Only what does not run with the target: to the newest that runs with both, else with the target, once that is there. */
function addonBack({ name, version, compatible, compatibleNow, defaultVersion }: AddonFacts) {
  if (compatible.includes(version)) return [];
  const both = compatible.filter(candidate => compatibleNow.includes(candidate));
  const [newest] = both.toSorted((a, b) => (isNewer(a, b) ? -1 : 1));
  const to =
    defaultVersion !== undefined && both.includes(defaultVersion) ? defaultVersion : (newest ?? defaultVersion);
  return to === undefined ? [] : [{ before: newest !== undefined, step: addonStep(name, version, to, false) }];
}

function addonStep(name: string, from: string, to: string, runs: boolean): UpgradeStepPlan {
  const words = `Add-on ${name} ${from} → ${to}${runs ? '' : ', as the present one does not run with the version'}.`;
  return { id: `addon-${name}`, kind: 'addon', name, from, to, way: 'api', words };
}

function nodeStep(group: GroupFacts, to: string, direction: 'up' | 'back'): UpgradeStepPlan[] {
  const { name, kind, version, ownImage } = group;
  if (ownImage || version === undefined || version === to) return [];
  if (direction === 'back' ? minorOf(version) < minorOf(to) : minorOf(version) > minorOf(to)) return [];
  const words =
    kind === 'managed'
      ? `Node group ${name} ${version} → ${to}: each node is drained and replaced, PodDisruptionBudgets kept.`
      : `Self-managed group ${name} ${version} → ${to}: a new image, instances replaced one after the other. They are not drained.`;
  return [{ id: `nodes-${name}`, kind, name, from: version, to, way: kind === 'managed' ? 'api' : 'stack', words }];
}

/** EKS counts from the end of the upgrade; its beginning, minutes earlier, is on the safe side. */
function rollbackUntil({ version, lastUpgrade }: UpgradeFacts, { now }: Pick<UpgradeWish, 'now'>): string | undefined {
  if (lastUpgrade?.to !== version) return undefined;
  const until = lastUpgrade.at + rollbackDays * 86_400_000;
  return until > now ? new Date(until).toISOString() : undefined;
}

function warningsOf(
  { insights, addons, groups }: UpgradeFacts,
  { direction, force }: UpgradeWish,
  steps: readonly UpgradeStepPlan[],
): string[] {
  return [
    ...insights.flatMap(insight => {
      const { status } = insight;
      if (status === 'WARNING' || status === 'UNKNOWN') return [`${status}: ${insightWords(insight)}`];
      if (status !== 'ERROR') return [];
      if (direction === 'back' && isMendedBySteps(insight, steps))
        return [`${status}: ${insightWords(insight)} The rollback's own steps mend that first; EKS then looks again.`];
      return force ? [`${status}: ${insightWords(insight)}`] : [];
    }),
    ...insights.flatMap(({ deprecations }) =>
      deprecations.map(
        ({ usage, replacedWith, stopServing, clients }) =>
          `${usage} is not served any more from ${stopServing ?? 'a later version'} on${replacedWith ? `; use ${replacedWith}` : ''}${clients.length > 0 ? `. Called by ${clients.join(', ')}` : ''}.`,
      ),
    ),
    ...addons
      .filter(({ compatible, defaultVersion }) => compatible.length === 0 && defaultVersion === undefined)
      .map(({ name }) => `EKS tells no version of the add-on ${name} that runs with it; it stays as it is.`),
    ...addons
      .filter(({ pinned, compatible, version }) => pinned && compatible.includes(version))
      .map(({ name, version }) => `Add-on ${name} stays at ${version}, as the spec says.`),
    ...groups
      .filter(({ ownImage }) => ownImage)
      .map(({ name }) => `Group ${name} has an image of your own: give nodes.${name}.ami a newer one, then update.`),
  ];
}

function notesOf(facts: UpgradeFacts, to: string, wish: UpgradeWish): string[] {
  const { fargateProfiles, autoMode, version, offered, lastUpgrade } = facts;
  const { direction } = wish;
  const until = rollbackUntil(facts, wish);
  const fargate = fargateProfiles.join(', ');
  const extended = offered.find(row => row.version === to)?.support === 'extended';
  const common = extended ? [`Kubernetes ${to} is in extended support, at the higher price.`] : [];
  if (direction === 'back')
    return [
      ...common,
      ...(until === undefined || !lastUpgrade
        ? []
        : [
            `The upgrade to ${version} was on ${minuteText(lastUpgrade.at)}; it can be taken back until ${minuteText(until)}.`,
          ]),
      `What version ${version} has written to etcd stays there; resources that only it knows cannot be read any more.`,
      ...(fargateProfiles.length > 0
        ? [
            `Pods on Fargate (${fargate}) that were started with ${version} must be deleted first: they are never newer than the control plane.`,
          ]
        : []),
      `The cluster's stack goes on saying ${version}: CloudFormation takes no version back. The next upgrade makes it true again.`,
    ];
  return [
    ...common,
    ...(until === undefined || version === to
      ? []
      : [
          `Until ${minuteText(until)} the last upgrade, to ${version}, could still be taken back; this one ends that: only the last is ever taken back.`,
        ]),
    `For 7 days it can be taken back to ${version}: private-eks upgrade ${facts.name} --rollback. For that no node may be newer than ${version} and no add-on may need ${to}.`,
    ...(fargateProfiles.length > 0
      ? [`Pods on Fargate (${fargate}) keep their version until they are made again: kubectl rollout restart.`]
      : []),
    ...(autoMode ? ['EKS Auto Mode replaces its nodes by itself, in the days after.'] : []),
  ];
}

/** `v1.20.4-eksbuild.2` is newer than `v1.20.4-eksbuild.1`. */
function isNewer(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) > 0;
}
