import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { clusterConfig, eksctlExport } from '../../../../src/core/export/eksctl/eksctlExport.ts';
import { eksctlLosses } from '../../../../src/core/export/eksctl/eksctlLosses.ts';
import { exportedText } from '../../../../src/core/export/exportPlan.ts';
import { specGrid, specOf } from '../templates/specGrid.ts';
import { eksctlFields } from './eksctlNames.ts';
import { account, exportSpecs, planOf } from './exportSpecs.ts';
import { assertGolden, assertNoOthers } from './golden.ts';
import type { Arguments } from './terraformNames.ts';

const configOf = (lines: string, facts?: typeof account) => clusterConfig(planOf(specOf(lines), facts));
const lossesOf = (lines: string) => eksctlLosses(planOf(specOf(lines))).join('\n');

describe('a plan as an eksctl ClusterConfig', () => {
  for (const [name, spec, facts] of exportSpecs)
    it(`is as kept: ${name}`, () =>
      assertGolden(`${name}.eksctl.yaml`, exportedText(eksctlExport(planOf(spec, facts)))));

  it('has no kept file that nothing is compared with', () =>
    assertNoOthers(exportSpecs.flatMap(([name]) => [`${name}.eksctl.yaml`, `${name}.tf`])));

  it('uses eksctl’s own field names alone', () => {
    let fields = 0;
    for (const [name, spec, facts] of [...specGrid(), ...exportSpecs] as typeof exportSpecs)
      fields += checked(parse(exportedText(eksctlExport(planOf(spec, facts)))), eksctlFields, name);
    assert.ok(fields > 1000, `${fields} fields`);
  });

  it('says at its head all that it loses, and reads back as what it is', () => {
    for (const [, spec, facts] of exportSpecs) {
      const plan = planOf(spec, facts);
      const { files, losses } = eksctlExport(plan);
      const text = files[0]?.content ?? '';
      for (const loss of losses) assert.ok(text.includes(`#   - ${loss}\n`), loss);
      assert.deepEqual(parse(text), JSON.parse(JSON.stringify(clusterConfig(plan))));
    }
  });

  it('is fully private, and never sets the endpoints that eksctl refuses beside it', () => {
    for (const [name, spec] of specGrid()) {
      const config = clusterConfig(planOf(spec));
      assert.equal(config.privateCluster.enabled, true, name);
      assert.ok(!JSON.stringify(config).includes('clusterEndpoints'));
      const groups = [...(config.managedNodeGroups ?? []), ...(config.nodeGroups ?? [])];
      assert.ok(
        groups.every(group => group.privateNetworking && group.disablePodIMDS && group.volumeEncrypted),
        name,
      );
    }
  });

  it('asks for the endpoints that eksctl can make, and names the others', () => {
    const lines = 'features: {containerLogs: true, autoscaling: true, loadBalancers: true}\n';
    assert.deepEqual(configOf(lines).privateCluster.additionalEndpointServices, ['autoscaling', 'logs']);
    assert.match(lossesOf(lines), /cannot make these endpoints: .*eks-auth.*elasticloadbalancing/);
    const vpc =
      'network: {vpc: {id: vpc-0a1b2c3d4e5f67890, subnets: [subnet-0a1b2c3d4e5f67890, subnet-0a1b2c3d4e5f67891]}}\n';
    assert.deepEqual(configOf(vpc).privateCluster, { enabled: true, skipEndpointCreation: true });
    assert.match(lossesOf(vpc), /to be made beforehand.*: ec2, /);
  });

  it('names zones only where an account tells their names', () => {
    assert.deepEqual(configOf('network: {zones: 2}\n', account).availabilityZones, ['eu-west-1a', 'eu-west-1b']);
    assert.deepEqual(configOf('network: {zones: [euw1-az3, euw1-az1]}\n', account).availabilityZones, [
      'eu-west-1a',
      'eu-west-1c',
    ]);
    assert.equal(configOf('').availabilityZones, undefined);
  });

  it('gives the creator the cluster where the spec names nobody', () => {
    assert.equal(configOf('').accessConfig.bootstrapClusterCreatorAdminPermissions, true);
    const named = configOf('access: {administrators: ["arn:aws:iam::111122223333:role/a"]}\n').accessConfig;
    assert.equal(named.bootstrapClusterCreatorAdminPermissions, false);
    assert.equal(named.accessEntries?.[0]?.principalARN, 'arn:aws:iam::111122223333:role/a');
  });

  it('tells each thing that it cannot say, and only where the spec says it', () => {
    const telling: [string, RegExp][] = [
      ['logs: {retentionDays: 1096}\n', /retentionDays: eksctl does not take 1096/],
      ['encryption: {key: new}\n', /eksctl makes no key/],
      ['deletionProtection: true\n', /deletionProtection/],
      ['controlPlane: {egress: customer-isolated}\n', /customer-isolated/],
      ['network: {podCidr: 100.64.0.0/16}\n', /podCidr/],
      ['network: {apiAccess: {cidrs: [10.8.0.0/16]}}\n', /apiAccess.*10\.8\.0\.0\/16/],
      ['endpoints: {policy: account}\n', /endpoints\.policy/],
      ['nodes: {a: {ami: ami-0a1b2c3d4e5f67890}}\n', /ami of a/],
    ];
    for (const [lines, pattern] of telling) {
      assert.match(lossesOf(lines), pattern);
      if (!lines.startsWith('deletion')) assert.doesNotMatch(lossesOf('deletionProtection: false\n'), pattern);
    }
  });
});

/** @returns how many fields were looked at */
function checked(value: unknown, table: Arguments, place: string): number {
  let count = 0;
  for (const [name, inner] of Object.entries(value as Record<string, unknown>)) {
    const known = table[name] ?? table['*'];
    assert.ok(known, `${place}: ${name} is no field of eksctl's`);
    count++;
    if (known !== true) for (const one of [inner].flat()) count += checked(one, known, `${place}.${name}`);
  }
  return count;
}
