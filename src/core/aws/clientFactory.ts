import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { HttpHandler } from '@smithy/protocol-http';
import type { AwsClients } from './awsSession.ts';

export interface ClientConfig {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  readonly requestHandler: HttpHandler;
  readonly customUserAgent: string;
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  readonly endpoint?: string;
}

interface ClientMaker<C> {
  /** The SDK's service id, from which AWS derives the names of endpoint settings. */
  readonly serviceId: string;
  /** Loads the SDK package: not before its first use. */
  readonly make: (config: ClientConfig) => Promise<C>;
}

export const clientFactory: { readonly [K in keyof AwsClients]: ClientMaker<AwsClients[K]> } = {
  autoScaling: {
    serviceId: 'Auto Scaling',
    make: async config => new (await import('@aws-sdk/client-auto-scaling')).AutoScalingClient(config),
  },
  cloudFormation: {
    serviceId: 'CloudFormation',
    make: async config => new (await import('@aws-sdk/client-cloudformation')).CloudFormationClient(config),
  },
  logs: {
    serviceId: 'CloudWatch Logs',
    make: async config => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient(config),
  },
  ec2: { serviceId: 'EC2', make: async config => new (await import('@aws-sdk/client-ec2')).EC2Client(config) },
  ecs: { serviceId: 'ECS', make: async config => new (await import('@aws-sdk/client-ecs')).ECSClient(config) },
  eks: { serviceId: 'EKS', make: async config => new (await import('@aws-sdk/client-eks')).EKSClient(config) },
  elasticLoadBalancing: {
    serviceId: 'Elastic Load Balancing v2',
    make: async config =>
      new (await import('@aws-sdk/client-elastic-load-balancing-v2')).ElasticLoadBalancingV2Client(config),
  },
  iam: { serviceId: 'IAM', make: async config => new (await import('@aws-sdk/client-iam')).IAMClient(config) },
  kms: { serviceId: 'KMS', make: async config => new (await import('@aws-sdk/client-kms')).KMSClient(config) },
  route53: {
    serviceId: 'Route 53',
    make: async config => new (await import('@aws-sdk/client-route-53')).Route53Client(config),
  },
  s3: {
    serviceId: 'S3',
    // An endpoint on this machine has no name per bucket.
    make: async config =>
      new (await import('@aws-sdk/client-s3')).S3Client({ ...config, forcePathStyle: config.endpoint !== undefined }),
  },
  serviceQuotas: {
    serviceId: 'Service Quotas',
    make: async config => new (await import('@aws-sdk/client-service-quotas')).ServiceQuotasClient(config),
  },
  ssm: { serviceId: 'SSM', make: async config => new (await import('@aws-sdk/client-ssm')).SSMClient(config) },
  sts: { serviceId: 'STS', make: async config => new (await import('@aws-sdk/client-sts')).STSClient(config) },
};
