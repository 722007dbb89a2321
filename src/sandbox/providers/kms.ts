import type { ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import { notImplemented } from '../kernel/awsError.ts';
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
  readonly EnableKeyRotation?: CfnBoolean;
  readonly KeyPolicy?: unknown;
  readonly PendingWindowInDays?: CfnNumber;
  readonly Tags?: readonly CfnTag[];
}

const kmsTags = (tags: readonly CfnTag[]) => tags.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
const rotates = ({ EnableKeyRotation }: KeyProperties) => asBoolean(EnableKeyRotation, false);

const key: ResourceProvider = {
  properties: words(
    'BypassPolicyLockoutSafetyCheck Description EnableKeyRotation Enabled KeyPolicy KeySpec KeyUsage ' +
      'MultiRegion Origin PendingWindowInDays RotationPeriodInDays Tags',
  ),
  required: [],
  createOnly: [],
  unsupported: words('BypassPolicyLockoutSafetyCheck Enabled KeySpec KeyUsage MultiRegion Origin RotationPeriodInDays'),
  create(properties: KeyProperties, context) {
    const { KeyMetadata } = context.call<{ KeyMetadata: { KeyId: string } }>('kms', 'CreateKey', {
      ...pick(properties, 'Description'),
      ...(properties.KeyPolicy === undefined ? {} : { Policy: policyText(properties.KeyPolicy) }),
      Tags: kmsTags(tagsOf(properties.Tags, context.stackTags)),
    });
    const { KeyId } = KeyMetadata;
    if (rotates(properties)) context.call('kms', 'EnableKeyRotation', { KeyId });
    return KeyId;
  },
  update(KeyId, next: KeyProperties, previous: KeyProperties, context) {
    if (next.Description !== previous.Description || rotates(next) !== rotates(previous))
      throw notImplemented('an update of AWS::KMS::Key Description or EnableKeyRotation');
    if (next.KeyPolicy !== undefined)
      context.call('kms', 'PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: policyText(next.KeyPolicy) });
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

export const kmsProviders: ResourceProviders = { 'AWS::KMS::Key': key };
