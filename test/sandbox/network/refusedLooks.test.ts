import assert from 'node:assert/strict';
import type { NetworkFinding } from '../../../src/core/network/networkFacts.ts';
import type { AccountSnapshot } from '../../../src/sandbox/kernel/account.ts';
import { NetworkBench, type SoundVpc } from './soundVpc.ts';

const looks = [
  ['ec2', 'DescribeVpcs'],
  ['ec2', 'DescribeVpcAttribute'],
  ['ec2', 'DescribeDhcpOptions'],
  ['ec2', 'DescribeSubnets'],
  ['ec2', 'DescribeRouteTables'],
  ['ec2', 'DescribeNetworkAcls'],
  ['ec2', 'DescribeVpcEndpoints'],
  ['ec2', 'DescribePrefixLists'],
  ['ec2', 'DescribeNetworkInterfaces'],
  ['ec2', 'DescribeSecurityGroups'],
  ['route53', 'ListHostedZonesByVPC'],
] as const;

describe('a look at an existing VPC', () => {
  let sound: SoundVpc;
  let snapshot: AccountSnapshot;

  before(async () => {
    const bench = await NetworkBench.open();
    sound = await bench.account.run(bench.sound());
    snapshot = bench.account.sandbox.account.snapshot();
  });

  for (const [service, operation] of looks)
    it(`that is refused is unknown, and accuses nobody: ${operation}`, async () => {
      const bench = await NetworkBench.open({ snapshot: structuredClone(snapshot) });
      const code = service === 'ec2' ? 'UnauthorizedOperation' : 'AccessDenied';
      const message = `User: x is not authorized to perform: ${service}:${operation}`;
      bench.account.fault({ service, operation, times: 10, code, message, status: 403 });
      const { findings } = await bench.plan(sound);
      const look = findings.find(found => found.code === 'look-refused');
      assert.equal(look?.severity, 'unknown');
      assert.match(look.fix, new RegExp(`${service}:${operation}`));
      const accusing = (found: NetworkFinding) => found.severity === 'error' || found.severity === 'warning';
      assert.deepEqual(findings.filter(accusing), []);
    });

  it('that may not read a zone’s records takes it for the way there', async () => {
    const bench = await NetworkBench.open({ snapshot: structuredClone(snapshot) });
    await bench.account.run(bench.zone('sts.eu-west-1.amazonaws.com', sound.vpcId));
    const refused = { code: 'AccessDenied', message: 'User: x is not authorized', status: 403 };
    bench.account.fault({ service: 'route53', operation: 'ListResourceRecordSets', times: 10, ...refused });
    const { findings } = await bench.plan(sound, 'features:\n  irsa: true\n');
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['hosted-zone-serves', 'look-refused'],
    );
    assert.match(findings[1]?.fix ?? '', /route53:ListResourceRecordSets/);
  });

  it('that fails in another way fails', async () => {
    const bench = await NetworkBench.open({ snapshot: structuredClone(snapshot) });
    bench.account.fault({ service: 'ec2', operation: 'DescribeRouteTables', code: 'InvalidAction', status: 400 });
    await assert.rejects(bench.plan(sound), { code: 'aws-error' });
  });

  it('that may not ask where services are offered takes every zone', async () => {
    const bench = await NetworkBench.open({ snapshot: structuredClone(snapshot) });
    const fault = {
      service: 'ec2',
      operation: 'DescribeVpcEndpointServices',
      times: 10,
      code: 'UnauthorizedOperation',
    };
    bench.account.fault({ ...fault, message: 'You are not authorized to perform this operation.', status: 403 });
    const plan = await bench.plan(sound, 'features:\n  irsa: true\n');
    assert.equal(plan.account?.endpointZones, undefined);
    assert.deepEqual(plan.endpoints.find(({ service }) => service === 'sts')?.subnetIds, sound.subnetIds);
  });
});
