import assert from 'node:assert/strict';
import { inRegion, regionalCommands } from '../../../../src/core/network/regionalCommands.ts';

describe('regionalCommands', () => {
  const given = (text: string) => regionalCommands(text, 'eu-west-1');

  it('names the region in every command of a regional service', () =>
    assert.equal(
      given('`aws ec2 delete-route --route-table-id rtb-1`, or `aws service-quotas list-services`.'),
      '`aws ec2 delete-route --route-table-id rtb-1 --region eu-west-1`, or `aws service-quotas list-services --region eu-west-1`.',
    ));

  it('leaves what has one, what is one for all regions, and what is no command', () => {
    for (const text of [
      '`aws ec2 describe-vpcs --region us-east-1 --output text`',
      '`aws iam get-role --role-name x`, `aws route53 delete-hosted-zone --id Z`',
      'Name a larger subnet than `10.0.0.0/28`.',
    ])
      assert.equal(given(text), text);
  });

  it('changes nothing when asked twice', () => {
    const once = inRegion([{ fix: '`aws logs delete-log-group`', code: 'x' }], 'eu-west-1');
    assert.deepEqual(inRegion(once, 'eu-west-1'), once);
  });
});
