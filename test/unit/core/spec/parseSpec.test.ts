import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ClusterSpec } from '../../../../src/core/spec/clusterSpec.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';
import { parseSpecPath } from '../../../../src/core/spec/specPath.ts';
import { largestSpec } from '../../../../src/core/spec/specText.ts';
import { badSpecs } from './badSpecs.ts';

const head = 'apiVersion: private-eks/v1\nkind: Cluster\nname: payments\nregion: eu-west-1\n';
const badFolder = new URL('./bad/', import.meta.url);
const suffix = '.private-eks.yaml';

const blocks = (count: number) => Array.from({ length: count }, (_, i) => `10.${i + 100}.0.0/16`).join(', ');
const groups = (count: number) =>
  Array.from({ length: count }, (_, i) => `sg-000000${(i + 16).toString(16)}`).join(', ');

function reject(text: string) {
  const reading = parseSpec(text);
  assert.equal(reading.spec, undefined);
  assert.ok(reading.problems.length > 0);
  return reading.problems;
}

describe('a spec file', () => {
  it('needs a name and a region and gets a good private cluster', () => {
    const { spec, problems } = parseSpec(head);
    assert.deepEqual(problems, []);
    const expected: ClusterSpec = {
      apiVersion: 'private-eks/v1',
      kind: 'Cluster',
      name: 'payments',
      region: 'eu-west-1',
      version: '1.36',
      tags: {},
      network: { cidr: '10.40.0.0/16', zones: 3, ipFamily: 'ipv4', apiAccess: { cidrs: [], securityGroups: [] } },
      features: {
        images: true,
        podIdentity: true,
        irsa: false,
        sessionManager: true,
        loadBalancers: false,
        autoscaling: false,
        containerLogs: false,
        metrics: false,
        secrets: false,
        karpenter: false,
        ebs: false,
        efs: false,
        fsx: false,
        kms: false,
        xray: false,
        prometheus: false,
        externalDns: false,
        eksApi: false,
        oidcDiscovery: false,
      },
      endpoints: { policy: 'open', extra: [], reachable: [] },
      controlPlane: { support: 'extended', zonalShift: false, egress: 'aws-managed', tier: 'standard' },
      logs: { types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'], retentionDays: 90 },
      encryption: { key: 'aws-owned' },
      access: { administrators: [], podIdentities: [] },
      staging: 'auto',
      deletionProtection: true,
      nodes: {
        default: {
          kind: 'managed',
          os: 'al2023',
          instanceTypes: ['t3.medium'],
          architecture: 'x86_64',
          capacity: 'on-demand',
          minSize: 2,
          desiredSize: 2,
          maxSize: 4,
          diskGiB: 40,
          labels: {},
          taints: [],
          repair: false,
        },
      },
      fargate: {},
      addons: {},
    };
    assert.deepEqual(spec, expected);
  });

  it('may leave a field or a whole section empty', () => {
    const { spec, problems } = parseSpec(`${head}network:\nlogs:\n  retentionDays:\ntags:\n`);
    assert.deepEqual(problems, []);
    assert.equal(spec?.network.zones, 3);
    assert.equal(spec.logs.retentionDays, 90);
  });

  it('may have Windows line endings and a byte order mark, and keeps its columns', () => {
    const { spec } = parseSpec(`\uFEFF${head.replaceAll('\n', '\r\n')}`);
    assert.equal(spec?.name, 'payments');
    const [problem] = reject(`\uFEFF${head.replaceAll('\n', '\r\n')}staging: never\r\n`);
    assert.deepEqual(problem?.start, { line: 5, column: 10, offset: head.length + 4 + 9 });
  });

  for (const [type, architecture] of [
    ['t4g.medium', 'arm64'],
    ['m7g.large', 'arm64'],
    ['c7gn.xlarge', 'arm64'],
    ['im4gn.large', 'arm64'],
    ['a1.large', 'arm64'],
    ['m7i-flex.large', 'x86_64'],
    ['c7a.2xlarge', 'x86_64'],
    ['m5.metal', 'x86_64'],
  ]) {
    it(`takes ${type} for ${architecture}`, () => {
      const { spec, problems } = parseSpec(`${head}nodes:\n  default:\n    instanceTypes: [${type}]\n`);
      assert.deepEqual(problems, []);
      assert.equal(spec?.nodes.default?.architecture, architecture);
    });
  }

  for (const [types, architecture, os] of [
    ['g6.xlarge, g6e.xlarge', 'x86_64', 'al2023'],
    ['g5g.xlarge', 'arm64', 'bottlerocket'],
    ['p6e-gb200.36xlarge', 'arm64', 'al2023'],
    ['inf2.xlarge, trn1.2xlarge', 'x86_64', 'al2023'],
  ]) {
    it(`takes ${types} for ${architecture} with ${os}`, () => {
      const { spec, problems } = parseSpec(`${head}nodes:\n  default:\n    os: ${os}\n    instanceTypes: [${types}]\n`);
      assert.deepEqual(problems, []);
      assert.equal(spec?.nodes.default?.architecture, architecture);
    });
  }

  it('may name a group, an add-on or Auto Mode and say nothing more of it', () => {
    const { spec, problems } = parseSpec(`${head}nodes:\n  default:\n  more:\nautoMode:\naddons:\n  metrics-server:\n`);
    assert.deepEqual(problems, []);
    assert.deepEqual(Object.keys(spec?.nodes ?? {}), ['default', 'more']);
    assert.deepEqual(spec?.autoMode, { nodePools: ['general-purpose', 'system'] });
    assert.deepEqual(spec.addons, { 'metrics-server': { podIdentity: {} } });
  });

  it('may take a VPC from 10.100.0.0/16: EKS then has 172.20.0.0/16 for services', () => {
    assert.deepEqual(parseSpec(`${head}network: {cidr: 10.100.0.0/16}\n`).problems, []);
  });

  it('may begin with no nodes where another group, Fargate or Auto Mode runs CoreDNS', () => {
    const none = '  spare: {minSize: 0, desiredSize: 0}\n';
    for (const other of ['  default: {}\n', 'fargate: {a: {selectors: [{namespace: a}]}}\n', 'autoMode: {}\n'])
      assert.deepEqual(parseSpec(`${head}nodes:\n${none}${other}`).problems, []);
    const tolerant = 'addons: {coredns: {configuration: {tolerations: [{operator: Exists}]}}}\n';
    const tainted = 'nodes: {default: {taints: [{key: a, effect: NoExecute}]}}\n';
    assert.deepEqual(parseSpec(`${head}${tainted}${tolerant}`).problems, []);
  });

  for (const [what, lines, path, column] of [
    ['a block of many networks', 'network:\n  apiAccess: {cidrs: [10.0.0.0/7]}', 'network.apiAccess.cidrs[0]', 23],
    [
      'a block inside another',
      'network:\n  apiAccess: {cidrs: [10.0.0.0/8, 10.1.0.0/16]}',
      'network.apiAccess.cidrs[1]',
      35,
    ],
    [
      'more rules than a group holds',
      `network:\n  apiAccess: {cidrs: [${blocks(50)}], securityGroups: [${groups(11)}]}`,
      'network.apiAccess',
      3,
    ],
    ['an endpoint that is there anyway', 'endpoints:\n  extra: [ecr.api]', 'endpoints.extra[0]', 11],
    ['an endpoint that nodes need', 'endpoints:\n  extra: [ec2]', 'endpoints.extra[0]', 11],
    ['an add-on of nearly that name', 'addons:\n  aws-ebs-csi-drivers: {}', 'addons.aws-ebs-csi-drivers', 3],
    ['FSx with IPv6', 'network: {ipFamily: ipv6}\nfeatures:\n  fsx: true', 'features.fsx', 8],
    [
      'pods of Auto Mode in a block of their own',
      'autoMode: {}\nnetwork:\n  podCidr: 100.64.0.0/16',
      'network.podCidr',
      12,
    ],
    ['what Auto Mode has built in', 'autoMode: {}\nfeatures:\n  ebs: true', 'features.ebs', 8],
  ] as const) {
    it(`is doubted for ${what}`, () => {
      const { spec, problems } = parseSpec(`${head}${lines}\n`);
      assert.ok(spec);
      assert.deepEqual(
        problems.map(({ severity, path: at, start }) => [severity, at, start.line, start.column]),
        [['warning', path, 4 + lines.split('\n').length, column]],
      );
    });
  }

  it('may ask for a version or region that came after this release, with a doubt', () => {
    const { spec, problems } = parseSpec(
      'apiVersion: private-eks/v1\nkind: Cluster\nname: a\nregion: eu-east-1\nversion: "1.38"\n',
    );
    assert.equal(spec?.version, '1.38');
    assert.deepEqual(
      problems.map(({ severity, path, start }) => [severity, path, start.line]),
      [
        ['warning', 'region', 4],
        ['warning', 'version', 5],
      ],
    );
  });

  it('tells all that is wrong in one reading, in the order of the file', () => {
    const problems = reject(
      'kind: Cluster\nname: a_b\nversion: 1.36\nnetwork:\n  cidr: 8.8.0.0/16\n  zone: 2\nnodes:\n  default:\n    minSize: 9\n',
    );
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['apiVersion', 'region', 'name', 'version', 'network.cidr', 'network.zone', 'nodes.default.minSize'],
    );
  });

  it('does not judge a field by another one that is wrong itself', () => {
    assert.deepEqual(
      reject(`${head}nodes:\n  default:\n    minSize: 5\n    maxSize: many\n`).map(({ path }) => path),
      ['nodes.default.maxSize'],
    );
  });

  it('is refused when it is huge, nested without end or an alias bomb', () => {
    const [huge] = reject(`${head}# ${'x'.repeat(largestSpec)}`);
    assert.equal(huge?.allowed, 'at most 64 KB');
    const [deep] = reject(`${head}tags: ${'['.repeat(50_000)}`);
    assert.equal(deep?.seen, 'deep nesting');
    const laughs = Array.from({ length: 20 }, (_, i) => `  a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n');
    assert.match(reject(`${head}tags:\n  a0: &a0 [x]\n${laughs}\n`)[0]?.message ?? '', /alias/);
  });

  it('is refused with the key __proto__, which would otherwise vanish', () => {
    assert.match(reject(`${head}tags:\n  __proto__: x\n`)[0]?.message ?? '', /cannot be a key/);
  });

  it('never throws, whatever it holds, and points inside the text', () => {
    const line = fc.constantFrom(
      'name: ',
      '  ',
      '- ',
      'tags:',
      '{',
      '}',
      '"',
      '&a',
      '*a',
      '!!x',
      '|',
      '\t',
      '\r\n',
      '\n',
      ': ',
      '#',
      '\0',
      'ä',
      '1.30',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(line, { maxLength: 30 }).map(parts => parts.join('')),
        ),
        text => {
          for (const source of [text, head + text]) {
            const { spec, problems } = parseSpec(source);
            assert.ok(spec !== undefined || problems.some(({ severity }) => severity === 'error'));
            for (const { start, end } of problems) {
              assert.ok(
                start.line >= 1 && start.column >= 1 && start.offset <= end.offset && end.offset <= source.length,
              );
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a bad spec', () => {
  const files = readdirSync(badFolder).filter(file => file.endsWith(suffix));

  it('has a row in the table, and each row a file; there are thirty or more', () => {
    assert.deepEqual(files.map(file => file.slice(0, -suffix.length)).sort(), Object.keys(badSpecs).sort());
    assert.ok(files.length >= 30);
  });

  for (const [name, expected] of Object.entries(badSpecs)) {
    it(`${name} is refused at its line and column with what was seen and what is allowed`, () => {
      const problems = reject(readFileSync(new URL(name + suffix, badFolder), 'utf8'));
      assert.deepEqual(
        problems.map(({ start, path, seen, allowed }) => [start.line, start.column, path, seen, allowed]),
        expected,
      );
      for (const { severity, path, message, seen = '', allowed = '' } of problems) {
        assert.equal(severity, 'error');
        assert.match(message, /\.$|\?$/);
        const key = parseSpecPath(path)?.findLast(part => typeof part === 'string') ?? '';
        assert.ok(message.includes(key), message);
        assert.ok(seen !== '' && allowed !== '');
      }
    });
  }
});
