import type { CallContext, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { checkPattern, checkRange, page } from '../kernel/constraint.ts';
import { operation } from '../kernel/operation.ts';
import { simulatedOperations } from './simulatedOperations.ts';

interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  retentionInDays?: number;
  tags: Record<string, string>;
}
interface NamedInput {
  readonly logGroupName: string;
}

interface ArnInput {
  readonly resourceArn: string;
}

const invalid = 'InvalidParameterException';
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const groups = (context: CallContext) => context.account.regional<LogGroup>(context.region, 'logs.groups');

function findGroup(context: CallContext, name: string): LogGroup {
  const group = groups(context).get(name);
  if (group) return group;
  throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

/** By an ARN with or without the `:*` that stands for its streams. */
function findByArn(context: CallContext, arn: string): LogGroup {
  const [, name] = /^arn:aws[\w-]*:logs:[\w-]+:\d{12}:log-group:([^:]+)(?::\*)?$/.exec(arn) ?? [];
  if (name === undefined) throw new AwsError(invalid, `Invalid resource ARN: ${arn}`);
  return findGroup(context, name);
}

interface CreateInput extends NamedInput {
  readonly tags?: Record<string, string>;
}

const createLogGroup = operation<CreateInput>(({ logGroupName: name, tags = {} }, context) => {
  checkPattern('logGroupName', name, '[\\.\\-_/#A-Za-z0-9]+', invalid);
  if (name.length > 512) throw new AwsError(invalid, 'Log group name must have length less than or equal to 512');
  if (groups(context).get(name))
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  const { account, region } = context;
  const arn = account.arn('logs', region, `log-group:${name}`);
  groups(context).set(name, { name, arn, created: account.now(), tags: { ...tags } });
});

interface DescribeInput {
  readonly logGroupNamePrefix?: string;
  readonly nextToken?: string;
  readonly limit?: number;
}

const describeLogGroups = operation<DescribeInput>((input, context) => {
  const { logGroupNamePrefix: prefix = '', nextToken, limit = 50 } = input;
  checkRange('limit', limit, 1, 50, invalid);
  const rows = groups(context)
    .filter(({ name }) => name.startsWith(prefix))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, next } = page(
    rows,
    limit,
    nextToken,
    () => new AwsError(invalid, 'The specified nextToken is invalid.'),
  );
  const logGroups = items.map(group => ({
    logGroupName: group.name,
    creationTime: group.created,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    storedBytes: 0,
    logGroupClass: 'STANDARD',
  }));
  return { logGroups, nextToken: next };
});

const putRetentionPolicy = operation<NamedInput & { retentionInDays: number }>((input, context) => {
  const group = findGroup(context, input.logGroupName);
  if (!retentions.includes(input.retentionInDays)) {
    const allowed = retentions.join(', ');
    throw new AwsError(invalid, `Invalid retention value. Valid values are: [${allowed}]`);
  }
  group.retentionInDays = input.retentionInDays;
});

/** Members that are simulated, of the operations that have others. */
const members = {
  CreateLogGroup: 'logGroupName tags',
  DescribeLogGroups: 'logGroupNamePrefix limit nextToken',
};

export const logs: Service = {
  name: 'logs',
  operations: simulatedOperations(
    'logs',
    {
      CreateLogGroup: createLogGroup,
      DescribeLogGroups: describeLogGroups,
      PutRetentionPolicy: putRetentionPolicy,
      DeleteRetentionPolicy: operation<NamedInput>(
        ({ logGroupName }, context) => void delete findGroup(context, logGroupName).retentionInDays,
      ),
      DeleteLogGroup: operation<NamedInput>(({ logGroupName }, context) => {
        findGroup(context, logGroupName);
        groups(context).delete(logGroupName);
      }),
      TagResource: operation<ArnInput & { tags: Record<string, string> }>(
        ({ resourceArn, tags }, context) => void Object.assign(findByArn(context, resourceArn).tags, tags),
      ),
      ListTagsForResource: operation<ArnInput>(({ resourceArn }, context) => ({
        tags: { ...findByArn(context, resourceArn).tags },
      })),
      UntagResource: operation<ArnInput & { tagKeys: readonly string[] }>(({ resourceArn, tagKeys }, context) => {
        for (const key of tagKeys) delete findByArn(context, resourceArn).tags[key];
      }),
    },
    members,
  ),
  resources: account =>
    account.regionsOf('logs.groups').flatMap(region =>
      account
        .regional<LogGroup>(region, 'logs.groups')
        .values()
        .map(group => ({ type: 'AWS::Logs::LogGroup', id: group.name, region })),
    ),
};
