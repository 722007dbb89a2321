import type { ProviderContext, ResourceProvider } from '../../cloudformation/resourceProvider.ts';
import { ignoring, notUpdated, tagsOf, type CfnTag } from '../property.ts';
import { tagAsService } from './tags.ts';

interface TemplateProperties {
  readonly LaunchTemplateName?: string;
  readonly LaunchTemplateData?: object;
  readonly TagSpecifications?: readonly { readonly ResourceType?: string; readonly Tags?: readonly CfnTag[] }[];
}

interface TemplateView {
  readonly LaunchTemplateId: string;
}

export const launchTemplate: ResourceProvider = {
  properties: ['LaunchTemplateData', 'LaunchTemplateName', 'TagSpecifications'],
  required: ['LaunchTemplateData'],
  createOnly: ['LaunchTemplateName'],
  unsupported: ['VersionDescription'],
  seconds: { create: 4, delete: 2 },
  create(properties: TemplateProperties, context: ProviderContext) {
    const own = properties.TagSpecifications?.find(item => item.ResourceType === 'launch-template')?.Tags;
    const Tags = tagsOf(own, context.stackTags).filter(tag => !tag.Key.startsWith('aws:'));
    const { LaunchTemplateId } = context.call<{ LaunchTemplate: TemplateView }>('ec2', 'CreateLaunchTemplate', {
      LaunchTemplateName: properties.LaunchTemplateName ?? context.generatedName(128),
      // Templates write its data as the API does.
      LaunchTemplateData: properties.LaunchTemplateData,
      ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'launch-template', Tags }] }),
    }).LaunchTemplate;
    tagAsService(LaunchTemplateId, context);
    return LaunchTemplateId;
  },
  update: notUpdated('AWS::EC2::LaunchTemplate'),
  delete(LaunchTemplateId, _properties, context) {
    ignoring(['InvalidLaunchTemplateId.NotFound'], () =>
      context.call('ec2', 'DeleteLaunchTemplate', { LaunchTemplateId }),
    );
  },
  attributes: LaunchTemplateId => ({ LaunchTemplateId, LatestVersionNumber: '1', DefaultVersionNumber: '1' }),
};
