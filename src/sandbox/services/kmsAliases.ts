import type { Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { checkPattern } from '../kernel/constraint.ts';
import { operation } from '../kernel/operation.ts';
import { aliases, findAlias, findKey, listed, usableKey, type PageInput } from './kmsTables.ts';

interface AliasInput {
  readonly AliasName: string;
  readonly TargetKeyId: string;
}

export const aliasOperations: Service['operations'] = {
  CreateAlias: operation<AliasInput>(({ AliasName, TargetKeyId }, context) => {
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
  UpdateAlias: operation<AliasInput>(({ AliasName, TargetKeyId }, context) => {
    findAlias(context, AliasName).keyId = usableKey(context, TargetKeyId).keyId;
  }),
  DeleteAlias: operation<{ AliasName: string }>(
    ({ AliasName }, context) => void aliases(context).delete(findAlias(context, AliasName).name),
  ),
  ListAliases: operation<PageInput & { KeyId?: string }>((input, context) => {
    const only = input.KeyId === undefined ? undefined : findKey(context, input.KeyId).keyId;
    const rows = aliases(context).filter(({ keyId }) => only === undefined || keyId === only);
    const { items, ...rest } = listed(rows, input);
    const shown = items.map(({ name, arn, keyId, created }) => {
      const times = { CreationDate: new Date(created), LastUpdatedDate: new Date(created) };
      return { AliasName: name, AliasArn: arn, TargetKeyId: keyId, ...times };
    });
    return { Aliases: shown, ...rest };
  }),
};
