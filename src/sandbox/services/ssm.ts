import { sessionOperations } from '../agent/sessionOperations.ts';
import type { Service } from '../kernel/account.ts';
import { simulatedOperations } from './simulatedOperations.ts';
import { describeInstanceInformation } from './ssm/instanceInformation.ts';
import { getParameter, getParameters } from './ssm/publicParameters.ts';

const operations: Service['operations'] = {
  GetParameter: getParameter,
  GetParameters: getParameters,
  DescribeInstanceInformation: describeInstanceInformation,
  ...sessionOperations,
};

export const ssm: Service = {
  name: 'ssm',
  operations: simulatedOperations('ssm', operations, {
    DescribeInstanceInformation: 'Filters MaxResults NextToken',
  }),
};
