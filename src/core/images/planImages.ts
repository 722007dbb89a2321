import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { partitionOf } from '../spec/regions.ts';
import { plannedAddons } from '../templates/plannedAddons.ts';
import { defaultBastionImage } from '../tunnel/bastion/bastionImage.ts';
import { charts, type Chart } from './charts.ts';
import { eksRegistry } from './eksRegistry.ts';
import { originOf, type ImageOrigin } from './imageOrigin.ts';
import { imageText, parseImageReference, type ImageReference } from './imageReference.ts';

export interface NeededImage {
  /** In full; of EKS's own add-ons without a tag where EKS chooses the version. */
  readonly image: string;
  readonly reference: ImageReference;
  /** `add-on vpc-cni`, `bastion`, `chart karpenter`, a manifest's file. */
  readonly neededBy: readonly string[];
  readonly origin: ImageOrigin;
  readonly note?: string;
}

const sidecars = [
  'csi-provisioner',
  'csi-attacher',
  'csi-snapshotter',
  'csi-resizer',
  'csi-node-driver-registrar',
  'livenessprobe',
];
/** Repositories of EKS's own add-ons in its regional registries. Those of others lie in AWS Marketplace's, which EKS names at run time. */
const addonRepositories: Readonly<Record<string, readonly string[]>> = {
  'vpc-cni': ['amazon-k8s-cni-init', 'amazon-k8s-cni', 'amazon/aws-network-policy-agent'],
  'kube-proxy': ['eks/kube-proxy'],
  coredns: ['eks/coredns'],
  'eks-pod-identity-agent': ['eks/eks-pod-identity-agent'],
  'aws-ebs-csi-driver': [
    'eks/aws-ebs-csi-driver',
    'eks/volume-modifier-for-k8s',
    ...sidecars.map(name => `eks/${name}`),
  ],
  'aws-efs-csi-driver': [
    'eks/aws-efs-csi-driver',
    'eks/csi-provisioner',
    'eks/csi-node-driver-registrar',
    'eks/livenessprobe',
  ],
  'metrics-server': ['eks/metrics-server'],
  'snapshot-controller': ['eks/snapshot-controller'],
  'eks-node-monitoring-agent': ['eks/eks-node-monitoring-agent'],
};

/** What a plan's cluster pulls, and what usual charts for its features pull. `unknown`: add-ons whose images are not known here. */
export function planImages(spec: ClusterSpec): { images: NeededImage[]; unknown: string[] } {
  const registry = eksRegistry(spec.region);
  const images: NeededImage[] = [];
  const unknown: string[] = [];
  for (const { name } of plannedAddons(spec)) {
    const repositories = addonRepositories[name];
    if (!repositories)
      unknown.push(`the add-on ${name}: its images are not in the table; DescribeAddonVersions and the pods name them`);
    else if (!registry) unknown.push(`the add-on ${name}: EKS's registry in ${spec.region} is not in the table`);
    else
      for (const repository of repositories)
        images.push({
          image: `${registry}/${repository}`,
          reference: { registry, repository },
          neededBy: [`add-on ${name}`],
          origin: 'regional',
          note: 'EKS chooses the tag with the add-on’s version',
        });
  }
  const bastion = defaultBastionImage(spec.region, partitionOf(spec.region));
  const reference = bastion === undefined ? undefined : parseImageReference(bastion);
  if (reference)
    images.push({
      image: imageText(reference),
      reference,
      neededBy: ['bastion'],
      origin: originOf(reference, spec.region),
    });
  for (const chart of chartsOf(spec)) images.push(...chartImages(chart, spec));
  return { images: merged(images), unknown };
}

/** Usual charts for the features that a spec asks for. */
export function chartsOf(spec: ClusterSpec): Chart[] {
  return charts.filter(
    ({ feature, unless }) => spec.features[feature] && !(unless !== undefined && unless in spec.addons),
  );
}

function chartImages(chart: Chart, spec: ClusterSpec): NeededImage[] {
  return chart.images.flatMap(({ image, regional }) => {
    const registry = regional === undefined ? undefined : eksRegistry(spec.region);
    const text = registry !== undefined && regional !== undefined ? `${registry}/${regional}` : image(spec.version);
    const reference = parseImageReference(text);
    if (!reference) throw new TypeError(`${text} is no image's name`);
    return [
      {
        image: text,
        reference,
        neededBy: [`chart ${chart.name}`],
        origin: originOf(reference, spec.region),
        note: chart.note,
      },
    ];
  });
}

/** One line for an image, whoever needs it. */
export function merged(images: readonly NeededImage[]): NeededImage[] {
  const byImage = new Map<string, NeededImage>();
  for (const image of images) {
    const known = byImage.get(image.image);
    byImage.set(
      image.image,
      known ? { ...known, neededBy: [...new Set([...known.neededBy, ...image.neededBy])] } : image,
    );
  }
  return [...byImage.values()];
}
