import assert from 'node:assert/strict';
import { PrivateEksError } from '../../../src/core/errors.ts';
import type { VpcChoice } from '../../../src/core/network/networkChoices.ts';
import { profileAccount } from '../../../src/editor/accounts/account.ts';
import type { Place } from '../../../src/editor/planner/lookedAt.ts';
import { NetworkList } from '../../../src/editor/planner/networkList.ts';

const account = profileAccount({ profile: 'prod', region: 'eu-west-1' });
const place = (vpcId: string | undefined, region = 'eu-west-1'): Place => ({ account, region, vpcId });
const vpc: VpcChoice = { id: 'vpc-1', name: 'apps', cidrs: ['10.0.0.0/16'], subnets: [] };

/** A list over answers that a test gives, with the calls that it made. */
function listOver(answer: () => Promise<readonly VpcChoice[]>) {
  const calls: string[] = [];
  let tell: () => void = () => undefined;
  const list = new NetworkList(
    {
      listNetworks: (_account, region) => (calls.push(`vpcs ${region}`), answer()),
      listSecurityGroups: (_account, _region, vpcId) => (
        calls.push(`groups ${vpcId}`),
        Promise.resolve([{ id: 'sg-1', name: 'vpn', vpcId }])
      ),
      log: message => calls.push(message),
    },
    () => tell(),
  );
  const changed = () => new Promise<void>(resolve => (tell = resolve));
  return { list, calls, changed };
}

describe('the list of VPCs that a planner offers', () => {
  it('asks only once somebody wants an existing VPC, and once', async () => {
    const { list, calls, changed } = listOver(() => Promise.resolve([vpc]));
    list.want(undefined);
    list.want(place(undefined));
    assert.deepEqual(calls, []);
    const told = changed();
    list.want(place(''));
    assert.deepEqual(list.choices(place('')), { state: 'loading' });
    list.want(place(''));
    await told;
    assert.deepEqual(list.choices(place('')), {
      state: 'ready',
      vpcs: [{ id: 'vpc-1', name: 'apps', cidrs: ['10.0.0.0/16'], subnets: 0, suggested: [] }],
      subnets: [],
      groups: undefined,
    });
    assert.deepEqual(calls, ['vpcs eu-west-1']);
    const groups = changed();
    list.want(place('vpc-1'));
    await groups;
    const choices = list.choices(place('vpc-1'));
    assert.deepEqual(choices.state === 'ready' && choices.groups, [{ id: 'sg-1', name: 'vpn' }]);
    list.want(place('vpc-1'));
    assert.deepEqual(calls, ['vpcs eu-west-1', 'groups vpc-1']);
  });

  it('asks anew for another region, and drops what the first one answers late', async () => {
    const waiting: ((vpcs: readonly VpcChoice[]) => void)[] = [];
    const { list, calls, changed } = listOver(() => new Promise(resolve => waiting.push(resolve)));
    list.want(place(''));
    list.want(place('', 'eu-central-1'));
    assert.deepEqual(calls, ['vpcs eu-west-1', 'vpcs eu-central-1']);
    waiting[0]?.([vpc]);
    const told = changed();
    waiting[1]?.([]);
    await told;
    const choices = list.choices(place('', 'eu-central-1'));
    assert.deepEqual(choices.state === 'ready' && choices.vpcs, []);
  });

  it('says why it is refused, and asks again when told to', async () => {
    const { list, calls, changed } = listOver(() =>
      Promise.reject(new PrivateEksError('access-denied', 'ec2:DescribeVpcs is denied.')),
    );
    const told = changed();
    list.want(place(''));
    await told;
    assert.deepEqual(list.choices(place('')), { state: 'refused', message: 'ec2:DescribeVpcs is denied.' });
    list.want(place(''));
    assert.equal(calls.length, 1);
    list.forget();
    list.want(place(''));
    assert.equal(calls.length, 2);
    list.dispose();
  });
});
