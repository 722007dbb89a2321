import { autoScalingProviders } from '../providers/autoScaling.ts';
import { ec2Providers } from '../providers/ec2.ts';
import { ecsProviders } from '../providers/ecs.ts';
import { eksProviders } from '../providers/eks.ts';
import { iamProviders } from '../providers/iam.ts';
import { kmsProviders } from '../providers/kms.ts';
import { logsProviders } from '../providers/logs.ts';
import { cloudFormationProviders } from './nestedStack.ts';
import type { ResourceProviders } from './resourceProvider.ts';

/** Every resource type that this sandbox simulates. */
export const resourceProviders: ResourceProviders = {
  ...cloudFormationProviders,
  ...autoScalingProviders,
  ...ec2Providers,
  ...ecsProviders,
  ...eksProviders,
  ...iamProviders,
  ...kmsProviders,
  ...logsProviders,
};
