import { CreateClusterCommand } from '@aws-sdk/client-eks';
import { CreateVpcCommand, CreateVpcEndpointCommand } from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  paginateListServiceQuotas,
} from '@aws-sdk/client-service-quotas';
import assert from 'node:assert/strict';
import { setQuota } from '../../../src/sandbox/services/serviceQuotas.ts';
import { ClusterBench, failureOf, region } from '../support/clusterRun.ts';
import { Operator, operatorsOwn } from './operator.ts';
import { runPolicy } from '../../../src/core/access/runPolicy.ts';

/** What AWS itself does where nobody looked before: the sandbox's own quotas. */
describe('quotas of the simulated account', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());
  const send = <T>(work: Promise<T>) => bench.account.run(work);
  const set = (name: string, value: number) => setQuota(bench.account.sandbox.account, name, value);
  const refused = (work: Promise<unknown>, name: string) => assert.rejects(send(work), { name });

  it('are told in pages, applied and by default', async () => {
    const client = await bench.account.session(region).client('serviceQuotas');
    set('vpc/L-F678F1CE', 2);
    const vpcs = { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' };
    assert.equal((await send(client.send(new GetServiceQuotaCommand(vpcs)))).Quota?.Value, 2);
    assert.equal((await send(client.send(new GetAWSDefaultServiceQuotaCommand(vpcs)))).Quota?.Value, 5);
    const pages: number[] = [];
    const read = async () => {
      for await (const page of paginateListServiceQuotas({ client, pageSize: 2 }, { ServiceCode: 'eks' }))
        pages.push(page.Quotas?.length ?? 0);
    };
    await send(read());
    assert.deepEqual(pages, [2, 2, 1]);
    await refused(client.send(new ListServiceQuotasCommand({ ServiceCode: 'nothing' })), 'NoSuchResourceException');
  });

  it('hold VPCs, endpoints and clusters', async () => {
    const ec2 = await bench.account.session(region).client('ec2');
    const eks = await bench.account.session(region).client('eks');
    const { Vpc } = await send(ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' })));
    set('vpc/L-F678F1CE', 1);
    await refused(ec2.send(new CreateVpcCommand({ CidrBlock: '10.2.0.0/16' })), 'VpcLimitExceeded');
    for (const [quota, VpcEndpointType, service] of [
      ['L-1B52E74A', 'Gateway', 's3'],
      ['L-29B6F2EB', 'Interface', 'ec2'],
    ] as const) {
      set(`vpc/${quota}`, 0);
      const ServiceName = `com.amazonaws.${region}.${service}`;
      const command = new CreateVpcEndpointCommand({ VpcId: Vpc?.VpcId, ServiceName, VpcEndpointType });
      await refused(ec2.send(command), 'VpcEndpointLimitExceeded');
    }
    set('eks/L-1194D53C', 0);
    const cluster = { name: 'x', roleArn: 'arn:aws:iam::000000000000:role/x', resourcesVpcConfig: { subnetIds: [] } };
    await refused(eks.send(new CreateClusterCommand(cluster)), 'ResourceLimitExceededException');
  });

  it('of vCPUs fail a node group with EC2’s words, where preflight could not know', async () => {
    set('ec2/L-1216C47A', 3);
    const blind = runPolicy(operatorsOwn(await bench.plan())).map(document => ({
      ...document,
      Statement: document.Statement.map(one => ({
        ...one,
        Action: one.Action.filter(action => action !== 'servicequotas:ListServiceQuotas'),
      })),
    }));
    const operator = await Operator.with(bench, blind);
    const result = await operator.create(await operator.plan());
    assert.equal(result.outcome, 'failed');
    const notes = result.events.filter(({ type }) => type === 'note').map(event => JSON.stringify(event));
    assert.match(notes.join('\n'), /Not known: what the account’s quotas are/);
    const told = JSON.stringify(failureOf(result));
    assert.match(told, /VcpuLimitExceeded|more vCPU capacity than your current vCPU limit of 3/);
  });
});
