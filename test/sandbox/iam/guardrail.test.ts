import { AttachInternetGatewayCommand, CreateInternetGatewayCommand } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeClusterCommand,
  UpdateClusterConfigCommand,
  type VpcConfigRequest,
} from '@aws-sdk/client-eks';
import assert from 'node:assert/strict';
import { guardrailPolicy } from '../../../src/core/access/guardrail.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { setServiceControlPolicy } from '../../../src/sandbox/services/iam/serviceControlPolicies.ts';
import { ClusterBench, failureOf, minimalSpec, region } from '../support/clusterRun.ts';

/** What a service control policy may have, in characters. */
const controlPolicyCharacters = 5120;

describe('an organization’s guardrail', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  beforeEach(async () => {
    bench = await ClusterBench.open();
    setServiceControlPolicy(bench.account.sandbox.account, 'guardrail', guardrailPolicy());
  });
  afterEach(() => bench.close());

  const spec = (lines: string) => {
    const read = parseSpec(minimalSpec + lines).spec;
    assert.ok(read);
    return read;
  };

  it('lets this product make, change and delete its clusters', async () => {
    const created = await bench.create(await bench.plan());
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
    const eks = await bench.account.session(region).client('eks');
    const clusterLogging = [{ types: ['api' as const], enabled: false }];
    await bench.account.run(eks.send(new UpdateClusterConfigCommand({ name: 'demo', logging: { clusterLogging } })));
    await bench.account.pass(600);
    assert.equal((await bench.delete()).outcome, 'done');
  });

  it('refuses a cluster with EKS’s defaults, with a public endpoint, or with a hidden administrator', async () => {
    const eks = await bench.account.session(region).client('eks');
    const make = (resourcesVpcConfig: VpcConfigRequest, accessConfig = {}) =>
      bench.account.run(
        eks.send(
          new CreateClusterCommand({
            name: 'open',
            roleArn: 'arn:aws:iam::000000000000:role/cluster',
            resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], ...resourcesVpcConfig },
            accessConfig: {
              authenticationMode: 'API',
              bootstrapClusterCreatorAdminPermissions: false,
              ...accessConfig,
            },
          }),
        ),
      );
    const inside = { endpointPublicAccess: false, endpointPrivateAccess: true };
    for (const refused of [
      make({}),
      make({ ...inside, endpointPublicAccess: true }),
      make({ endpointPublicAccess: false }),
      make(inside, { authenticationMode: 'API_AND_CONFIG_MAP' }),
      make(inside, { bootstrapClusterCreatorAdminPermissions: true }),
    ])
      await assert.rejects(refused, { name: 'AccessDeniedException' });
    // Past the policy, EKS looks at what it is given.
    await assert.rejects(make(inside), ({ name }: Error) => name !== 'AccessDeniedException');
  });

  it('refuses to open a cluster’s endpoint, and a way out of its VPC', async () => {
    await bench.create(await bench.plan());
    const session = bench.account.session(region);
    const eks = await session.client('eks');
    const open = new UpdateClusterConfigCommand({ name: 'demo', resourcesVpcConfig: { endpointPublicAccess: true } });
    await assert.rejects(bench.account.run(eks.send(open)), { name: 'AccessDeniedException' });
    const ec2 = await session.client('ec2');
    const { cluster } = await bench.account.run(eks.send(new DescribeClusterCommand({ name: 'demo' })));
    const { InternetGateway } = await bench.account.run(ec2.send(new CreateInternetGatewayCommand({})));
    const InternetGatewayId = InternetGateway?.InternetGatewayId;
    const attach = new AttachInternetGatewayCommand({
      InternetGatewayId,
      VpcId: cluster?.resourcesVpcConfig?.vpcId,
    });
    await assert.rejects(bench.account.run(ec2.send(attach)), { name: 'UnauthorizedOperation' });
  });

  it('holds a spec’s one-way choices, and fits a service control policy', () => {
    const sids = (lines?: string) =>
      guardrailPolicy(lines === undefined ? undefined : spec(lines)).Statement.map(({ Sid }) => Sid);
    assert.ok(!sids().includes('EgressStays'));
    assert.ok(sids('').includes('EgressStays') && !sids('').includes('EgressOfTheSpec'));
    const strict = 'controlPlane: {egress: customer-isolated, support: standard}\n';
    for (const sid of ['EgressOfTheSpec', 'EgressStays', 'NoExtendedSupport']) assert.ok(sids(strict).includes(sid));
    const all = guardrailPolicy(spec(strict));
    assert.equal(new Set(all.Statement.map(({ Sid }) => Sid)).size, all.Statement.length);
    assert.ok(all.Statement.every(({ Sid, Effect }) => Effect === 'Deny' && /^[A-Za-z0-9]+$/.test(Sid)));
    assert.ok(JSON.stringify(all).length < controlPolicyCharacters);
    assert.match(JSON.stringify(all), /CUSTOMER_ISOLATED/);
  });
});
