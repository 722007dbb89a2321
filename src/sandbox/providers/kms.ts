import type { ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import {
  asBoolean,
  ignoring,
  pick,
  policyText,
  tagsGone,
  tagsOf,
  type CfnBoolean,
  type CfnNumber,
  type CfnTag,
  words,
} from './property.ts';

interface KeyProperties {
  readonly Description?: string;
  readonly Enabled?: CfnBoolean;
  readonly EnableKeyRotation?: CfnBoolean;
  readonly RotationPeriodInDays?: CfnNumber;
  readonly KeyPolicy?: unknown;
  readonly PendingWindowInDays?: CfnNumber;
  readonly Tags?: readonly CfnTag[];
}

const kmsTags = (tags: readonly CfnTag[]) => tags.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
const rotation = ({ RotationPeriodInDays: days }: KeyProperties) =>
  days === undefined ? {} : { RotationPeriodInDays: Number(days) };

const key: ResourceProvider = {
  properties: words(
    'BypassPolicyLockoutSafetyCheck Description EnableKeyRotation Enabled KeyPolicy KeySpec KeyUsage ' +
      'MultiRegion Origin PendingWindowInDays RotationPeriodInDays Tags',
  ),
  required: [],
  createOnly: [],
  unsupported: ['BypassPolicyLockoutSafetyCheck', 'KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
  create(properties: KeyProperties, context) {
    const { KeyMetadata } = context.call<{ KeyMetadata: { KeyId: string } }>('kms', 'CreateKey', {
      ...pick(properties, 'Description'),
      ...(properties.KeyPolicy === undefined ? {} : { Policy: policyText(properties.KeyPolicy) }),
      Tags: kmsTags(tagsOf(properties.Tags, context.stackTags)),
    });
    const { KeyId } = KeyMetadata;
    if (asBoolean(properties.EnableKeyRotation, false))
      context.call('kms', 'EnableKeyRotation', { KeyId, ...rotation(properties) });
    if (!asBoolean(properties.Enabled, true)) context.call('kms', 'DisableKey', { KeyId });
    return KeyId;
  },
  update(KeyId, next: KeyProperties, previous: KeyProperties, context) {
    context.call('kms', 'UpdateKeyDescription', { KeyId, Description: next.Description ?? '' });
    if (next.KeyPolicy !== undefined)
      context.call('kms', 'PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: policyText(next.KeyPolicy) });
    if (asBoolean(next.EnableKeyRotation, false))
      context.call('kms', 'EnableKeyRotation', { KeyId, ...rotation(next) });
    else context.call('kms', 'DisableKeyRotation', { KeyId });
    context.call('kms', asBoolean(next.Enabled, true) ? 'EnableKey' : 'DisableKey', { KeyId });
    context.call('kms', 'UntagResource', { KeyId, TagKeys: tagsGone(previous.Tags, next.Tags) });
    context.call('kms', 'TagResource', { KeyId, Tags: kmsTags(tagsOf(next.Tags, context.stackTags)) });
  },
  delete(KeyId, properties: KeyProperties, context) {
    ignoring(['NotFoundException', 'KMSInvalidStateException'], () =>
      context.call('kms', 'ScheduleKeyDeletion', {
        KeyId,
        PendingWindowInDays: Number(properties.PendingWindowInDays ?? 30),
      }),
    );
  },
  attributes: (KeyId, _properties, { account, region }) => ({ Arn: account.arn('kms', region, `key/${KeyId}`), KeyId }),
};

interface AliasProperties {
  readonly AliasName?: string;
  readonly TargetKeyId?: string;
}

const alias: ResourceProvider = {
  properties: ['AliasName', 'TargetKeyId'],
  required: ['AliasName', 'TargetKeyId'],
  createOnly: ['AliasName'],
  create({ AliasName = '', TargetKeyId }: AliasProperties, context) {
    context.call('kms', 'CreateAlias', { AliasName, TargetKeyId });
    return AliasName;
  },
  update(AliasName, { TargetKeyId }: AliasProperties, _previous, context) {
    context.call('kms', 'UpdateAlias', { AliasName, TargetKeyId });
  },
  delete(AliasName, _properties, context) {
    ignoring(['NotFoundException'], () => context.call('kms', 'DeleteAlias', { AliasName }));
  },
};

export const kmsProviders: ResourceProviders = { 'AWS::KMS::Key': key, 'AWS::KMS::Alias': alias };
