import assert from 'node:assert/strict';
import { ClusterBench, failureOf, minimalSpec, region } from './support/clusterRun.ts';

const drivers = 'addons: { aws-efs-csi-driver: {} }\n';

describe('roles of add-ons', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  async function driverOf(features: string) {
    const made = await bench.create(await bench.plan(`${minimalSpec}${drivers}features: ${features}\n`));
    assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
    const sdk = await import('@aws-sdk/client-eks');
    const { GetRoleCommand, ListAttachedRolePoliciesCommand } = await import('@aws-sdk/client-iam');
    const session = bench.account.session(region);
    const [eks, iam] = await Promise.all([session.client('eks'), session.client('iam')]);
    const { run } = bench.account;
    const { addon } = await run(
      eks.send(new sdk.DescribeAddonCommand({ clusterName: 'demo', addonName: 'aws-ebs-csi-driver' })),
    );
    const { cluster } = await run(eks.send(new sdk.DescribeClusterCommand({ name: 'demo' })));
    const RoleName = addon?.serviceAccountRoleArn?.split('/').at(-1) ?? '';
    if (RoleName === '') return { addon, cluster };
    const { Role } = await run(iam.send(new GetRoleCommand({ RoleName })));
    const { AttachedPolicies = [] } = await run(iam.send(new ListAttachedRolePoliciesCommand({ RoleName })));
    const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')) as { Statement: unknown[] };
    return { addon, cluster, trust, policies: AttachedPolicies.map(({ PolicyName }) => PolicyName) };
  }

  it('by the OIDC provider alone: each add-on’s own, which trusts this cluster’s issuer for one service account', async () => {
    const { addon, cluster, trust, policies } = await driverOf('{ podIdentity: false, irsa: true, ebs: true }');
    const issuer = cluster?.identity?.oidc?.issuer?.replace('https://', '') ?? '';
    const { accountId } = bench.account.sandbox.account;
    assert.match(addon?.serviceAccountRoleArn ?? '', /:role\/private-eks-demo-identity-EbsCsiRole-/);
    assert.deepEqual(addon?.podIdentityAssociations ?? [], []);
    assert.deepEqual(policies, ['AmazonEBSCSIDriverPolicy']);
    assert.match(issuer, /^oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/);
    assert.deepEqual(trust?.Statement, [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${issuer}:sub`]: 'system:serviceaccount:kube-system:ebs-csi-controller-sa',
            [`${issuer}:aud`]: 'sts.amazonaws.com',
          },
        },
      },
    ]);
    const gone = await bench.delete();
    assert.equal(gone.outcome, 'done', JSON.stringify(failureOf(gone)));
  });

  it('by Pod Identity where both are on', async () => {
    const { addon } = await driverOf('{ irsa: true, ebs: true }');
    assert.equal(addon?.serviceAccountRoleArn, undefined);
    assert.equal(addon?.podIdentityAssociations?.length, 1);
  });
});
