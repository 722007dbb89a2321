import type { TemplateResource, TemplateValue } from './template.ts';
import { getAtt, ref, sub } from './templateParts.ts';

/**
 * Stops every bastion of the VPC on a schedule, as seed 004 does, with no code of ours: a state machine lists the tasks and stops each.
 * Off by default, and not in the policies that are generated: a bastion's own command ends it, also when nobody is left who could, and a schedule stops people in mid-use.
 */
export function cleanUpResources(schedule: string, Tags: TemplateValue): Record<string, TemplateResource> {
  const tasks = sub('arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task/${AWS::StackName}/*');
  return {
    CleanUp: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: sub('${AWS::StackName}-clean-up'),
        Tags,
        RoleArn: getAtt('CleanUpRole', 'Arn'),
        Definition: stateMachine,
        DefinitionSubstitutions: { Cluster: ref('EcsCluster'), Partition: ref('AWS::Partition') },
      },
    },
    CleanUpRole: serviceRole('states.amazonaws.com', 'clean-up', Tags, [
      statement('ecs:ListTasks', '*', { ArnEquals: { 'ecs:cluster': getAtt('EcsCluster', 'Arn') } }),
      statement('ecs:StopTask', tasks),
    ]),
    CleanUpSchedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: sub('${AWS::StackName}-clean-up'),
        Description: 'Private EKS: stops the bastions of a VPC',
        ScheduleExpression: schedule,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: getAtt('CleanUp', 'Arn'), RoleArn: getAtt('CleanUpScheduleRole', 'Arn') },
      },
    },
    CleanUpScheduleRole: serviceRole('scheduler.amazonaws.com', 'schedule', Tags, [
      statement('states:StartExecution', getAtt('CleanUp', 'Arn')),
    ]),
  };
}

const stateMachine: TemplateValue = {
  Comment: 'One page of ListTasks holds a hundred bastions.',
  StartAt: 'List',
  States: {
    List: {
      Type: 'Task',
      Resource: 'arn:${Partition}:states:::aws-sdk:ecs:listTasks',
      Parameters: { Cluster: '${Cluster}' },
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      ItemsPath: '$.TaskArns',
      ItemProcessor: {
        StartAt: 'Stop',
        States: {
          Stop: {
            Type: 'Task',
            Resource: 'arn:${Partition}:states:::aws-sdk:ecs:stopTask',
            Parameters: { Cluster: '${Cluster}', 'Task.$': '$', Reason: 'Private EKS: scheduled clean-up' },
            End: true,
          },
        },
      },
      End: true,
    },
  },
};

function serviceRole(service: string, suffix: string, Tags: TemplateValue, Statement: TemplateValue): TemplateResource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: sub(`\${AWS::StackName}-${suffix}`),
      Tags,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: service },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
          },
        ],
      },
      Policies: [{ PolicyName: 'CleanUp', PolicyDocument: { Version: '2012-10-17', Statement } }],
    },
  };
}

function statement(Action: string, Resource: TemplateValue, Condition?: TemplateValue): TemplateValue {
  return { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}
