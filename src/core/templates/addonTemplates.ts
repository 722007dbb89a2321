import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template, TemplateResource } from './template.ts';
import { clusterNameParameter, ref, tagList } from './templateParts.ts';

/** What must be there before nodes, or they stay NotReady and their group fails. They are DaemonSets: active without a node. */
export function nodeAddonsTemplate(spec: ClusterSpec): Template {
  const agent: Record<string, TemplateResource> = spec.features.podIdentity
    ? { PodIdentityAgent: addon(spec, 'eks-pod-identity-agent') }
    : {};
  return template(spec, 'add-ons that nodes need', {
    VpcCni: addon(spec, 'vpc-cni'),
    KubeProxy: addon(spec, 'kube-proxy'),
    ...agent,
  });
}

/** What needs nodes to run on, or it stays DEGRADED until its stack gives up. */
export function workloadAddonsTemplate(spec: ClusterSpec): Template {
  return template(spec, 'add-ons that need nodes', { CoreDns: addon(spec, 'coredns') });
}

function template(spec: ClusterSpec, what: string, resources: Template['Resources']): Template {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: ${what}`,
    Parameters: clusterNameParameter,
    Resources: resources,
  };
}

/** No version: EKS takes its default for the cluster's Kubernetes version. */
function addon(spec: ClusterSpec, name: string): TemplateResource {
  return {
    Type: 'AWS::EKS::Addon',
    Properties: {
      AddonName: name,
      ClusterName: ref('ClusterName'),
      ResolveConflicts: 'OVERWRITE',
      Tags: tagList(spec),
    },
  };
}
