import type { TemplateValue } from '../../templates/template.ts';
import { attribute, expression, HclCall, hclName, type HclBody } from './hcl.ts';
import { plainText } from './templateScope.ts';
import {
  elsewhere,
  items,
  json,
  namePrefix,
  properties,
  tags,
  type ResourceRule,
  type RuleContext,
  type SideResource,
} from './resourceRule.ts';

function rolePolicies(of: Readonly<Record<string, TemplateValue>>, context: RuleContext): SideResource[] {
  const role = attribute('role', expression(`${context.address}.name`));
  const attached = items(of['ManagedPolicyArns']).map((arn): SideResource => {
    const suffix = hclName(lastWord(arn));
    return {
      type: 'aws_iam_role_policy_attachment',
      suffix: `_${suffix}`,
      body: [role, ...argument('policy_arn', arn, context)],
    };
  });
  const inline = items(of['Policies']).map((policy): SideResource => {
    const { PolicyName: name = '', PolicyDocument: document = {} } = properties(policy);
    return {
      type: 'aws_iam_role_policy',
      suffix: `_${hclName(plainText(name))}`,
      body: [
        attribute('name', plainText(name)),
        role,
        attribute('policy', new HclCall('jsonencode', [context.hcl(document) ?? {}])),
      ],
    };
  });
  return [...attached, ...inline];
}

/** `…:policy/service-role/AmazonEBSCSIDriverPolicy` → `AmazonEBSCSIDriverPolicy` */
function lastWord(arn: TemplateValue): string {
  const text = typeof arn === 'string' ? arn : JSON.stringify(Object.values(properties(arn))[0] ?? 'policy');
  return (/([A-Za-z0-9_+=,.@-]+)"?$/.exec(text)?.[1] ?? 'policy').replace(/^Amazon/, '');
}

function argument(name: string, value: TemplateValue, { hcl }: RuleContext): HclBody {
  const converted = hcl(value);
  return converted === undefined ? [] : [attribute(name, converted)];
}

const keyStays =
  'the key stays when its stack goes; `terraform destroy` schedules its deletion, and with it that of every secret';

export const accessRules: Readonly<Record<string, ResourceRule>> = {
  'AWS::IAM::Role': {
    type: 'aws_iam_role',
    ref: 'name',
    attributes: { Arn: 'arn', RoleId: 'unique_id' },
    fields: {
      RoleName: 'name',
      Description: 'description',
      Path: 'path',
      PermissionsBoundary: 'permissions_boundary',
      MaxSessionDuration: 'max_session_duration',
      AssumeRolePolicyDocument: json('assume_role_policy'),
      ManagedPolicyArns: elsewhere,
      Policies: elsewhere,
      Tags: tags,
    },
    more: ({ Properties = {} }, context) => ('RoleName' in Properties ? [] : [namePrefix(context)]),
    beside: ({ Properties = {} }, context) => rolePolicies(Properties, context),
  },
  'AWS::IAM::InstanceProfile': {
    type: 'aws_iam_instance_profile',
    ref: 'name',
    attributes: { Arn: 'arn' },
    fields: {
      InstanceProfileName: 'name',
      Path: 'path',
      Roles: (value, context) => argument('role', items(value)[0] ?? '', context),
    },
    more: ({ Properties = {} }, context) => ('InstanceProfileName' in Properties ? [] : [namePrefix(context)]),
  },
  'AWS::IAM::OIDCProvider': {
    type: 'aws_iam_openid_connect_provider',
    ref: 'arn',
    attributes: { Arn: 'arn' },
    fields: { Url: 'url', ClientIdList: 'client_id_list', Tags: tags },
  },
  'AWS::KMS::Key': {
    type: 'aws_kms_key',
    ref: 'key_id',
    attributes: { Arn: 'arn', KeyId: 'key_id' },
    fields: {
      Description: 'description',
      EnableKeyRotation: 'enable_key_rotation',
      KeyPolicy: json('policy'),
      PendingWindowInDays: 'deletion_window_in_days',
      Tags: tags,
    },
    more: ({ DeletionPolicy = 'Delete' }, { lose, logicalId }) => {
      if (DeletionPolicy !== 'Delete') lose(`${logicalId}: ${keyStays}`);
      return [];
    },
  },
  'AWS::Logs::LogGroup': {
    type: 'aws_cloudwatch_log_group',
    ref: 'name',
    attributes: { Arn: 'arn' },
    fields: { LogGroupName: 'name', RetentionInDays: 'retention_in_days', KmsKeyId: 'kms_key_id', Tags: tags },
  },
};
