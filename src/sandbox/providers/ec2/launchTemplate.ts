import type { ProviderContext, ResourceProvider } from '../../cloudformation/resourceProvider.ts';
import { ignoring, tagsOf, type CfnTag } from '../property.ts';
import { tagAsService } from './tags.ts';

interface TemplateProperties {
  readonly LaunchTemplateName?: string;
  readonly LaunchTemplateData?: object;
  readonly VersionDescription?: string;
  readonly TagSpecifications?: readonly { readonly ResourceType?: string; readonly Tags?: readonly CfnTag[] }[];
}

/** Templates write its data as the API does. */
const version = ({ LaunchTemplateData, VersionDescription }: TemplateProperties) => ({
  LaunchTemplateData,
  ...(VersionDescription !== undefined && { VersionDescription }),
});

interface TemplateView {
  readonly LaunchTemplateId: string;
  readonly LatestVersionNumber: number;
  readonly DefaultVersionNumber: number;
}

export const launchTemplate: ResourceProvider = {
  properties: ['LaunchTemplateData', 'LaunchTemplateName', 'TagSpecifications', 'VersionDescription'],
  required: ['LaunchTemplateData'],
  createOnly: ['LaunchTemplateName'],
  seconds: { create: 4, update: 4, delete: 2 },
  create(properties: TemplateProperties, context: ProviderContext) {
    const own = properties.TagSpecifications?.find(item => item.ResourceType === 'launch-template')?.Tags;
    const Tags = tagsOf(own, context.stackTags).filter(tag => !tag.Key.startsWith('aws:'));
    const { LaunchTemplateId } = context.call<{ LaunchTemplate: TemplateView }>('ec2', 'CreateLaunchTemplate', {
      LaunchTemplateName: properties.LaunchTemplateName ?? context.generatedName(128),
      ...version(properties),
      ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'launch-template', Tags }] }),
    }).LaunchTemplate;
    tagAsService(LaunchTemplateId, context);
    return LaunchTemplateId;
  },
  update(LaunchTemplateId, next: TemplateProperties, _previous, context) {
    context.call('ec2', 'CreateLaunchTemplateVersion', { LaunchTemplateId, ...version(next) });
  },
  delete(LaunchTemplateId, _properties, context) {
    ignoring(['InvalidLaunchTemplateId.NotFound'], () =>
      context.call('ec2', 'DeleteLaunchTemplate', { LaunchTemplateId }),
    );
  },
  attributes(LaunchTemplateId, _properties, context) {
    type Answer = { LaunchTemplates: TemplateView[] };
    const [row] = context.call<Answer>('ec2', 'DescribeLaunchTemplates', {
      LaunchTemplateIds: [LaunchTemplateId],
    }).LaunchTemplates;
    const { LatestVersionNumber, DefaultVersionNumber } = row ?? {};
    return {
      LaunchTemplateId,
      LatestVersionNumber: String(LatestVersionNumber),
      DefaultVersionNumber: String(DefaultVersionNumber),
    };
  },
};
