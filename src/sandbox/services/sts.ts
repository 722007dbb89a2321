import type { Operation, Service } from '../kernel/account.ts';

const getCallerIdentity: Operation = (_input, { principal }) => ({
  Account: principal.accountId,
  Arn: principal.arn,
  UserId: principal.userId,
});

export const sts: Service = { name: 'sts', operations: { GetCallerIdentity: getCallerIdentity } };
