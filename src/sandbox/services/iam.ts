import type { GetUserRequest, GetUserResponse } from '@aws-sdk/client-iam';
import type { Account, Operation, SandboxResource, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { practiceCredential } from '../kernel/credential.ts';
import { instanceProfileOperations } from './iam/instanceProfile.ts';
import { oidcProviderOperations } from './iam/oidcProvider.ts';
import { roleOperations } from './iam/role.ts';
import { noSuchEntity, rows } from './iam/rows.ts';
import { serviceLinkedRoleOperations } from './iam/serviceLinkedRole.ts';
import { simulationOperations } from './iam/simulate.ts';
import { simulatedOperations } from './simulatedOperations.ts';

/** The account has one user: whom it was made for. */
const getUser: Operation<GetUserRequest, GetUserResponse> = (input, { account, principal }) => {
  const { arn, userId } = practiceCredential(account).principal;
  const UserName = arn.slice(arn.lastIndexOf('/') + 1);
  if (input.UserName === undefined && principal.arn !== arn)
    throw new AwsError('ValidationError', 'Must specify userName when calling with non-User credentials');
  if (input.UserName !== undefined && input.UserName !== UserName)
    throw noSuchEntity(`The user with name ${input.UserName} cannot be found.`);
  return {
    User: { Path: '/', UserName, UserId: userId, Arn: arn, CreateDate: new Date(Date.UTC(2026, 0, 1)), Tags: [] },
  };
};

/** Roles of services stay in an account for good, as on AWS: they do not count as things somebody made. */
function resources(account: Account): SandboxResource[] {
  const place = { account };
  return [
    ...rows(place, 'roles')
      .filter(row => row.linkedTo === undefined)
      .map(row => ({
        type: 'AWS::IAM::Role',
        id: row.RoleName,
        policies: [...row.attached, ...Object.keys(row.inline)].sort(),
      })),
    ...rows(place, 'profiles')
      .values()
      .map(row => ({ type: 'AWS::IAM::InstanceProfile', id: row.InstanceProfileName })),
    ...rows(place, 'oidcProviders')
      .values()
      .map(row => ({ type: 'AWS::IAM::OIDCProvider', id: row.Arn })),
  ];
}

/** Input members that are simulated. */
const members = {
  CreateRole: 'Path RoleName AssumeRolePolicyDocument Description MaxSessionDuration Tags',
  CreateServiceLinkedRole: 'AWSServiceName',
  SimulatePrincipalPolicy: 'PolicySourceArn ActionNames ResourceArns ContextEntries MaxItems Marker',
};

const operations = {
  GetUser: getUser,
  ...roleOperations,
  ...serviceLinkedRoleOperations,
  ...simulationOperations,
  ...instanceProfileOperations,
  ...oidcProviderOperations,
};

export const iam: Service = {
  name: 'iam',
  operations: simulatedOperations('iam', operations, members),
  resources,
};
