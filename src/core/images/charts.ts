import type { Feature } from '../spec/clusterSpec.ts';

interface ChartImage {
  /** The public name; a tag follows Kubernetes' version where the project does so. */
  readonly image: (kubernetes: string) => string;
  /** Where EKS's regional registries hold it, too: then nothing has to be copied. */
  readonly regional?: string;
  /** Path of the value that names the registry and repository, in the chart's values. */
  readonly value: string;
}

/** A chart that a feature usually means. */
export interface Chart {
  readonly name: string;
  readonly feature: Feature;
  /** The EKS add-on that does the same, without a copy. */
  readonly unless?: string;
  readonly images: readonly ChartImage[];
  readonly note: string;
}

const checkTag = 'the chart’s version decides the tag: read it from `helm template` with --manifest';

/**
 * From the charts' own default values, by memory of 2026: names are stable, tags are not, so they are those of a version that is known to
 * exist and are there to be replaced by what `helm template` gives.
 */
export const charts: readonly Chart[] = [
  {
    name: 'aws-load-balancer-controller',
    feature: 'loadBalancers',
    images: [
      {
        image: () => 'public.ecr.aws/eks/aws-load-balancer-controller:v2.13.0',
        regional: 'amazon/aws-load-balancer-controller:v2.13.0',
        value: 'image',
      },
    ],
    note: checkTag,
  },
  {
    name: 'cluster-autoscaler',
    feature: 'autoscaling',
    images: [
      {
        image: kubernetes => `registry.k8s.io/autoscaling/cluster-autoscaler:v${kubernetes}.0`,
        value: 'image',
      },
    ],
    note: checkTag,
  },
  {
    name: 'karpenter',
    feature: 'karpenter',
    images: [{ image: () => 'public.ecr.aws/karpenter/controller:1.6.0', value: 'controller.image' }],
    note: checkTag,
  },
  {
    name: 'external-dns',
    feature: 'externalDns',
    images: [{ image: () => 'registry.k8s.io/external-dns/external-dns:v0.18.0', value: 'image' }],
    note: checkTag,
  },
  {
    name: 'metrics-server',
    feature: 'metrics',
    unless: 'metrics-server',
    images: [{ image: () => 'registry.k8s.io/metrics-server/metrics-server:v0.8.0', value: 'image' }],
    note: 'the EKS add-on metrics-server needs no copy',
  },
  {
    name: 'aws-for-fluent-bit',
    feature: 'containerLogs',
    unless: 'amazon-cloudwatch-observability',
    images: [{ image: () => 'public.ecr.aws/aws-observability/aws-for-fluent-bit:stable', value: 'image' }],
    note: 'AWS has it in ECR of most regions, too: the parameter /aws/service/aws-for-fluent-bit/stable names it',
  },
];
