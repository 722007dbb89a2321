import type { Account, CallContext, JobHandler, SandboxResource, Service } from '../kernel/account.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { checkRange } from '../kernel/constraint.ts';
import { operation } from '../kernel/operation.ts';
import { aliasOperations } from './kmsAliases.ts';
import { findKey, keys, listed, usableKey, type Alias, type Key, type PageInput } from './kmsTables.ts';

interface KmsTag {
  readonly TagKey: string;
  readonly TagValue: string;
}
interface KeyInput {
  readonly KeyId: string;
}
const day = 86_400;

function metadata(context: CallContext, key: Key): object {
  return {
    AWSAccountId: context.account.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: new Date(key.created),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    DeletionDate: key.deletionAt === undefined ? undefined : new Date(key.deletionAt),
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  };
}

function checkedPolicy(text: string): string {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: unknown };
    if (Statement !== undefined) return text;
  } catch {
    // Not JSON at all: the same refusal.
  }
  throw new AwsError('MalformedPolicyDocumentException', 'The new key policy is not valid.');
}

function defaultPolicy({ account }: CallContext): string {
  const root = { AWS: `arn:${account.partition}:iam::${account.accountId}:root` };
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: root,
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] });
}

const toTags = (tags: readonly KmsTag[]) => Object.fromEntries(tags.map(tag => [tag.TagKey, tag.TagValue]));

interface CreateKeyInput {
  readonly Policy?: string;
  readonly Description?: string;
  readonly KeyUsage?: string;
  readonly KeySpec?: string;
  readonly CustomerMasterKeySpec?: string;
  readonly Origin?: string;
  readonly MultiRegion?: boolean;
  readonly Tags?: readonly KmsTag[];
}

const createKey = operation<CreateKeyInput>((input, context) => {
  const { Description = '', KeyUsage = 'ENCRYPT_DECRYPT', Policy, Tags = [] } = input;
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  if (
    spec !== 'SYMMETRIC_DEFAULT' ||
    KeyUsage !== 'ENCRYPT_DECRYPT' ||
    (input.Origin ?? 'AWS_KMS') !== 'AWS_KMS' ||
    input.MultiRegion
  )
    throw notImplemented('kms:CreateKey other than a symmetric key of one region');
  const { account, region } = context;
  const keyId = account.uuid();
  const key: Key = {
    keyId,
    arn: account.arn('kms', region, `key/${keyId}`),
    created: account.now(),
    description: Description,
    usage: KeyUsage,
    spec,
    state: 'Enabled',
    policy: Policy === undefined ? defaultPolicy(context) : checkedPolicy(Policy),
    tags: toTags(Tags),
  };
  keys(context).set(keyId, key);
  return { KeyMetadata: metadata(context, key) };
});

const deleteKey: JobHandler<{ region: string; keyId: string }> = ({ region, keyId }, account) => {
  const table = account.regional<Key>(region, 'kms.keys');
  const key = table.get(keyId);
  // A cancelled deletion, or a later one after it.
  if (key?.deletionAt === undefined || key.deletionAt > account.now()) return;
  table.delete(keyId);
  const names = account.regional<Alias>(region, 'kms.aliases');
  for (const alias of names.filter(row => row.keyId === keyId)) names.delete(alias.name);
};

const keyOperations: Service['operations'] = {
  CreateKey: createKey,
  DescribeKey: operation<KeyInput>(({ KeyId }, context) => ({
    KeyMetadata: metadata(context, findKey(context, KeyId, true)),
  })),
  ListKeys: operation<PageInput>((input, context) => {
    const { items, ...rest } = listed(keys(context).values(), input);
    return { Keys: items.map(key => ({ KeyId: key.keyId, KeyArn: key.arn })), ...rest };
  }),
  EnableKey: operation<KeyInput>(({ KeyId }, context) => void (usableKey(context, KeyId).state = 'Enabled')),
  DisableKey: operation<KeyInput>(({ KeyId }, context) => void (usableKey(context, KeyId).state = 'Disabled')),
  ScheduleKeyDeletion: operation<KeyInput & { PendingWindowInDays?: number }>((input, context) => {
    const { KeyId, PendingWindowInDays: days = 30 } = input;
    checkRange('pendingWindowInDays', days, 7, 30);
    const { account, region } = context;
    const key = usableKey(context, KeyId);
    key.state = 'PendingDeletion';
    key.deletionAt = account.now() + days * day * 1000;
    account.schedule(days * day, 'kms.deleteKey', { region, keyId: key.keyId });
    const DeletionDate = new Date(key.deletionAt);
    return { KeyId: key.arn, DeletionDate, KeyState: key.state, PendingWindowInDays: days };
  }),
  CancelKeyDeletion: operation<KeyInput>(({ KeyId }, context) => {
    const key = findKey(context, KeyId);
    if (key.state !== 'PendingDeletion')
      throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
    key.state = 'Disabled';
    delete key.deletionAt;
    return { KeyId: key.arn };
  }),
  UpdateKeyDescription: operation<KeyInput & { Description: string }>(
    ({ KeyId, Description }, context) => void (usableKey(context, KeyId).description = Description),
  ),
  EnableKeyRotation: operation<KeyInput & { RotationPeriodInDays?: number }>((input, context) => {
    const { KeyId, RotationPeriodInDays = 365 } = input;
    checkRange('rotationPeriodInDays', RotationPeriodInDays, 90, 2560);
    usableKey(context, KeyId).rotationDays = RotationPeriodInDays;
  }),
  DisableKeyRotation: operation<KeyInput>(({ KeyId }, context) => void delete usableKey(context, KeyId).rotationDays),
  GetKeyRotationStatus: operation<KeyInput>(({ KeyId }, context) => {
    const { arn, rotationDays } = findKey(context, KeyId);
    return { KeyId: arn, KeyRotationEnabled: rotationDays !== undefined, RotationPeriodInDays: rotationDays };
  }),
  PutKeyPolicy: operation<KeyInput & { Policy: string }>(
    ({ KeyId, Policy }, context) => void (usableKey(context, KeyId).policy = checkedPolicy(Policy)),
  ),
  GetKeyPolicy: operation<KeyInput & { PolicyName?: string }>(({ KeyId, PolicyName = 'default' }, context) => {
    if (PolicyName !== 'default') throw new AwsError('NotFoundException', 'No such policy exists');
    return { Policy: findKey(context, KeyId).policy, PolicyName };
  }),
  TagResource: operation<KeyInput & { Tags: readonly KmsTag[] }>(
    ({ KeyId, Tags }, context) => void Object.assign(usableKey(context, KeyId).tags, toTags(Tags)),
  ),
  UntagResource: operation<KeyInput & { TagKeys: readonly string[] }>(({ KeyId, TagKeys }, context) => {
    for (const key of TagKeys) delete usableKey(context, KeyId).tags[key];
  }),
  ListResourceTags: operation<KeyInput>(({ KeyId }, context) => {
    const { tags } = findKey(context, KeyId);
    return { Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })), Truncated: false };
  }),
};

/** A key that waits for its deletion is pending, not there; its aliases go with it. */
function resources(account: Account): SandboxResource[] {
  return account.regionsOf('kms.keys').flatMap(region => {
    const there = account.regional<Key>(region, 'kms.keys').filter(({ state }) => state !== 'PendingDeletion');
    const ids = new Set(there.map(({ keyId }) => keyId));
    const named = account.regional<Alias>(region, 'kms.aliases').filter(({ keyId }) => ids.has(keyId));
    return [
      ...[...ids].map(id => ({ type: 'AWS::KMS::Key', id, region })),
      ...named.map(({ name }) => ({ type: 'AWS::KMS::Alias', id: name, region })),
    ];
  });
}

export const kms: Service = {
  name: 'kms',
  operations: { ...keyOperations, ...aliasOperations },
  jobs: { 'kms.deleteKey': deleteKey },
  resources,
};
