import type { CallContext, Operation, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { vcpusOf } from './ec2/instanceType.ts';
import { ensureLinkedRole, type LinkedService } from './iam/serviceLinkedRole.ts';
import { quotaValue } from './serviceQuotas.ts';

type Guard = (input: never, context: CallContext) => void;

/** How many there are, by the describe call that everybody has. */
function count(context: CallContext, service: string, operation: string, input: object, member: string): number {
  const answer = context.account.call<Readonly<Record<string, readonly unknown[] | undefined>>>(
    context,
    service,
    operation,
    input,
  );
  return answer[member]?.length ?? 0;
}

const limit = ({ account }: CallContext, service: string, code: string, used: number, error: () => AwsError): void => {
  if (used > quotaValue(account, service, code)) throw error();
};

interface EndpointInput {
  readonly VpcId?: string;
  readonly VpcEndpointType?: string;
}
interface LaunchInput {
  readonly InstanceType?: string;
  readonly MinCount?: number;
  readonly LaunchTemplate?: object;
}
interface Running {
  readonly Reservations: readonly {
    readonly Instances: readonly { readonly InstanceType: string; readonly InstanceLifecycle?: string }[];
  }[];
}

const eksLimit = (what: string) => () =>
  new AwsError('ResourceLimitExceededException', `The maximum number of ${what} has been reached.`, 400);

/** What a call is held to before it does anything: the account's quotas. */
const guards: Readonly<Record<string, Readonly<Record<string, Guard>>>> = {
  ec2: {
    CreateVpc: (_input, context) =>
      limit(
        context,
        'vpc',
        'L-F678F1CE',
        count(context, 'ec2', 'DescribeVpcs', {}, 'Vpcs') + 1,
        () => new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.'),
      ),
    CreateSecurityGroup: (_input, context) =>
      limit(
        context,
        'vpc',
        'L-E79EC296',
        count(context, 'ec2', 'DescribeSecurityGroups', {}, 'SecurityGroups') + 1,
        () => new AwsError('SecurityGroupLimitExceeded', 'The maximum number of security groups has been reached.'),
      ),
    CreateVpcEndpoint: ({ VpcId = '', VpcEndpointType = 'Gateway' }: EndpointInput, context) => {
      const gateway = VpcEndpointType === 'Gateway';
      const Filters = [
        { Name: 'vpc-endpoint-type', Values: [VpcEndpointType] },
        ...(gateway ? [] : [{ Name: 'vpc-id', Values: [VpcId] }]),
      ];
      const used = count(context, 'ec2', 'DescribeVpcEndpoints', { Filters }, 'VpcEndpoints') + 1;
      limit(
        context,
        'vpc',
        gateway ? 'L-1B52E74A' : 'L-29B6F2EB',
        used,
        () => new AwsError('VpcEndpointLimitExceeded', 'The maximum number of VPC endpoints has been reached.'),
      );
    },
    RunInstances: ({ InstanceType = '', MinCount = 1 }: LaunchInput, context) => {
      const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
      const { Reservations } = context.account.call<Running>(context, 'ec2', 'DescribeInstances', { Filters });
      const used = Reservations.flatMap(({ Instances }) => Instances).reduce(
        (sum, one) => sum + vcpusOf(one.InstanceType),
        0,
      );
      const most = quotaValue(context.account, 'ec2', 'L-1216C47A');
      limit(
        context,
        'ec2',
        'L-1216C47A',
        used + MinCount * vcpusOf(InstanceType),
        () =>
          new AwsError(
            'VcpuLimitExceeded',
            `You have requested more vCPU capacity than your current vCPU limit of ${most} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
          ),
      );
    },
  },
  eks: {
    CreateCluster: (_input, context) =>
      limit(
        context,
        'eks',
        'L-1194D53C',
        count(context, 'eks', 'ListClusters', {}, 'clusters') + 1,
        eksLimit('clusters'),
      ),
    CreateNodegroup: ({ clusterName }: { clusterName?: string }, context) =>
      limit(
        context,
        'eks',
        'L-6D54EA21',
        count(context, 'eks', 'ListNodegroups', { clusterName }, 'nodegroups') + 1,
        eksLimit('node groups'),
      ),
  },
};

/** Services whose own role a call's success makes, where it is the first of the account. */
const firstUses: Readonly<Record<string, Readonly<Record<string, LinkedService>>>> = {
  eks: {
    CreateCluster: 'eks.amazonaws.com',
    CreateNodegroup: 'eks-nodegroup.amazonaws.com',
    CreateFargateProfile: 'eks-fargate.amazonaws.com',
  },
};

export function withLimits(service: Service): Service {
  const { [service.name]: own = {} } = guards;
  const { [service.name]: roles = {} } = firstUses;
  const operations = Object.entries(service.operations).map(([name, run]): [string, Operation] => {
    const guard = own[name];
    const role = roles[name];
    if (!guard && !role) return [name, run];
    return [
      name,
      (input, context) => {
        guard?.(input, context);
        const output = run(input, context);
        if (role) ensureLinkedRole(context, role);
        return output;
      },
    ];
  });
  return { ...service, operations: Object.fromEntries(operations) };
}
