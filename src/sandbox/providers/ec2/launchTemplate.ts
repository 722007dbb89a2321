import type { ProviderContext, ResourceProvider } from '../../cloudformation/resourceProvider.ts';
import { equal } from '../../cloudformation/propertyChanges.ts';
import { ignoring, tagsOf, type CfnTag } from '../property.ts';
import { retag, tagAsService } from './tags.ts';

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
  /** A new version; the default stays the first. */
  update(LaunchTemplateId, next: TemplateProperties, previous: TemplateProperties, context) {
    if (!equal(next.LaunchTemplateData, previous.LaunchTemplateData))
      context.call('ec2', 'CreateLaunchTemplateVersion', {
        LaunchTemplateId,
        LaunchTemplateData: next.LaunchTemplateData,
      });
    const own = ({ TagSpecifications }: TemplateProperties) =>
      TagSpecifications?.find(item => item.ResourceType === 'launch-template')?.Tags;
    retag(LaunchTemplateId, own(next), own(previous), context);
  },
  delete(LaunchTemplateId, _properties, context) {
    ignoring(['InvalidLaunchTemplateId.NotFound'], () =>
      context.call('ec2', 'DeleteLaunchTemplate', { LaunchTemplateId }),
    );
  },
  attributes(LaunchTemplateId, _properties, context) {
    type Answer = { LaunchTemplates: { LatestVersionNumber: number; DefaultVersionNumber: number }[] };
    const input = { LaunchTemplateIds: [LaunchTemplateId] };
    const [found] = context.call<Answer>('ec2', 'DescribeLaunchTemplates', input).LaunchTemplates;
    return {
      LaunchTemplateId,
      LatestVersionNumber: String(found?.LatestVersionNumber),
      DefaultVersionNumber: String(found?.DefaultVersionNumber),
    };
  },
};
