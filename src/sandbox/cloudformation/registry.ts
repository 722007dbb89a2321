import { kmsProviders } from '../providers/kms.ts';
import { logsProviders } from '../providers/logs.ts';
import { s3Providers } from '../providers/s3.ts';
import { cloudFormationProviders } from './nestedStack.ts';
import type { ResourceProviders } from './resourceProvider.ts';

/** Every resource type that this sandbox simulates. */
export const resourceProviders: ResourceProviders = {
  ...cloudFormationProviders,
  ...kmsProviders,
  ...logsProviders,
  ...s3Providers,
};
