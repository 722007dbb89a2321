import type { Operation, Service } from '../kernel/account.ts';
import { simulatedOperations } from './simulatedOperations.ts';
import { assumeRole } from './sts/assumeRole.ts';

const getCallerIdentity: Operation = (_input, { principal }) => ({
  Account: principal.accountId,
  Arn: principal.arn,
  UserId: principal.userId,
});

export const sts: Service = {
  name: 'sts',
  operations: simulatedOperations(
    'sts',
    { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole },
    { AssumeRole: 'RoleArn RoleSessionName DurationSeconds ExternalId SerialNumber TokenCode' },
  ),
};
