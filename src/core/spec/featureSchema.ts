import * as z from 'zod';
import { flag, oneOf, section, text } from './schemaParts.ts';

export const features = section(
  {
    images: flag(
      true,
      'Pull images from ECR (endpoints ecr.api, ecr.dkr and s3). EKS’s own add-ons come from there, too.',
    ),
    podIdentity: flag(true, 'AWS credentials for pods by EKS Pod Identity (endpoint eks-auth and the agent add-on).'),
    irsa: flag(
      false,
      'AWS credentials for pods by IAM roles for service accounts (endpoint sts and an OIDC provider).',
    ),
    sessionManager: flag(
      true,
      'kubectl from this editor by Session Manager through a node (endpoints ssm and ssmmessages, and the node role’s permission).',
    ),
    loadBalancers: flag(false, 'The AWS Load Balancer Controller (endpoint elasticloadbalancing).'),
    autoscaling: flag(false, 'The Cluster Autoscaler (endpoint autoscaling).'),
    containerLogs: flag(
      false,
      'Node and pod logs to CloudWatch Logs (endpoint logs). Control-plane logs do not need it.',
    ),
    metrics: flag(false, 'Metrics to CloudWatch from nodes and pods (endpoint monitoring).'),
    secrets: flag(false, 'Secrets Manager for pods (endpoint secretsmanager).'),
    karpenter: flag(false, 'Karpenter (endpoints sqs, ssm, sts and eks).'),
    ebs: flag(false, 'Volumes from EBS (the aws-ebs-csi-driver add-on).'),
    efs: flag(false, 'Volumes from EFS (endpoint elasticfilesystem).'),
    fsx: flag(false, 'Volumes from FSx (endpoint fsx).'),
    kms: flag(false, 'Pods that call KMS (endpoint kms). Encryption of Kubernetes secrets does not need it.'),
    xray: flag(false, 'Traces to X-Ray (endpoint xray).'),
    prometheus: flag(false, 'Metrics to Amazon Managed Service for Prometheus (endpoint aps-workspaces).'),
    externalDns: flag(false, 'external-dns (endpoint route53).'),
    eksApi: flag(
      false,
      'Callers of the EKS API inside the VPC, such as Terraform runners (endpoint eks). Neither the Kubernetes API nor nodes need it.',
    ),
    oidcDiscovery: flag(
      false,
      'Readers of the cluster’s OIDC issuer inside the VPC (endpoint oidc-eks); the private names of eks would hide it otherwise.',
    ),
  },
  'What the workloads need. Each choice decides VPC endpoints, permissions, add-ons or several of them.',
);

const service = text(/^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/, 'a service by its short name, such as execute-api');

export const endpoints = section(
  {
    policy: oneOf(['open', 'account']).default('open').meta({
      description:
        'Endpoint policies: AWS’s default, or only this account’s principals and AWS’s own buckets for image layers and packages (account).',
    }),
    extra: z
      .array(service, 'a list of services')
      .max(40, 'at most 40 services')
      .default([])
      .meta({
        description: 'More interface endpoints, by short service name, for what the workloads call.',
        examples: [['execute-api']],
      }),
    reachable: z
      .array(service, 'a list of services')
      .max(60, 'at most 60 services')
      .default([])
      .meta({
        description:
          'Services that are reached in another way, such as a central endpoint VPC or a proxy: nothing is made for them.',
        examples: [['sts', 'ec2']],
      }),
  },
  'VPC endpoints, beside what the features decide.',
);
