import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { clusterTag } from '../spec/ownTags.ts';
import type { Template, TemplateOutput, TemplateParameter, TemplateValue } from './template.ts';

export const ref = (name: string): TemplateValue => ({ Ref: name });
export const getAtt = (logicalId: string, attribute: string): TemplateValue => ({
  'Fn::GetAtt': [logicalId, attribute],
});
export const sub = (text: string): TemplateValue => ({ 'Fn::Sub': text });
export const joined = (values: readonly TemplateValue[]): TemplateValue => ({ 'Fn::Join': [',', values] });
export const select = (index: number, list: TemplateValue): TemplateValue => ({ 'Fn::Select': [index, list] });

/** An AWS-managed policy by its path below `policy/`, in whichever partition the stack is made. */
export const managedPolicy = (name: string): TemplateValue => sub(`arn:\${AWS::Partition}:iam::aws:policy/${name}`);
/** A policy that an access entry gives: EKS's own, in whichever partition. */
export const accessPolicy = (name: string): TemplateValue =>
  sub(`arn:\${AWS::Partition}:eks::aws:cluster-access-policy/${name}`);

export function output(description: string, value: TemplateValue): TemplateOutput {
  return { Description: description, Value: value };
}

export function parameter(type: TemplateParameter['Type'], description: string): TemplateParameter {
  return { Type: type, Description: description };
}

/** A template of a cluster's; parts without an entry are left out, as CloudFormation wants it. */
export function templateOf(
  spec: Pick<ClusterSpec, 'name'>,
  what: string,
  { Parameters = {}, Resources, Outputs = {} }: Pick<Template, 'Parameters' | 'Resources' | 'Outputs'>,
): Template {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: ${what}`,
    ...(Object.keys(Parameters).length > 0 ? { Parameters } : {}),
    Resources,
    ...(Object.keys(Outputs).length > 0 ? { Outputs } : {}),
  };
}

/** The cluster's own name as the cluster stack gives it out, so that nothing is made for a cluster that does not exist. */
export const clusterNameParameter = { ClusterName: parameter('String', 'Name of the cluster.') };

/** Tags as most resources take them: a list, the cluster's mark last. `extra` wins over the spec's own. */
export function tagList(spec: ClusterSpec, extra: Readonly<Record<string, string>> = {}): TemplateValue[] {
  return Object.entries(tagMap(spec, extra)).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as node groups take them: a map. */
export function tagMap(spec: ClusterSpec, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...spec.tags, ...extra, [clusterTag]: spec.name };
}
