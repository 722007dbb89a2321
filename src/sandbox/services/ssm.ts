import { sessionOperations } from '../agent/sessionOperations.ts';
import type { Service } from '../kernel/account.ts';
import { describeInstanceInformation } from './ssm/instanceInformation.ts';
import { getParameter, getParameters, getParametersByPath } from './ssm/publicParameters.ts';

export const ssm: Service = {
  name: 'ssm',
  operations: {
    GetParameter: getParameter,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    DescribeInstanceInformation: describeInstanceInformation,
    ...sessionOperations,
  },
};
