import * as Ec2 from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { ec2Account, makeVpc, refuses } from './ec2Account.ts';

const https = (CidrIp: string): Ec2.IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: 443,
  ToPort: 443,
  IpRanges: [{ CidrIp }],
});

async function withGroup() {
  const { account, ec2 } = await ec2Account();
  const VpcId = await makeVpc(ec2);
  const create = async (GroupName: string) =>
    (await ec2.send(new Ec2.CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'of a test' }))).GroupId ?? '';
  return { account, ec2, VpcId, create };
}

describe('simulated security groups', () => {
  it('have rules with ids, each of them once', async () => {
    const { ec2, create } = await withGroup();
    const GroupId = await create('endpoints');
    const allow = (...IpPermissions: Ec2.IpPermission[]) =>
      ec2.send(new Ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    const { SecurityGroupRules: [rule] = [] } = await allow(https('10.0.9.9/16'));
    assert.deepEqual([rule?.CidrIpv4, rule?.IsEgress, rule?.FromPort], ['10.0.0.0/16', false, 443]);
    await refuses(
      allow(https('10.0.0.0/16')),
      'InvalidPermission.Duplicate',
      'the specified rule "peer: 10.0.0.0/16, TCP, from port: 443, to port: 443, ALLOW" already exists',
    );
    const egress = ec2.send(
      new Ec2.AuthorizeSecurityGroupEgressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      }),
    );
    await refuses(
      egress,
      'InvalidPermission.Duplicate',
      'the specified rule "peer: 0.0.0.0/0, ALL, ALLOW" already exists',
    );
    await refuses(allow(https('10.0.0.0/40')), 'InvalidParameterValue', 'CIDR block 10.0.0.0/40 is malformed');
    await refuses(
      allow({ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }),
      'InvalidParameterValue',
      'Invalid value for portRange. Must specify both from and to ports with TCP/UDP.',
    );
    await refuses(allow(https('10.1.0.0/16'), https('10.1.0.0/16')), 'InvalidParameterValue', /multiple times/);
    const many = Array.from({ length: 60 }, (_, i) => https(`10.9.${i}.0/24`));
    await refuses(allow(...many), 'RulesPerSecurityGroupLimitExceeded', /maximum number of rules/);
    await ec2.send(
      new Ec2.RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [rule?.SecurityGroupRuleId ?? ''] }),
    );
    await refuses(
      ec2.send(new Ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [https('10.0.0.0/16')] })),
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    );
    const { SecurityGroups: [group] = [] } = await ec2.send(
      new Ec2.DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }),
    );
    assert.deepEqual([group?.IpPermissions?.length, group?.IpPermissionsEgress?.length], [0, 1]);
    const PrefixListIds = [{ PrefixListId: 'pl-1' }];
    await refuses(allow({ IpProtocol: '-1', PrefixListIds }), 'SandboxNotImplemented', /PrefixListIds/);
  });

  it('have rules that bear tags, are found by them, and go by their ids', async () => {
    const { ec2, create } = await withGroup();
    const GroupId = await create('cluster');
    const peer = await create('bastion');
    const pair = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: peer }] };
    const Tags = [{ Key: 'bastion', Value: 'vpc' }];
    const allow = (ResourceType: Ec2.ResourceType) =>
      ec2.send(
        new Ec2.AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [pair],
          TagSpecifications: [{ ResourceType, Tags }],
        }),
      );
    await refuses(allow('vpc'), 'InvalidParameterValue', /'vpc' is not a valid taggable resource type/);
    const [made] = (await allow('security-group-rule')).SecurityGroupRules ?? [];
    const id = made?.SecurityGroupRuleId ?? '';
    assert.deepEqual([made?.Tags, made?.ReferencedGroupInfo?.GroupId], [Tags, peer]);
    const find = async (input: Ec2.DescribeSecurityGroupRulesCommandInput) =>
      ((await ec2.send(new Ec2.DescribeSecurityGroupRulesCommand(input))).SecurityGroupRules ?? []).map(
        rule => rule.SecurityGroupRuleId,
      );
    assert.deepEqual(await find({ Filters: [{ Name: 'tag:bastion', Values: ['vpc'] }] }), [id]);
    assert.equal(
      (await find({ Filters: [{ Name: 'group-id', Values: [GroupId] }] })).length,
      2,
      'and the one to everywhere',
    );
    await ec2.send(new Ec2.CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'more', Value: '1' }] }));
    assert.deepEqual(await find({ SecurityGroupRuleIds: [id], Filters: [{ Name: 'tag-key', Values: ['more'] }] }), [
      id,
    ]);
    const revoke = () => ec2.send(new Ec2.RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [id] }));
    const [gone] = (await revoke()).RevokedSecurityGroupRules ?? [];
    assert.deepEqual([gone?.SecurityGroupRuleId, gone?.ReferencedGroupId], [id, peer]);
    await refuses(
      revoke(),
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID(s) '${id}' does not exist`,
    );
    await refuses(
      find({ SecurityGroupRuleIds: [id] }),
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${id}' does not exist`,
    );
  });

  it('have one name each in a VPC and cannot do without a VPC', async () => {
    const { ec2, VpcId, create } = await withGroup();
    await create('nodes');
    await refuses(
      create('nodes'),
      'InvalidGroup.Duplicate',
      `The security group 'nodes' already exists for VPC '${VpcId}'`,
    );
    await refuses(create('default'), 'InvalidParameterValue', 'Cannot use reserved security group name: default');
    await refuses(create('sg-nodes'), 'InvalidParameterValue', /may not be in the format sg-\*/);
    await refuses(
      ec2.send(new Ec2.CreateSecurityGroupCommand({ GroupName: 'x', Description: 'y' })),
      'VPCIdNotSpecified',
      /^No default VPC for this user/,
    );
  });

  it('stay while another group’s rule speaks of them', async () => {
    const { account, ec2, create } = await withGroup();
    const [nodes, endpoints] = [await create('nodes'), await create('endpoints')];
    const pair = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: nodes }] };
    await ec2.send(new Ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: endpoints, IpPermissions: [pair] }));
    const remove = (GroupId: string) => ec2.send(new Ec2.DeleteSecurityGroupCommand({ GroupId }));
    await refuses(remove(nodes), 'DependencyViolation', `resource ${nodes} has a dependent object`);
    const rules = account
      .state()
      .resources.filter(item => item.type === 'AWS::EC2::SecurityGroup')
      .map(item => item['rules']);
    assert.deepEqual(rules, [1, 2]);
    await remove(endpoints);
    await remove(nodes);
    const Filters = [{ Name: 'group-name', Values: ['default'] }];
    const { SecurityGroups } = await ec2.send(new Ec2.DescribeSecurityGroupsCommand({ Filters }));
    await refuses(remove(SecurityGroups?.[0]?.GroupId ?? ''), 'CannotDelete', /cannot be deleted by a user/);
  });
});
