import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { Template } from './template.ts';
import { getAtt, output, parameter, ref, sub, tagList } from './templateParts.ts';

/** What an administrator of the key does with it: everything but use it. */
const administration = [
  'kms:CancelKeyDeletion',
  'kms:Describe*',
  'kms:Disable*',
  'kms:Enable*',
  'kms:Get*',
  'kms:List*',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

/**
 * A key for Kubernetes secrets. It outlives its stack: without the key the secrets cannot be read again, so the delete run's last step
 * schedules its deletion, when asked.
 */
export function keyTemplate(spec: ClusterSpec): Template {
  const account = { AWS: sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:root') };
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Private EKS ${spec.name}: key for Kubernetes secrets`,
    Parameters: { ClusterRoleArn: parameter('String', 'Role of the control plane.') },
    Resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          Description: `Kubernetes secrets of EKS cluster ${spec.name}`,
          EnableKeyRotation: true,
          KeyPolicy: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'AccountAdministersByIam',
                Effect: 'Allow',
                Principal: account,
                Action: administration,
                Resource: '*',
              },
              {
                // EKS makes its grant with the permissions of whoever creates the cluster.
                Sid: 'CreatorGrantsToEks',
                Effect: 'Allow',
                Principal: account,
                Action: ['kms:CreateGrant', 'kms:DescribeKey'],
                Resource: '*',
              },
              {
                // EKS's health check looks at key and grants as the cluster's role.
                Sid: 'ControlPlaneUses',
                Effect: 'Allow',
                Principal: { AWS: ref('ClusterRoleArn') },
                Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey', 'kms:ListGrants'],
                Resource: '*',
              },
            ],
          },
          Tags: tagList(spec),
        },
      },
    },
    Outputs: { KeyArn: output('The key.', getAtt('Key', 'Arn')) },
  };
}
