import { instanceCost, livingStates } from '../instanceCost.ts';
import { tagMap } from '../controllerTags.ts';
import { isAutonomous } from '../nodeTags.ts';
import { ec2PageSize, pages } from '../../aws/pages.ts';
import { ec2Find, isWanted, item, options, ownOrControllers, type Look } from '../looking.ts';
import { clusterTag } from '../../spec/ownTags.ts';

export const computeLooks: readonly Look[] = [
  {
    what: 'instances',
    kinds: ['instance'],
    types: ['AWS::EKS::Nodegroup'],
    // Others' clusters have nodes, too: of what controllers launch only Karpenter's and Auto Mode's is told.
    find: ec2Find(async (sdk, client, looking) => {
      const Filters = [...ownOrControllers, livingStates];
      const paged = sdk.paginateDescribeInstances({ client, pageSize: ec2PageSize }, { Filters }, options(looking));
      const found = await pages(paged, ({ Reservations }) => Reservations?.flatMap(({ Instances = [] }) => Instances));
      return found
        .filter(({ Tags }) => {
          const tags = tagMap(Tags);
          return isWanted(looking, tags) && (tags[clusterTag] !== undefined || isAutonomous(tags));
        })
        .map(({ InstanceId = '', InstanceType = '', State, VpcId, Tags }) =>
          item(looking, 'instance', InstanceId, tagMap(Tags), {
            ...(VpcId === undefined ? {} : { vpcId: VpcId }),
            ...instanceCost(InstanceType, State?.Name),
          }),
        );
    }),
  },
  {
    what: 'launch templates',
    kinds: ['launch template'],
    types: ['AWS::EC2::LaunchTemplate'],
    find: ec2Find(async (sdk, client, looking) => {
      const paged = sdk.paginateDescribeLaunchTemplates({ client }, { Filters: ownOrControllers }, options(looking));
      const found = await pages(paged, ({ LaunchTemplates }) => LaunchTemplates);
      return found
        .filter(({ Tags }) => isWanted(looking, tagMap(Tags)))
        .map(({ LaunchTemplateId = '', LaunchTemplateName = '', Tags }) =>
          item(looking, 'launch template', LaunchTemplateId, tagMap(Tags), { name: LaunchTemplateName }),
        );
    }),
  },
  {
    what: 'Auto Scaling groups',
    kinds: ['Auto Scaling group'],
    types: ['AWS::AutoScaling::AutoScalingGroup'],
    find: async looking => {
      const { paginateDescribeAutoScalingGroups } = await import('@aws-sdk/client-auto-scaling');
      const client = await looking.session.client('autoScaling');
      const paged = paginateDescribeAutoScalingGroups({ client }, {}, options(looking));
      const found = await pages(paged, ({ AutoScalingGroups }) => AutoScalingGroups);
      return found
        .filter(({ Tags }) => tagMap(Tags)[clusterTag] !== undefined)
        .map(({ AutoScalingGroupName = '', Tags }) =>
          item(looking, 'Auto Scaling group', AutoScalingGroupName, tagMap(Tags), {
            how: 'costs what its instances do',
          }),
        );
    },
  },
];
