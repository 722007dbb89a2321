// CONTRACT: how core reaches AWS: one session per profile and region, clients made at first use, one request handler for all of them.
import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { EKSClient } from '@aws-sdk/client-eks';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentityProvider } from '@smithy/types';

export interface AwsClients {
  readonly autoScaling: AutoScalingClient;
  readonly cloudFormation: CloudFormationClient;
  readonly logs: CloudWatchLogsClient;
  readonly ec2: EC2Client;
  readonly ecs: ECSClient;
  readonly eks: EKSClient;
  readonly elasticLoadBalancing: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly route53: Route53Client;
  readonly s3: S3Client;
  readonly serviceQuotas: ServiceQuotasClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
}

/**
 * A signed-in view of one account and region. `client` loads the SDK package at its first call (none before), retries throttling and
 * server errors with backoff, and honours HTTPS_PROXY, NO_PROXY, AWS_CA_BUNDLE and the profile's `ca_bundle`, `endpoint_url` and `services`.
 */
export interface AwsSession {
  readonly profile: string | undefined;
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  /** The endpoint override in force, or undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** The override for one service, by its SDK id; `ssmmessages` for the streams of sessions. Absent: `endpoint` is for all. */
  endpointFor?(serviceId: string): string | undefined;
  /** Path of a PEM bundle that is trusted besides Node's own authorities: AWS_CA_BUNDLE, or the profile's `ca_bundle`. */
  readonly caBundle?: string | undefined;
  client<K extends keyof AwsClients>(service: K): Promise<AwsClients[K]>;
  /** Forgets credentials and clients, so that the next call reads the sign-in anew; absent where there is nothing to renew. */
  renew?(): void;
  /** Calls back when what was missing for the sign-in has come, so that it is tried at once; gives the way to stop that. */
  onSignIn?(listener: () => void): () => void;
  /** Closes idle sockets. */
  dispose(): void;
}
