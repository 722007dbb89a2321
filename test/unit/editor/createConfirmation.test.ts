import assert from 'node:assert/strict';
import { buildPlan } from '../../../src/core/plan/buildPlan.ts';
import { newSpecText } from '../../../src/core/spec/newSpecText.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { profileAccount } from '../../../src/editor/accounts/account.ts';
import { createConfirmation } from '../../../src/editor/commands/createConfirmation.ts';

function confirmation(content: string): string {
  const { spec, problems } = parseSpec(`${newSpecText('payments', 'eu-west-1')}${content}`);
  assert.ok(spec, JSON.stringify(problems));
  const account = profileAccount({ profile: 'prod', region: 'eu-west-1' });
  return createConfirmation(buildPlan(spec), account, '111122223333');
}

describe('what is confirmed before a create', () => {
  it('says account, region, time, money and what stays for good', () => {
    const text = confirmation('');
    assert.match(text, /^Account 111122223333 \(prod\), region eu-west-1\./);
    assert.match(text, /About \d+ minutes; about \d+ USD a month \(.* list prices of 20\d\d-/);
    assert.match(text, /Cannot be changed later: the name, the region, the address range 10\.40\.0\.0\/16\./);
    assert.match(text, /private from the first second/);
    assert.doesNotMatch(text, /In the VPC/);
  });

  it('names each one-way switch that is on', () => {
    const text = confirmation(
      'network: {ipFamily: ipv6}\ncontrolPlane: {egress: customer-routed}\nencryption: {key: new}\n',
    );
    const [line = ''] = text.split('\n').filter(part => part.startsWith('Cannot be changed later'));
    for (const words of ['IPv6', 'the key of your own', 'calls leave by the VPC'])
      assert.ok(line.includes(words), line);
    assert.match(confirmation('network: {serviceCidr: 172.20.0.0/16}\n'), /the range of services 172\.20\.0\.0\/16/);
  });

  it('says of an existing VPC what is adopted and what is made, and that nobody has looked', () => {
    const vpc = 'vpc: {id: vpc-0a1b2c3d4e5f67890, subnets: [subnet-0a1b2c3d4e5f67890, subnet-0b1c2d3e4f5a67891]}';
    const text = confirmation(`network: {${vpc}}\n`);
    assert.match(text, /In the VPC vpc-0a1b2c3d4e5f67890, 2 subnets; nothing that is there is deleted\./);
    assert.match(text, /Made: the endpoints .*ecr\.api.*, and \d+ stacks in all\. The VPC has not been looked at\./);
    assert.match(text, /Cannot be changed later: .*the VPC vpc-0a1b2c3d4e5f67890/);
    assert.doesNotMatch(text, /address range/);
  });
});
