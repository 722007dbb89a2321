import type { DriftDifference } from './driftReport.ts';

interface NoiseRule {
  readonly type: RegExp;
  readonly path: RegExp;
  /** Of a tag that was added or changed; absent: any difference. */
  readonly tag?: RegExp;
  /** Absent: whatever the values. */
  readonly when?: (difference: DriftDifference) => boolean;
  readonly reason: string;
}

const tags = /(^|\/)Tags(\/|$)/;

const rules: readonly NoiseRule[] = [
  { type: /./, path: tags, tag: /^aws:/, reason: 'AWS gives and keeps these tags itself' },
  { type: /./, path: tags, tag: /^(eks|alpha\.eksctl\.io)[:/]/, reason: 'EKS tags what it uses' },
  {
    type: /./,
    path: tags,
    tag: /^(kubernetes\.io|k8s\.io|karpenter\.sh|elbv2\.k8s\.aws|ingress\.k8s\.aws|service\.k8s\.aws|ebs\.csi\.aws\.com)\//,
    reason: 'controllers in the cluster tag what they use',
  },
  {
    type: /^AWS::(EKS::Nodegroup|AutoScaling::AutoScalingGroup)$/,
    path: /^\/(ScalingConfig\/DesiredSize|DesiredCapacity)$/,
    reason: 'an autoscaler sets the number of nodes within its bounds',
  },
  {
    type: /^AWS::EKS::(Nodegroup|Addon)$/,
    path: /^\/(ReleaseVersion|Version|AddonVersion)$/,
    reason: 'an upgrade sets it by EKS’s own API; the template leaves it to EKS',
  },
  {
    type: /^AWS::EKS::Cluster$/,
    path: /^\/Version$/,
    when: ({ expected, actual }) => minor(expected) - minor(actual) === 1,
    reason:
      'a rollback took the version back by EKS’s own API; a stack takes none back, and the next upgrade makes it true again',
  },
];

/** NaN for what is no version. */
const minor = (version: string | undefined): number => Number(/^1\.(\d+)$/.exec(version ?? '')?.[1]);

/** Whose proper work a difference is; undefined: somebody's who should be asked. */
export function quietDifference(type: string, difference: DriftDifference): string | undefined {
  const { path, expected, actual } = difference;
  // What the template itself says was changed by somebody, whatever it is called.
  const wasSaid = expected !== undefined;
  return rules.find(rule => {
    if (!rule.type.test(type) || !rule.path.test(path) || rule.when?.(difference) === false) return false;
    return rule.tag === undefined || (!wasSaid && tagKeys(path, actual).every(key => rule.tag?.test(key)));
  })?.reason;
}

/** The keys of tags in a difference: a list of them, one of them, or a map's member. */
function tagKeys(path: string, value: string | undefined): string[] {
  const parsed = parse(value);
  const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return list.map(item => {
    const key = typeof item === 'object' && item !== null && 'Key' in item ? item.Key : undefined;
    return typeof key === 'string' ? key : path.replace(/^.*\/?Tags\//, '');
  });
}

function parse(value: string | undefined): unknown {
  try {
    return value === undefined ? undefined : (JSON.parse(value) as unknown);
  } catch {
    return value;
  }
}
