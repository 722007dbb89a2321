import assert from 'node:assert/strict';
import { kubeconfigEntries, kubeconfigText } from '../../../../src/core/kube/kubeconfig.ts';
import { ownKubeconfig } from '../../../../src/editor/tunnels/ownKubeconfig.ts';

const input = {
  cluster: {
    name: 'payments',
    arn: 'arn:aws:eks:eu-west-1:000000000000:cluster/payments',
    region: 'eu-west-1',
    host: 'abc.gr7.eu-west-1.eks.amazonaws.com',
    certificateAuthority: 'PEM',
    vpcId: 'vpc-0',
    status: 'ACTIVE',
  },
  port: 50443,
  launcher: '/home/a/private-eks-token',
  profile: 'prod',
  environment: {},
} as const;

describe('a tunnel’s own kubeconfig', () => {
  it('is read back as it was meant', () => {
    const own = ownKubeconfig(kubeconfigText(input));
    assert.deepEqual(own?.entries, kubeconfigEntries(input));
    assert.equal(own?.host, input.cluster.host);
    assert.equal(own?.context, input.cluster && own.entries.find(({ list }) => list === 'contexts')?.name);
  });

  for (const text of [
    '',
    '- a',
    'clusters: 1',
    kubeconfigText(input).replace('tls-server-name', 'other'),
    '{"users":[{}]}',
  ])
    it(`is not made of ${JSON.stringify(text.slice(0, 20))}`, () => assert.equal(ownKubeconfig(text), undefined));
});
