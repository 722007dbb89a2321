import type { Account, CallContext, JobHandler, SandboxResource, Service } from '../kernel/account.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { checkPattern, checkRange, page } from '../kernel/constraint.ts';
import { operation } from '../kernel/operation.ts';
import { simulatedOperations } from './simulatedOperations.ts';

interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly created: number;
  readonly description: string;
  /** Absent: symmetric. */
  readonly spec?: string;
  state: 'Enabled' | 'PendingDeletion';
  deletionAt?: number;
  policy?: string;
  rotates: boolean;
  tags: Record<string, string>;
}

interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  readonly keyId: string;
}

interface KmsTag {
  readonly TagKey: string;
  readonly TagValue: string;
}
interface KeyInput {
  readonly KeyId: string;
}
const day = 86_400;

export const keys = (context: Pick<CallContext, 'account' | 'region'>) =>
  context.account.regional<Key>(context.region, 'kms.keys');
const aliases = (context: CallContext) => context.account.regional<Alias>(context.region, 'kms.aliases');

function findKey(context: CallContext, reference: string, acceptAlias = false): Key {
  const { account, region } = context;
  const aliasName = /(?:^|:)(alias\/.+)$/.exec(reference)?.[1];
  if (aliasName !== undefined && acceptAlias) {
    const alias = aliases(context).get(aliasName);
    const key = keys(context).get(alias?.keyId);
    if (key) return key;
    throw new AwsError('NotFoundException', `Alias ${account.arn('kms', region, aliasName)} is not found.`);
  }
  const [, place] = /^arn:aws[\w-]*:kms:([\w-]+):/.exec(reference) ?? [];
  if (place !== undefined && place !== region) throw new AwsError('NotFoundException', `Invalid arn ${place}`);
  const id = /^(?:arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/)?((?:mrk-)?[0-9a-f-]{32,36})$/.exec(reference)?.[1];
  if (id === undefined) throw new AwsError('NotFoundException', `Invalid keyId '${reference}'`);
  const key = keys(context).get(id);
  if (key) return key;
  throw new AwsError('NotFoundException', `Key '${account.arn('kms', region, `key/${id}`)}' does not exist`);
}

function usableKey(context: CallContext, reference: string): Key {
  const key = findKey(context, reference);
  if (key.state === 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  return key;
}

function metadata(context: CallContext, key: Key): object {
  const { spec = 'SYMMETRIC_DEFAULT' } = key;
  return {
    AWSAccountId: context.account.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: new Date(key.created),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    DeletionDate: key.deletionAt === undefined ? undefined : new Date(key.deletionAt),
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: spec,
    KeySpec: spec,
    EncryptionAlgorithms: spec.startsWith('RSA') ? ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] : [spec],
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

const toTags = (tags: readonly KmsTag[]) => Object.fromEntries(tags.map(tag => [tag.TagKey, tag.TagValue]));

interface CreateKeyInput {
  readonly Policy?: string;
  readonly Description?: string;
  readonly KeySpec?: string;
  readonly KeyUsage?: string;
  readonly Tags?: readonly KmsTag[];
}

const createKey = operation<CreateKeyInput>((input, context) => {
  const { Description = '', KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT', Policy, Tags = [] } = input;
  if (KeyUsage !== 'ENCRYPT_DECRYPT' || !/^(SYMMETRIC_DEFAULT|RSA_(2048|3072|4096))$/.test(KeySpec))
    throw notImplemented(`kms:CreateKey ${KeySpec} for ${KeyUsage}`);
  const { account, region } = context;
  const keyId = account.uuid();
  const key: Key = {
    keyId,
    arn: account.arn('kms', region, `key/${keyId}`),
    created: account.now(),
    description: Description,
    spec: KeySpec,
    state: 'Enabled',
    ...(Policy === undefined ? {} : { policy: checkedPolicy(Policy) }),
    rotates: false,
    tags: toTags(Tags),
  };
  keys(context).set(keyId, key);
  return { KeyMetadata: metadata(context, key) };
});

const deleteKey: JobHandler<{ region: string; keyId: string }> = ({ region, keyId }, account) => {
  const table = account.regional<Key>(region, 'kms.keys');
  table.delete(keyId);
  const names = account.regional<Alias>(region, 'kms.aliases');
  for (const alias of names.filter(row => row.keyId === keyId)) names.delete(alias.name);
};

const operations: Service['operations'] = {
  CreateKey: createKey,
  DescribeKey: operation<KeyInput>(({ KeyId }, context) => ({
    KeyMetadata: metadata(context, findKey(context, KeyId, true)),
  })),
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
  EnableKeyRotation: operation<KeyInput>(({ KeyId }, context) => void (usableKey(context, KeyId).rotates = true)),
  PutKeyPolicy: operation<KeyInput & { Policy: string }>(
    ({ KeyId, Policy }, context) => void (usableKey(context, KeyId).policy = checkedPolicy(Policy)),
  ),
  TagResource: operation<KeyInput & { Tags: readonly KmsTag[] }>(
    ({ KeyId, Tags }, context) => void Object.assign(usableKey(context, KeyId).tags, toTags(Tags)),
  ),
  UntagResource: operation<KeyInput & { TagKeys: readonly string[] }>(({ KeyId, TagKeys }, context) => {
    for (const key of TagKeys) delete usableKey(context, KeyId).tags[key];
  }),
  ListResourceTags: operation<KeyInput & { Limit?: number; Marker?: string }>((input, context) => {
    const { Limit = 50, Marker } = input;
    checkRange('limit', Limit, 1, 50);
    const wrong = () => new AwsError('InvalidMarkerException', 'Marker is invalid');
    const { items, next } = page(Object.entries(findKey(context, input.KeyId).tags), Limit, Marker, wrong);
    const Tags = items.map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
    return { Tags, Truncated: next !== undefined, NextMarker: next };
  }),
  CreateAlias: operation<{ AliasName: string; TargetKeyId: string }>(({ AliasName, TargetKeyId }, context) => {
    if (!AliasName.startsWith('alias/')) throw new AwsError('ValidationException', 'Invalid identifier');
    checkPattern('aliasName', AliasName, '^[a-zA-Z0-9:/_-]+$');
    if (AliasName.startsWith('alias/aws/')) throw new AwsError('NotAuthorizedException', '');
    const { account, region } = context;
    const arn = account.arn('kms', region, AliasName);
    if (aliases(context).get(AliasName))
      throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
    const { keyId } = usableKey(context, TargetKeyId);
    aliases(context).set(AliasName, { name: AliasName, arn, created: account.now(), keyId });
  }),
  ListKeys: operation<{ Limit?: number; Marker?: string }>(({ Limit = 100, Marker }, context) => {
    checkRange('limit', Limit, 1, 1000);
    const wrong = () => new AwsError('InvalidMarkerException', 'Marker is invalid');
    const { items, next } = page(keys(context).values(), Limit, Marker, wrong);
    const Keys = items.map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn }));
    return { Keys, Truncated: next !== undefined, NextMarker: next };
  }),
  ListAliases: operation<{ KeyId?: string; Limit?: number; Marker?: string }>((input, context) => {
    const only = input.KeyId === undefined ? undefined : findKey(context, input.KeyId).keyId;
    const rows = aliases(context).filter(({ keyId }) => only === undefined || keyId === only);
    const { Limit = 100, Marker } = input;
    checkRange('limit', Limit, 1, 1000);
    const wrong = () => new AwsError('InvalidMarkerException', 'Marker is invalid');
    const { items, next } = page(rows, Limit, Marker, wrong);
    const shown = items.map(({ name, arn, keyId, created }) => {
      const times = { CreationDate: new Date(created), LastUpdatedDate: new Date(created) };
      return { AliasName: name, AliasArn: arn, TargetKeyId: keyId, ...times };
    });
    return { Aliases: shown, Truncated: next !== undefined, NextMarker: next };
  }),
};

/** Members that are simulated, of the operations that have others. */
const members = {
  CreateKey: 'Description KeySpec KeyUsage Policy Tags',
  EnableKeyRotation: 'KeyId',
  PutKeyPolicy: 'KeyId PolicyName Policy',
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
  operations: simulatedOperations('kms', operations, members),
  jobs: { 'kms.deleteKey': deleteKey },
  resources,
};
