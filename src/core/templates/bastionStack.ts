import { bastionExecutionPolicy, bastionTaskPolicy } from '../access/tunnelPolicies.ts';
import type { PolicyDocument } from '../access/policyDocument.ts';
import { bastionContainer, bastionTag } from '../tunnel/bastion/bastionNames.ts';
import { cleanUpResources } from './bastionCleanUp.ts';
import type { Template, TemplateResource, TemplateValue } from './template.ts';
import { getAtt, output, parameter, ref, sub } from './templateParts.ts';

export const bastionArchitectures = ['X86_64', 'ARM64'] as const;
export type BastionArchitecture = (typeof bastionArchitectures)[number];

export interface BastionStackOptions {
  readonly architecture: BastionArchitecture;
  /** False for an image that is not in ECR: then there is no repository to name. */
  readonly imageInEcr: boolean;
  /** When every bastion of the VPC is stopped, as EventBridge Scheduler takes it: `cron(0 20 * * ? *)`, in UTC. Absent: each ends by its own time to live alone. */
  readonly cleanUp?: string | undefined;
}

const bastionTags: TemplateValue = [{ Key: bastionTag, Value: ref('VpcId') }];

/**
 * What bastions of one VPC share, none of which costs anything: the tasks come and go. Stands alone: the VPC is a parameter, and no
 * cluster is named. Names follow the stack's, `bastionNames` says how.
 */
export function bastionStack({ architecture, imageInEcr, cleanUp }: BastionStackOptions): Template {
  const execution = bastionExecutionPolicy(imageInEcr ? '${ImageRepository}' : undefined);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Private EKS: a bastion on Fargate for Session Manager, without an address, a key or an inbound rule',
    Parameters: {
      VpcId: parameter('AWS::EC2::VPC::Id', 'The VPC of the clusters to be reached.'),
      Image: parameter('String', 'Container image with a shell and sleep; pulled through the VPC.'),
      ...(imageInEcr ? { ImageRepository: parameter('String', 'ARN of the ECR repository of the image.') } : {}),
    },
    Resources: {
      EcsCluster: {
        Type: 'AWS::ECS::Cluster',
        Properties: { ClusterName: ref('AWS::StackName'), Tags: bastionTags },
      },
      SecurityGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: 'Bastion: nothing comes in, HTTPS goes out',
          VpcId: ref('VpcId'),
          Tags: bastionTags,
          // The VPC's own name server and the task's metadata are reached whatever a group says.
          SecurityGroupEgress: [
            {
              IpProtocol: 'tcp',
              FromPort: 443,
              ToPort: 443,
              CidrIp: '0.0.0.0/0',
              Description: 'HTTPS to API endpoints, Session Manager and the registry',
            },
          ],
        },
      },
      TaskRole: role('task', bastionTaskPolicy(), 'SessionManager'),
      ExecutionRole: role('execution', execution, 'PullImage'),
      TaskDefinition: taskDefinition(architecture),
      ...(cleanUp === undefined ? {} : cleanUpResources(cleanUp, bastionTags)),
    },
    Outputs: {
      ClusterName: output('Name of the ECS cluster.', ref('EcsCluster')),
      SecurityGroupId: output('Security group of the bastions.', ref('SecurityGroup')),
      TaskDefinitionArn: output('What a bastion is started from.', ref('TaskDefinition')),
    },
  };
}

function taskDefinition(architecture: BastionArchitecture): TemplateResource {
  return {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: {
      Family: ref('AWS::StackName'),
      Tags: bastionTags,
      RequiresCompatibilities: ['FARGATE'],
      NetworkMode: 'awsvpc',
      Cpu: '256',
      Memory: '512',
      RuntimePlatform: { CpuArchitecture: architecture, OperatingSystemFamily: 'LINUX' },
      TaskRoleArn: getAtt('TaskRole', 'Arn'),
      ExecutionRoleArn: getAtt('ExecutionRole', 'Arn'),
      ContainerDefinitions: [
        {
          Name: bastionContainer,
          Image: ref('Image'),
          Essential: true,
          // An image's own entry point would take the command for its arguments. RunTask says how long to sleep.
          EntryPoint: ['sh', '-c'],
          Command: ['sleep 60'],
          // Reaps what the agent leaves, and passes a stop on at once.
          LinuxParameters: { InitProcessEnabled: true },
          // The agent that ECS puts beside the command needs a file system to write on.
          ReadonlyRootFilesystem: false,
        },
      ],
    },
  };
}

function role(suffix: string, policy: PolicyDocument, policyName: string): TemplateResource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      Tags: bastionTags,
      RoleName: sub(`\${AWS::StackName}-${suffix}`),
      Description: `Private EKS: ${suffix} role of the bastion`,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ecs-tasks.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
          },
        ],
      },
      Policies: [{ PolicyName: policyName, PolicyDocument: templatePolicy(policy) }],
    },
  };
}

function templatePolicy({ Version, Statement }: PolicyDocument): TemplateValue {
  return {
    Version,
    Statement: Statement.map(statement => ({
      ...statement,
      Resource: statement.Resource.map(resource => (resource.includes('${') ? sub(resource) : resource)),
    })),
  };
}
