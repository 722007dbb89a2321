import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import { bottlerocketUserData } from '../../../../src/core/templates/bottlerocketUserData.ts';
import { nodeadmUserData } from '../../../../src/core/templates/nodeadmUserData.ts';
import type { ClusterUserData } from '../../../../src/core/templates/nodeUserData.ts';
import { readToml } from '../../../support/readToml.ts';

const node: ClusterUserData = {
  clusterName: 'payments',
  apiServer: 'https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com',
  certificateAuthority: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==',
  serviceCidr: '172.20.0.0/16',
  clusterDns: '172.20.0.10',
  labels: { 'example.com/team': 'web', tier: '1' },
  taints: [
    { key: 'dedicated', value: 'web', effect: 'NoSchedule' },
    { key: 'dedicated', value: 'db', effect: 'NoExecute' },
    { key: 'spot', effect: 'PreferNoSchedule' },
  ],
};

/** The parts of a MIME message by their content type, read as RFC 2046 has it. */
function mimeParts(message: string): Record<string, string> {
  const [head = '', ...rest] = message.split('\n\n');
  const boundary = /^Content-Type: multipart\/mixed; boundary="([^"]+)"$/m.exec(head)?.[1];
  assert.ok(boundary !== undefined && head.startsWith('MIME-Version: 1.0\n'));
  const parts = rest.join('\n\n').split(`--${boundary}`);
  assert.equal(parts.shift(), '');
  assert.equal(parts.pop(), '--\n');
  return Object.fromEntries(
    parts.map(part => {
      const [header = '', ...body] = part.replace(/^\n/, '').split('\n\n');
      return [/^Content-Type: (.+)$/m.exec(header)?.[1] ?? '', body.join('\n\n')];
    }),
  );
}

interface NodeConfig {
  readonly kind: string;
  readonly spec: {
    readonly cluster?: Record<string, unknown>;
    readonly instance?: unknown;
    readonly kubelet?: { readonly flags: readonly string[] };
  };
}
const nodeConfig = (text: string) => parse(mimeParts(text)['application/node.eks.aws'] ?? '') as NodeConfig;

describe('user data of an AL2023 node', () => {
  it('is one NodeConfig in a MIME message, with all that nodeadm would else ask EKS for', () => {
    const text = nodeadmUserData({ cluster: node });
    assert.deepEqual(Object.keys(mimeParts(text)), ['application/node.eks.aws']);
    assert.deepEqual(nodeConfig(text), {
      apiVersion: 'node.eks.aws/v1alpha1',
      kind: 'NodeConfig',
      spec: {
        cluster: {
          name: 'payments',
          apiServerEndpoint: node.apiServer,
          certificateAuthority: node.certificateAuthority,
          cidr: '172.20.0.0/16',
        },
        kubelet: {
          flags: [
            '--node-labels=example.com/team=web,tier=1',
            '--register-with-taints=dedicated=web:NoSchedule,dedicated=db:NoExecute,spot=:PreferNoSchedule',
          ],
        },
      },
    });
  });

  it('says nothing of the kubelet without labels and taints, and keeps names text that YAML would misread', () => {
    const { spec } = nodeConfig(nodeadmUserData({ cluster: { ...node, clusterName: '123', labels: {}, taints: [] } }));
    assert.equal(spec.kubelet, undefined);
    assert.equal(spec.cluster?.name, '123');
    assert.equal(
      nodeConfig(nodeadmUserData({ cluster: { ...node, serviceCidr: 'fd30:1c53:5f8a::/108' } })).spec.cluster?.cidr,
      'fd30:1c53:5f8a::/108',
    );
  });
});

describe('user data of a Bottlerocket node', () => {
  it('is TOML with the settings of a node that asks nobody', () => {
    assert.deepEqual(readToml(bottlerocketUserData({ cluster: node })), {
      settings: {
        kubernetes: {
          'cluster-name': 'payments',
          'api-server': node.apiServer,
          'cluster-certificate': node.certificateAuthority,
          'cluster-dns-ip': '172.20.0.10',
          'node-labels': { 'example.com/team': 'web', tier: '1' },
          'node-taints': { dedicated: ['web:NoSchedule', 'db:NoExecute'], spot: [':PreferNoSchedule'] },
        },
      },
    });
    assert.doesNotMatch(
      bottlerocketUserData({ cluster: { ...node, labels: {}, taints: [] } }),
      /node-labels|node-taints/,
    );
  });
});

describe('user data of a node behind a proxy', () => {
  const proxy = {
    url: 'http://proxy.example.internal:3128',
    noProxy: ['localhost', '10.40.0.0/16', '.eks.amazonaws.com'],
  };

  it('tells every service of an AL2023 node, beside the cluster or without it, where EKS adds that', () => {
    const environment = {
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'localhost,10.40.0.0/16,.eks.amazonaws.com',
    };
    assert.deepEqual(nodeConfig(nodeadmUserData({ proxy })).spec, {
      instance: { environment: { default: environment } },
    });
    const both = nodeConfig(nodeadmUserData({ cluster: node, proxy })).spec;
    assert.deepEqual(Object.keys(both), ['cluster', 'kubelet', 'instance']);
  });

  it('is a table of its own on Bottlerocket', () => {
    const network = { 'https-proxy': proxy.url, 'no-proxy': proxy.noProxy };
    assert.deepEqual(readToml(bottlerocketUserData({ proxy })), { settings: { network } });
    const both = readToml(bottlerocketUserData({ cluster: node, proxy })) as { settings: Record<string, unknown> };
    assert.deepEqual(Object.keys(both.settings), ['kubernetes', 'network']);
    assert.deepEqual(both.settings['network'], network);
  });
});

it('user data of both systems gives back every label that Kubernetes allows', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9](?:[\w.-]{0,20}[A-Za-z0-9])?$/);
  fc.assert(
    fc.property(fc.dictionary(word, word, { minKeys: 1, noNullPrototype: true }), labels => {
      const flags = nodeConfig(nodeadmUserData({ cluster: { ...node, labels } })).spec.kubelet?.flags ?? [];
      const pairs = (flags[0] ?? '').replace('--node-labels=', '').split(',');
      assert.deepEqual(Object.fromEntries(pairs.map(pair => pair.split('='))), labels);
      const { settings } = readToml(bottlerocketUserData({ cluster: { ...node, labels } })) as {
        settings: { kubernetes: Record<string, unknown> };
      };
      assert.deepEqual(settings.kubernetes['node-labels'], labels);
    }),
    { numRuns: 200 },
  );
});
