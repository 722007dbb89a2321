import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import { eksToken, stsHost } from '../../../../src/core/kube/eksToken.ts';
import { contextName, kubeconfigText, roleName } from '../../../../src/core/kube/kubeconfig.ts';

const cluster = {
  name: 'payments',
  arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/payments',
  region: 'eu-west-1',
  host: 'ABC.gr7.eu-west-1.eks.amazonaws.com',
  certificateAuthority: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  vpcId: 'vpc-0',
  status: 'ACTIVE',
};

describe('kubeconfig', () => {
  it('dials the tunnel, asks for the real host and holds no secret', () => {
    const text = kubeconfigText({
      cluster,
      port: 50443,
      launcher: '/state/private-eks-token',
      profile: 'prod',
      environment: {},
    });
    const config = parse(text) as {
      clusters: { cluster: Record<string, string> }[];
      users: { user: { exec: { env: unknown } } }[];
    };
    assert.equal(config.clusters[0]?.cluster.server, 'https://127.0.0.1:50443');
    assert.equal(config.clusters[0]?.cluster['tls-server-name'], cluster.host);
    assert.equal(
      Buffer.from(config.clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64').toString(),
      cluster.certificateAuthority,
    );
    assert.deepEqual(config.users[0]?.user.exec.env, [
      { name: 'AWS_PROFILE', value: 'prod' },
      { name: 'AWS_REGION', value: 'eu-west-1' },
    ]);
    assert.doesNotMatch(text, /insecure|token:|PRIVATE KEY/);
  });

  it('has one context per cluster and role', () => {
    const roles: Record<string, string | undefined> = {
      'arn:aws:sts::111122223333:assumed-role/Admin/me@example.org': 'Admin',
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_0123456789abcdef/me': 'ReadOnly',
      'arn:aws-cn:iam::111122223333:user/teams/red/ann': 'ann',
      'arn:aws:iam::111122223333:root': 'root',
      'arn:aws:sts::111122223333:federated-user/bob': undefined,
      nonsense: undefined,
    };
    for (const [arn, role] of Object.entries(roles)) {
      assert.equal(roleName(arn), role);
      assert.equal(contextName(cluster, arn), `private-eks/payments.eu-west-1${role === undefined ? '' : `/${role}`}`);
    }
  });

  it('names the endpoint itself where it is reached by the tunnel’s proxy', () => {
    const proxyUrl = 'http://private-eks:0a1b@127.0.0.1:4444';
    const text = kubeconfigText({ cluster, port: 1, proxyUrl, launcher: '/l', profile: undefined, environment: {} });
    const { clusters } = parse(text) as { clusters: { cluster: Record<string, string> }[] };
    assert.equal(clusters[0]?.cluster['server'], `https://${cluster.host}`);
    assert.equal(clusters[0]?.cluster['proxy-url'], proxyUrl);
    assert.equal(clusters[0]?.cluster['tls-server-name'], undefined);
  });

  it('survives any path and profile name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (launcher, profile) => {
        const config = parse(kubeconfigText({ cluster, port: 1, launcher, profile, environment: {} })) as {
          users: { user: { exec: { command: string; env: { value: string }[] } } }[];
        };
        assert.equal(config.users[0]?.user.exec.command, launcher);
        assert.equal(config.users[0]?.user.exec.env[0]?.value, profile);
      }),
    );
  });
});

describe('token', () => {
  it('is a presigned GetCallerIdentity of the regional STS host that names the cluster', async () => {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'se/ss+ion=' };
    const { status } = await eksToken(credentials, 'eu-west-1', 'payments', Date.UTC(2026, 10, 21, 8));
    assert.equal(status.expirationTimestamp, '2026-11-21T08:14:00Z');
    assert.ok(status.token.length <= 4096);
    assert.match(status.token, /^k8s-aws-v1\.[\w-]+$/);
    const url = new URL(Buffer.from(status.token.slice('k8s-aws-v1.'.length), 'base64url').toString());
    assert.equal(url.origin, 'https://sts.eu-west-1.amazonaws.com');
    assert.equal(url.pathname, '/');
    const allowed = [
      'Action',
      'Version',
      ...['Algorithm', 'Credential', 'Date', 'Expires', 'Security-Token', 'Signature', 'SignedHeaders'].map(
        key => `X-Amz-${key}`,
      ),
    ];
    assert.deepEqual([...url.searchParams.keys()].sort(), allowed.sort());
    assert.equal(url.searchParams.get('X-Amz-SignedHeaders'), 'host;x-k8s-aws-id');
    assert.equal(url.searchParams.get('X-Amz-Expires'), '60');
    assert.equal(url.searchParams.get('X-Amz-Security-Token'), 'se/ss+ion=');
  });

  it('keeps to the partition of the region', () => {
    assert.equal(stsHost('cn-north-1'), 'sts.cn-north-1.amazonaws.com.cn');
    assert.equal(stsHost('us-gov-west-1'), 'sts.us-gov-west-1.amazonaws.com');
    assert.equal(stsHost('eusc-de-east-1'), 'sts.eusc-de-east-1.amazonaws.eu');
    assert.equal(stsHost('us-iso-east-1'), 'sts.us-iso-east-1.c2s.ic.gov');
    assert.equal(stsHost('us-isob-east-1'), 'sts.us-isob-east-1.sc2s.sgov.gov');
    assert.equal(stsHost('us-isof-south-1'), 'sts.us-isof-south-1.csp.hci.ic.gov');
    assert.equal(stsHost('eu-isoe-west-1'), 'sts.eu-isoe-west-1.cloud.adc-e.uk');
    assert.equal(stsHost('eu-west-1'), 'sts.eu-west-1.amazonaws.com');
  });
});
