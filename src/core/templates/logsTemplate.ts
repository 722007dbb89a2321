import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template } from './template.ts';
import { output, ref, tagList } from './templateParts.ts';

/** The name is EKS's: it writes to this group and to no other. */
export function logGroupName(clusterName: string): string {
  return `/aws/eks/${clusterName}/cluster`;
}

/** The control plane's log group, made before the cluster: one that EKS makes by itself keeps its logs for ever. */
export function logsTemplate(spec: ClusterSpec): Template {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: log group of the control plane`,
    Resources: {
      LogGroup: {
        Type: 'AWS::Logs::LogGroup',
        DeletionPolicy: 'Delete',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          LogGroupName: logGroupName(spec.name),
          RetentionInDays: spec.logs.retentionDays,
          Tags: tagList(spec),
        },
      },
    },
    Outputs: { LogGroupName: output('The log group.', ref('LogGroup')) },
  };
}
