import type { Tags } from './controllerTags.ts';

/** What Auto Mode puts on its instances. They go with their cluster; EKS alone sees to them until then. */
const autoModeKeys = [
  'eks:kubernetes-node-pool-name',
  'eks:kubernetes-node-class-name',
  'eks:nodepool-name',
  'eks:nodeclass-name',
];
const karpenterKeys = ['karpenter.sh/nodepool', 'karpenter.sh/nodeclaim', 'karpenter.sh/provisioner-name'];

export const isOfAutoMode = (tags: Tags): boolean => autoModeKeys.some(key => tags[key] !== undefined);

/** Launched by Karpenter or Auto Mode, not by an Auto Scaling group or a person: nobody launches it again once its controller is gone. */
export const isAutonomous = (tags: Tags): boolean =>
  tags['aws:autoscaling:groupName'] === undefined &&
  (isOfAutoMode(tags) || karpenterKeys.some(key => tags[key] !== undefined));

/** "Karpenter's pool default" */
export function launchedBy(tags: Tags): string {
  const pool = tags['karpenter.sh/nodepool'] ?? tags['eks:kubernetes-node-pool-name'] ?? tags['eks:nodepool-name'];
  const who = isOfAutoMode(tags) ? 'Auto Mode' : 'Karpenter';
  return pool === undefined ? `of ${who}` : `of ${who}’s pool ${pool}`;
}
