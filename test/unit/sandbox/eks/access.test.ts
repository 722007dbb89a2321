import assert from 'node:assert/strict';
import type * as Eks from '@aws-sdk/client-eks';
import { kubernetesIdentity } from '../../../../src/sandbox/services/eks/accessEntries.ts';
import { refused } from './awsRefusal.ts';
import { eksAccount, region } from './eksAccount.ts';

const clusterName = 'demo';
const invalid = 'InvalidParameterException';
const adminPolicy = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

describe('EKS access entries', () => {
  const setUp = () => {
    const made = eksAccount();
    const accessConfig = { authenticationMode: 'API' as const, bootstrapClusterCreatorAdminPermissions: false };
    const { subnetIds } = made.activeCluster([], {}, { accessConfig });
    const create = (principalArn: string, more: object = {}) =>
      made.eks<Eks.CreateAccessEntryResponse>('CreateAccessEntry', { clusterName, principalArn, ...more })
        .accessEntry ?? {};
    return { ...made, subnetIds, create };
  };

  it('say who a principal is to Kubernetes', () => {
    const { eks, create, role, account } = setUp();
    const arn = role('ops', 'ec2.amazonaws.com');
    const entry = create(arn, { kubernetesGroups: ['viewers'] });
    assert.equal(entry.username, 'arn:aws:sts::111122223333:assumed-role/ops/{{SessionName}}');
    assert.match(
      entry.accessEntryArn ?? '',
      /^arn:aws:eks:eu-west-1:111122223333:access-entry\/demo\/role\/111122223333\/ops\/[0-9a-f-]{36}$/,
    );
    eks('AssociateAccessPolicy', {
      clusterName,
      principalArn: arn,
      policyArn: adminPolicy,
      accessScope: { type: 'cluster' },
    });
    const identity = (caller: string) => kubernetesIdentity({ account, region }, clusterName, caller);
    assert.deepEqual(identity('arn:aws:sts::111122223333:assumed-role/ops/ann'), {
      username: 'arn:aws:sts::111122223333:assumed-role/ops/ann',
      groups: ['viewers'],
      policies: [{ policyArn: adminPolicy, namespaces: undefined }],
    });
    assert.equal(identity('arn:aws:sts::111122223333:assumed-role/others/ann'), undefined);
    assert.equal(identity('arn:aws:iam::111122223333:user/practice'), undefined, 'no administrator by creation');
  });

  it('refuse what EKS refuses', () => {
    const { create, role } = setUp();
    const arn = role('ops', 'ec2.amazonaws.com');
    const cases: [string, object, string | RegExp][] = [
      ['arn:aws:iam::111122223333:role/none', {}, 'The specified principalArn is invalid: invalid principal.'],
      ['ops', {}, 'The specified principalArn is invalid: invalid syntax.'],
      ['arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/X', {}, /service-linked/],
      [arn, { kubernetesGroups: ['system:masters'] }, /system:masters is invalid/],
    ];
    for (const [principalArn, more, message] of cases) refused(() => create(principalArn, more), invalid, message);
    refused(
      () => create(arn, { type: 'HYBRID_LINUX' }),
      'SandboxNotImplemented',
      /CreateAccessEntry type HYBRID_LINUX/,
    );
    refused(() => create(arn, { type: 'EC2_LINUX', kubernetesGroups: ['a'] }), invalid, /of type EC2_LINUX$/);
    assert.equal(create('arn:aws:iam::999999999999:role/theirs').type, 'STANDARD', 'of another account: not checked');
  });

  it('are one to a principal; the creator has one where asked for', () => {
    const { eks, create } = setUp();
    const practice = 'arn:aws:iam::111122223333:user/practice';
    create(practice);
    refused(
      () => create(practice),
      'ResourceInUseException',
      'The specified access entry resource is already in use on this cluster.',
    );
    const other = eksAccount();
    other.activeCluster([]);
    refused(
      () => other.eks('CreateAccessEntry', { clusterName, principalArn: practice }),
      'ResourceInUseException',
      'The specified access entry resource is already in use on this cluster.',
    );
    const input = { clusterName, principalArn: practice };
    const listed = other.eks<Eks.ListAssociatedAccessPoliciesResponse>('ListAssociatedAccessPolicies', input);
    assert.deepEqual(
      listed.associatedAccessPolicies?.map(policy => policy.policyArn),
      [adminPolicy],
    );
    eks('DeleteAccessEntry', input);
    refused(
      () => eks('DescribeAccessEntry', input),
      'ResourceNotFoundException',
      "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
    );
  });

  it('take policies with a scope', () => {
    const { eks, create, role, createNodes, subnetIds } = setUp();
    const principalArn = role('ops', 'ec2.amazonaws.com');
    create(principalArn);
    const associate = (policyArn: string, accessScope: object) =>
      eks('AssociateAccessPolicy', { clusterName, principalArn, policyArn, accessScope });
    refused(
      () => associate('arn:aws:iam::aws:policy/AdministratorAccess', { type: 'cluster' }),
      invalid,
      'The specified policyArn is invalid.',
    );
    refused(() => associate(adminPolicy, { type: 'namespace' }), invalid, /namespaces/);
    associate(adminPolicy, { type: 'namespace', namespaces: ['dev'] });
    associate(adminPolicy, { type: 'cluster' });
    const list = () =>
      eks<Eks.ListAssociatedAccessPoliciesResponse>('ListAssociatedAccessPolicies', { clusterName, principalArn })
        .associatedAccessPolicies ?? [];
    assert.deepEqual(
      list().map(policy => policy.accessScope),
      [{ type: 'cluster', namespaces: [] }],
    );
    const nodes = 'arn:aws:iam::111122223333:role/nodes';
    createNodes(subnetIds);
    refused(
      () =>
        eks('AssociateAccessPolicy', {
          clusterName,
          principalArn: nodes,
          policyArn: adminPolicy,
          accessScope: { type: 'cluster' },
        }),
      'InvalidRequestException',
      /type EC2_LINUX/,
    );
  });
});
