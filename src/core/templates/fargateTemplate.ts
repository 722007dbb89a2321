import { createHash } from 'node:crypto';
import { makeableNamespaces } from '../kube/namespaces.ts';
import type { ClusterSpec, FargateProfileSpec } from '../spec/clusterSpec.ts';
import { fargateProfiles } from '../spec/nodeGroups.ts';
import { clusterShape } from './clusterShape.ts';
import type { Template, TemplateResource, TemplateValue } from './template.ts';
import { clusterNameParameter, output, parameter, ref, tagList, templateOf } from './templateParts.ts';

type NamedProfile = FargateProfileSpec & { readonly name: string };

/** The spec's profiles, and one for CoreDNS where it has nowhere else to run and none of the spec's takes it. */
export function plannedProfiles(spec: ClusterSpec): NamedProfile[] {
  const profiles = fargateProfiles(spec);
  if (clusterShape(spec).coreDns !== 'fargate' || profiles.some(takesCoreDns)) return profiles;
  const labels = { 'k8s-app': 'kube-dns' };
  const name = profiles.some(profile => profile.name === 'coredns') ? 'kube-system-coredns' : 'coredns';
  return [...profiles, { name, selectors: [{ namespace: 'kube-system', labels }] }];
}

/** Namespaces that a run makes for the profiles: without them nobody can put a pod where Fargate takes it. */
export function plannedNamespaces(spec: Pick<ClusterSpec, 'fargate'>): string[] {
  return makeableNamespaces(
    fargateProfiles(spec).flatMap(({ selectors }) => selectors.map(({ namespace }) => namespace)),
  );
}

function takesCoreDns({ selectors }: FargateProfileSpec): boolean {
  return selectors.some(
    ({ namespace, labels }) =>
      matches(namespace, 'kube-system') &&
      Object.entries(labels).every(([key, value]) => key === 'k8s-app' && matches(value, 'kube-dns')),
  );
}

/** EKS takes `*` and `?` in selectors. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}

/** One after the other: EKS makes one Fargate profile of a cluster at a time and refuses the others. */
export function fargateTemplate(spec: ClusterSpec): Template {
  const profiles = plannedProfiles(spec);
  const resources: Record<string, TemplateResource> = {};
  profiles.forEach((profile, index) => {
    const before = profiles[index - 1];
    resources[profileLogicalId(profile.name)] = profileResource(spec, profile, before && profileLogicalId(before.name));
  });
  return templateOf(spec, 'Fargate profiles', {
    Parameters: {
      ...clusterNameParameter,
      PodExecutionRoleArn: parameter('String', 'Role with which Fargate pulls images.'),
      SubnetIds: parameter('List<AWS::EC2::Subnet::Id>', 'Private subnets for the pods.'),
    },
    Resources: resources,
    Outputs: { ProfileNames: output('The profiles.', profiles.map(({ name }) => name).join(',')) },
  });
}

/** By its name, so that a profile put in before it does not make it another. */
function profileLogicalId(name: string): string {
  const letters = name.replace(/[^A-Za-z0-9]/g, '');
  const hash = letters === name ? '' : createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `Profile${letters}${hash}`;
}

function profileResource(spec: ClusterSpec, { name, selectors }: NamedProfile, after?: string): TemplateResource {
  return {
    Type: 'AWS::EKS::FargateProfile',
    ...(after === undefined ? {} : { DependsOn: after }),
    Properties: {
      ClusterName: ref('ClusterName'),
      FargateProfileName: name,
      PodExecutionRoleArn: ref('PodExecutionRoleArn'),
      Subnets: ref('SubnetIds'),
      Selectors: selectors.map(({ namespace, labels }) => selector(namespace, labels)),
      Tags: tagList(spec),
    },
  };
}

function selector(namespace: string, labels: Readonly<Record<string, string>>): TemplateValue {
  const pairs = Object.entries(labels).map(([Key, Value]) => ({ Key, Value }));
  return { Namespace: namespace, ...(pairs.length > 0 ? { Labels: pairs } : {}) };
}
