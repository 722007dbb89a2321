import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Io } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';

const vpcId = 'vpc-0123456789abcdef0';
const subnets = ['subnet-00000000000000001', 'subnet-00000000000000002'];
const spec = `apiVersion: private-eks/v1
kind: Cluster
name: demo
region: eu-west-1
network:
  vpc:
    id: ${vpcId}
    subnets: [${subnets.join(', ')}]
`;

async function run(...args: string[]) {
  const said = { out: '', err: '' };
  const io: Io = {
    env: {},
    isTerminal: false,
    columns: () => 80,
    out: text => void (said.out += text),
    err: text => void (said.err += text),
    ask: () => Promise.reject(new Error('nobody to ask')),
    input: () => Promise.reject(new Error('nothing comes in')),
    onInterrupt: () => () => undefined,
  };
  return { code: await main(args, io), ...said };
}

describe('private-eks plan, of an existing VPC', () => {
  let dir: string;
  const file = (name: string) => path.join(dir, name);
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'private-eks-cli-'));
    await writeFile(file('demo.private-eks.yaml'), spec);
    const Subnets = subnets.map((SubnetId, index) => ({
      SubnetId,
      VpcId: vpcId,
      AvailabilityZone: `eu-west-1${'ab'.charAt(index)}`,
      AvailabilityZoneId: `euw1-az${index + 1}`,
      CidrBlock: `10.20.${index}.0/28`,
      AvailableIpAddressCount: 11,
      State: 'available',
    }));
    const Vpcs = [{ VpcId: vpcId, CidrBlock: '10.20.0.0/16', OwnerId: '111122223333' }];
    await writeFile(file('answers.json'), JSON.stringify({ Vpcs, Subnets }));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('judges saved answers, names the resources, writes the ticket, and ends with 1 where a run could not begin', async () => {
    const given = ['-f', file('demo.private-eks.yaml'), '--saved', dir, '--ticket', file('ticket.md')];
    const { code, out } = await run('plan', ...given);
    assert.equal(code, 1);
    for (const id of subnets) assert.ok(out.includes(`error: ${id} cidrBlock: 10.20.`), out);
    const ticket = await readFile(file('ticket.md'), 'utf8');
    assert.match(ticket, /^# Network for the private EKS cluster demo\n/);
    for (const id of subnets) assert.ok(ticket.includes(`**\`${id}\`**, cidrBlock (\`subnet-too-small\`)`), ticket);
    assert.match(ticket, /aws ec2 create-vpc-endpoint --region eu-west-1 --vpc-id vpc-0123456789abcdef0/);
  });

  it('writes a ticket without the account, too, and says that nothing was looked at', async () => {
    const { code } = await run('plan', '-f', file('demo.private-eks.yaml'), '--ticket', file('ticket.md'));
    assert.equal(code, 0);
    assert.match(
      await readFile(file('ticket.md'), 'utf8'),
      /Nothing was looked at: this was planned without the account/,
    );
  });

  it('makes nothing of saved answers that somebody could run', async () => {
    const given = ['-f', file('demo.private-eks.yaml'), '--saved', dir, '--out', file('out')];
    const { code, err } = await run('plan', ...given);
    assert.equal(code, 2);
    assert.match(err, /--saved judges the network alone/);
  });
});
