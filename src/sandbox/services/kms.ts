import type { CallContext, JobHandler, Operation, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { checkPattern, checkRange, page } from '../kernel/constraint.ts';

interface KmsTag {
  readonly TagKey: string;
  readonly TagValue: string;
}
interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly created: number;
  description: string;
  readonly usage: string;
  readonly spec: string;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  deletionAt?: number;
  policy: string;
  rotationDays?: number;
  tags: Record<string, string>;
}
interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  keyId: string;
}
interface KeyInput {
  readonly KeyId: string;
}
interface PageInput {
  readonly Limit?: number;
  readonly Marker?: string;
}

const keys = (context: CallContext) => context.account.regional<Key>(context.region, 'kms.keys');
const aliases = (context: CallContext) => context.account.regional<Alias>(context.region, 'kms.aliases');
const day = 86_400;

function findKey(context: CallContext, reference: string, acceptAlias = false): Key {
  const { account, region } = context;
  const aliasName = /(?:^|:)(alias\/.+)$/.exec(reference)?.[1];
  if (aliasName !== undefined && acceptAlias) {
    const alias = aliases(context).get(aliasName);
    const key = keys(context).get(alias?.keyId);
    if (key) return key;
    throw new AwsError('NotFoundException', `Alias ${account.arn('kms', region, aliasName)} is not found.`);
  }
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

function listed<T>(
  rows: readonly T[],
  { Limit = 100, Marker }: PageInput,
): { items: T[]; Truncated: boolean; NextMarker?: string } {
  checkRange('limit', Limit, 1, 1000);
  const { items, next } = page(rows, Limit, Marker, () => new AwsError('InvalidMarkerException', 'Marker is invalid'));
  return { items, Truncated: next !== undefined, ...(next === undefined ? {} : { NextMarker: next }) };
}

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

const createKey: Operation<CreateKeyInput> = (input, context) => {
  const { Description = '', KeyUsage = 'ENCRYPT_DECRYPT', Policy, Tags = [] } = input;
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  if (
    spec !== 'SYMMETRIC_DEFAULT' ||
    KeyUsage !== 'ENCRYPT_DECRYPT' ||
    (input.Origin ?? 'AWS_KMS') !== 'AWS_KMS' ||
    input.MultiRegion
  )
    throw new AwsError(
      'SandboxNotImplemented',
      'SandboxNotImplemented: kms:CreateKey other than a symmetric key of one region',
      501,
    );
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
};

const setState =
  (state: 'Enabled' | 'Disabled'): Operation<KeyInput> =>
  ({ KeyId }, context) => {
    usableKey(context, KeyId).state = state;
    return {};
  };

const scheduleKeyDeletion: Operation<KeyInput & { PendingWindowInDays?: number }> = (input, context) => {
  const { KeyId, PendingWindowInDays = 30 } = input;
  checkRange('pendingWindowInDays', PendingWindowInDays, 7, 30);
  const key = usableKey(context, KeyId);
  key.state = 'PendingDeletion';
  key.deletionAt = context.account.now() + PendingWindowInDays * day * 1000;
  context.account.schedule(PendingWindowInDays * day, 'kms.deleteKey', { region: context.region, keyId: key.keyId });
  return { KeyId: key.arn, DeletionDate: new Date(key.deletionAt), KeyState: key.state, PendingWindowInDays };
};

const cancelKeyDeletion: Operation<KeyInput> = ({ KeyId }, context) => {
  const key = findKey(context, KeyId);
  if (key.state !== 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
  key.state = 'Disabled';
  delete key.deletionAt;
  return { KeyId: key.arn };
};

const deleteKey: JobHandler<{ region: string; keyId: string }> = ({ region, keyId }, account) => {
  const table = account.regional<Key>(region, 'kms.keys');
  const key = table.get(keyId);
  // A cancelled deletion, or a later one after it.
  if (key?.deletionAt === undefined || key.deletionAt > account.now()) return;
  table.delete(keyId);
  const names = account.regional<Alias>(region, 'kms.aliases');
  for (const alias of names.filter(row => row.keyId === keyId)) names.delete(alias.name);
};

const createAlias: Operation<{ AliasName: string; TargetKeyId: string }> = ({ AliasName, TargetKeyId }, context) => {
  if (!AliasName.startsWith('alias/')) throw new AwsError('ValidationException', 'Invalid identifier');
  checkPattern('aliasName', AliasName, '^[a-zA-Z0-9:/_-]+$');
  if (AliasName.startsWith('alias/aws/')) throw new AwsError('NotAuthorizedException', '');
  const { account, region } = context;
  const arn = account.arn('kms', region, AliasName);
  if (aliases(context).get(AliasName))
    throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
  const { keyId } = usableKey(context, TargetKeyId);
  aliases(context).set(AliasName, { name: AliasName, arn, created: account.now(), keyId });
  return {};
};

function findAlias(context: CallContext, name: string): Alias {
  const alias = aliases(context).get(name);
  if (alias) return alias;
  throw new AwsError('NotFoundException', `Alias ${context.account.arn('kms', context.region, name)} is not found.`);
}

export const kms: Service = {
  name: 'kms',
  operations: {
    CreateKey: createKey,
    DescribeKey: (({ KeyId }, context) => ({
      KeyMetadata: metadata(context, findKey(context, KeyId, true)),
    })) satisfies Operation<KeyInput>,
    ListKeys: ((input, context) => {
      const { items, ...rest } = listed(keys(context).values(), input);
      return { Keys: items.map(key => ({ KeyId: key.keyId, KeyArn: key.arn })), ...rest };
    }) satisfies Operation<PageInput>,
    EnableKey: setState('Enabled'),
    DisableKey: setState('Disabled'),
    ScheduleKeyDeletion: scheduleKeyDeletion,
    CancelKeyDeletion: cancelKeyDeletion,
    EnableKeyRotation: (({ KeyId, RotationPeriodInDays = 365 }, context) => {
      checkRange('rotationPeriodInDays', RotationPeriodInDays, 90, 2560);
      usableKey(context, KeyId).rotationDays = RotationPeriodInDays;
      return {};
    }) satisfies Operation<KeyInput & { RotationPeriodInDays?: number }>,
    DisableKeyRotation: (({ KeyId }, context) => {
      delete usableKey(context, KeyId).rotationDays;
      return {};
    }) satisfies Operation<KeyInput>,
    GetKeyRotationStatus: (({ KeyId }, context) => {
      const { arn, rotationDays } = findKey(context, KeyId);
      return { KeyId: arn, KeyRotationEnabled: rotationDays !== undefined, RotationPeriodInDays: rotationDays };
    }) satisfies Operation<KeyInput>,
    UpdateKeyDescription: (({ KeyId, Description }, context) => {
      usableKey(context, KeyId).description = Description;
      return {};
    }) satisfies Operation<KeyInput & { Description: string }>,
    PutKeyPolicy: (({ KeyId, Policy }, context) => {
      usableKey(context, KeyId).policy = checkedPolicy(Policy);
      return {};
    }) satisfies Operation<KeyInput & { Policy: string }>,
    GetKeyPolicy: (({ KeyId, PolicyName = 'default' }, context) => {
      if (PolicyName !== 'default') throw new AwsError('NotFoundException', 'No such policy exists');
      return { Policy: findKey(context, KeyId).policy, PolicyName };
    }) satisfies Operation<KeyInput & { PolicyName?: string }>,
    TagResource: (({ KeyId, Tags }, context) => {
      Object.assign(usableKey(context, KeyId).tags, toTags(Tags));
      return {};
    }) satisfies Operation<KeyInput & { Tags: readonly KmsTag[] }>,
    UntagResource: (({ KeyId, TagKeys }, context) => {
      const { tags } = usableKey(context, KeyId);
      for (const key of TagKeys) delete tags[key];
      return {};
    }) satisfies Operation<KeyInput & { TagKeys: readonly string[] }>,
    ListResourceTags: (({ KeyId }, context) => {
      const { tags } = findKey(context, KeyId);
      return { Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })), Truncated: false };
    }) satisfies Operation<KeyInput>,
    CreateAlias: createAlias,
    UpdateAlias: (({ AliasName, TargetKeyId }, context) => {
      findAlias(context, AliasName).keyId = usableKey(context, TargetKeyId).keyId;
      return {};
    }) satisfies Operation<{ AliasName: string; TargetKeyId: string }>,
    DeleteAlias: (({ AliasName }, context) => {
      aliases(context).delete(findAlias(context, AliasName).name);
      return {};
    }) satisfies Operation<{ AliasName: string }>,
    ListAliases: ((input, context) => {
      const only = input.KeyId === undefined ? undefined : findKey(context, input.KeyId).keyId;
      const rows = aliases(context).filter(alias => only === undefined || alias.keyId === only);
      const { items, ...rest } = listed(rows, input);
      const shown = items.map(({ name, arn, keyId, created }) => {
        return {
          AliasName: name,
          AliasArn: arn,
          TargetKeyId: keyId,
          CreationDate: new Date(created),
          LastUpdatedDate: new Date(created),
        };
      });
      return { Aliases: shown, ...rest };
    }) satisfies Operation<PageInput & { KeyId?: string }>,
  },
  jobs: { 'kms.deleteKey': deleteKey },
  // A key that waits for its deletion is pending, not there.
  resources: account =>
    account.regionsOf('kms.keys').flatMap(region => [
      ...account
        .regional<Key>(region, 'kms.keys')
        .filter(key => key.state !== 'PendingDeletion')
        .map(key => ({ type: 'AWS::KMS::Key', id: key.keyId, region })),
      ...account
        .regional<Alias>(region, 'kms.aliases')
        .filter(alias => account.regional<Key>(region, 'kms.keys').get(alias.keyId)?.state !== 'PendingDeletion')
        .map(alias => ({ type: 'AWS::KMS::Alias', id: alias.name, region })),
    ]),
};
