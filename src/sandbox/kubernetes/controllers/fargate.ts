import type { FargateProfile } from '@aws-sdk/client-eks';
import type { ClusterKey, KubeObject } from '../clusterObjects.ts';
import { textAt } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { controllerOf } from './reactions.ts';

/** What EKS labels a pod with that runs on Fargate. */
export const fargateLabel = 'eks.amazonaws.com/fargate-profile';

export interface FargatePodJob {
  readonly region: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly attempt?: number;
}

/** The profile that takes a pod, the first by name. */
export function fargateProfileFor(
  { account, region, cluster }: ClusterKey,
  pod: KubeObject,
): FargateProfile | undefined {
  if (controllerOf(pod)?.kind === 'DaemonSet') return undefined;
  const { namespace, labels = {} } = pod.metadata;
  return account
    .regional<{ profile: FargateProfile }>(region, 'eks.fargateProfiles')
    .entries()
    .filter(([key, { profile }]) => key.startsWith(`${cluster}/`) && profile.status === 'ACTIVE')
    .map(([, { profile }]) => profile)
    .toSorted((a, b) => ((a.fargateProfileName ?? '') < (b.fargateProfileName ?? '') ? -1 : 1))
    .find(({ selectors = [] }) =>
      selectors.some(
        selector =>
          globMatches(selector.namespace ?? '', namespace ?? '') &&
          Object.entries(selector.labels ?? {}).every(([key, value]) => globMatches(value, labels[key] ?? '')),
      ),
    );
}

const globMatches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

/** Account seconds until a pod has its piece of Fargate. */
const provisionSeconds = 45;

/** Leaves a pod to Fargate; false when no profile takes it. */
export function leaveToFargate({ key }: ObjectStore, pod: KubeObject): boolean {
  if (!fargateProfileFor(key, pod)) return false;
  const { account, region, cluster } = key;
  const { name, namespace = '' } = pod.metadata;
  const waiting = account.pendingJobs().some(({ name: job, payload }) => {
    const wanted = payload as FargatePodJob;
    return job === 'eks.fargatePod' && wanted.name === name && wanted.namespace === namespace;
  });
  if (!waiting) account.schedule(provisionSeconds, 'eks.fargatePod', { region, cluster, namespace, name });
  return true;
}

export const isFargateNode = (node: KubeObject): boolean =>
  node.metadata.labels?.['eks.amazonaws.com/compute-type'] === 'fargate';

/** What comes after pods have gone, and for those that nobody has room for. */
export function tellEks(store: ObjectStore, unplaced: boolean): void {
  const { account, region, cluster } = store.key;
  const once = (job: string, seconds: number): void => {
    const queued = account.pendingJobs().some(({ name, payload }) => {
      const wanted = payload as { region: string; cluster: string };
      return name === job && wanted.cluster === cluster && wanted.region === region;
    });
    if (!queued) account.schedule(seconds, job, { region, cluster });
  };
  const nodes = store.list('nodes');
  const used = new Set(store.list('pods').map(pod => textAt(pod, 'spec.nodeName')));
  if (nodes.some(node => isFargateNode(node) && !used.has(node.metadata.name))) once('eks.fargateSweep', 5);
  const hasAuto = account
    .regional<{ cluster: { computeConfig?: { enabled?: boolean } } }>(region, 'eks.clusters')
    .get(cluster);
  if (hasAuto?.cluster.computeConfig?.enabled) once('eks.autoModeScale', unplaced ? 15 : 120);
}
