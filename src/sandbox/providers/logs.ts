import { AwsError } from '../kernel/awsError.ts';
import type { ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import { ignoring, tagMap, tagsGone, tagsOf, type CfnNumber, type CfnTag, words } from './property.ts';

interface LogGroupProperties {
  readonly LogGroupName?: string;
  readonly RetentionInDays?: CfnNumber;
  readonly Tags?: readonly CfnTag[];
}

const logGroup: ResourceProvider = {
  properties: words(
    'BearerTokenAuthenticationEnabled DataProtectionPolicy DeletionProtectionEnabled ' +
      'FieldIndexPolicies KmsKeyId LogGroupClass LogGroupName ResourcePolicyDocument RetentionInDays ' +
      'Tags',
  ),
  required: [],
  createOnly: ['LogGroupName'],
  unsupported: words(
    'BearerTokenAuthenticationEnabled DataProtectionPolicy DeletionProtectionEnabled FieldIndexPolicies KmsKeyId LogGroupClass ResourcePolicyDocument',
  ),
  create(properties: LogGroupProperties, context) {
    const logGroupName = properties.LogGroupName ?? context.generatedName(512);
    context.call('logs', 'CreateLogGroup', {
      logGroupName,
      tags: tagMap(tagsOf(properties.Tags, context.stackTags)),
    });
    if (properties.RetentionInDays !== undefined)
      context.call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: Number(properties.RetentionInDays) });
    return logGroupName;
  },
  update(logGroupName, next: LogGroupProperties, previous: LogGroupProperties, context) {
    if (next.RetentionInDays === undefined) context.call('logs', 'DeleteRetentionPolicy', { logGroupName });
    else context.call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: Number(next.RetentionInDays) });
    const resourceArn = context.account.arn('logs', context.region, `log-group:${logGroupName}`);
    context.call('logs', 'UntagResource', { resourceArn, tagKeys: tagsGone(previous.Tags, next.Tags) });
    context.call('logs', 'TagResource', { resourceArn, tags: tagMap(tagsOf(next.Tags, context.stackTags)) });
  },
  read(logGroupName, _expected, context) {
    type Answer = { logGroups: { logGroupName: string; retentionInDays?: number }[] };
    const { logGroups } = context.call<Answer>('logs', 'DescribeLogGroups', { logGroupNamePrefix: logGroupName });
    const found = logGroups.find(row => row.logGroupName === logGroupName);
    if (!found) throw new AwsError('ResourceNotFoundException', logGroupName);
    return { RetentionInDays: found.retentionInDays };
  },
  delete(logGroupName, _properties, context) {
    ignoring(['ResourceNotFoundException'], () => context.call('logs', 'DeleteLogGroup', { logGroupName }));
  },
  attributes: (name, _properties, { account, region }) => ({ Arn: account.arn('logs', region, `log-group:${name}:*`) }),
};

export const logsProviders: ResourceProviders = { 'AWS::Logs::LogGroup': logGroup };
