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
    made.activeCluster([], {}, { accessConfig });
    const create = (principalArn: string, more: object = {}) =>
      made.eks<Eks.CreateAccessEntryResponse>('CreateAccessEntry', { clusterName, principalArn, ...more })
        .accessEntry ?? {};
    return { ...made, create };
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
      ['arn:aws:iam::999999999999:role/theirs', { type: 'EC2_LINUX' }, /of the cluster's account/],
      [arn, { type: 'EC2_LINUX', kubernetesGroups: ['x'] }, /kubernetesGroups field cannot be specified/],
      [arn, { kubernetesGroups: ['system:masters'] }, /system:masters is invalid/],
      [arn, { username: 'system:admin' }, /cannot start with system:/],
      [arn, { username: '{{SessionName}}' }, /needs a colon/],
      [arn, { type: 'ROBOT' }, /type is invalid/],
    ];
    for (const [principalArn, more, message] of cases) refused(() => create(principalArn, more), invalid, message);
    assert.equal(create(arn, { username: 'ops:{{SessionName}}' }).username, 'ops:{{SessionName}}');
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

  it('take policies with a scope, and give them up again', () => {
    const { eks, create, role } = setUp();
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
    const filtered = eks<Eks.ListAccessEntriesResponse>('ListAccessEntries', {
      clusterName,
      associatedPolicyArn: adminPolicy,
    });
    assert.deepEqual(filtered.accessEntries, [principalArn]);
    eks('DisassociateAccessPolicy', { clusterName, principalArn, policyArn: adminPolicy });
    assert.deepEqual(list(), []);
    const nodes = role('nodes', 'ec2.amazonaws.com');
    create(nodes, { type: 'EC2_LINUX' });
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

describe('EKS Pod Identity associations', () => {
  it('are one to a service account, of a role that trusts pods', () => {
    const { eks, activeCluster, role } = eksAccount();
    activeCluster([]);
    const account = { clusterName, namespace: 'kube-system', serviceAccount: 'aws-node' };
    const roleArn = role('cni', 'pods.eks.amazonaws.com');
    const create = (roleArn: string) =>
      eks<Eks.CreatePodIdentityAssociationResponse>('CreatePodIdentityAssociation', { ...account, roleArn })
        .association ?? {};
    refused(() => create(role('x', 'ec2.amazonaws.com')), invalid, /does not allow pods\.eks\.amazonaws\.com/);
    refused(() => create('arn:aws:iam::111122223333:role/none'), invalid, /could not be found/);
    const { associationId, associationArn } = create(roleArn);
    assert.ok(associationArn?.endsWith(`:podidentityassociation/demo/${associationId ?? ''}`));
    refused(() => create(roleArn), 'ResourceInUseException', 'Association already exists: kube-system/aws-node');
    const list = () =>
      eks<Eks.ListPodIdentityAssociationsResponse>('ListPodIdentityAssociations', { clusterName }).associations;
    assert.equal(list()?.length, 1);
    eks('DeletePodIdentityAssociation', { clusterName, associationId });
    assert.deepEqual(list(), []);
  });
});
