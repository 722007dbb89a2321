import type { ClusterSpec, NodeGroupSpec } from '../spec/clusterSpec.ts';
import type { TemplateResource, TemplateValue } from './template.ts';
import { tagList } from './templateParts.ts';

export type NamedGroup = NodeGroupSpec & { readonly name: string };

/** A launch template that closes the metadata service to pods and encrypts every disk. */
export function launchTemplate(
  spec: ClusterSpec,
  group: NamedGroup,
  more: Readonly<Record<string, TemplateValue>> = {},
  instanceTags: Readonly<Record<string, string>> = {},
): TemplateResource {
  const name = { Name: `${spec.name}-${group.name}` };
  const tags = { instance: { ...name, ...instanceTags }, volume: name };
  return {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: {
        MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: disks(group),
        ...more,
        TagSpecifications: Object.entries(tags).map(([ResourceType, own]) => ({
          ResourceType,
          Tags: tagList(spec, own),
        })),
      },
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: tagList(spec, name) }],
    },
  };
}

/** Bottlerocket keeps its system on one disk, of the image's own size, and images, containers and pods' files on another. */
function disks({ os, diskGiB }: NodeGroupSpec): TemplateValue[] {
  const disk = (DeviceName: string, size: Record<string, TemplateValue>) => ({
    DeviceName,
    Ebs: { VolumeType: 'gp3', ...size, Encrypted: true, DeleteOnTermination: true },
  });
  const data = { VolumeSize: diskGiB };
  return os === 'bottlerocket' ? [disk('/dev/xvda', {}), disk('/dev/xvdb', data)] : [disk('/dev/xvda', data)];
}
