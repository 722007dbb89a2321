import type { ProviderContext } from '../../cloudformation/resourceProvider.ts';
import { tagsGone, tagsOf, type CfnTag } from '../property.ts';

const reserved = ({ Key }: CfnTag): boolean => Key.startsWith('aws:');

/** The caller's own tags go with the create call. */
export function tagSpecification(type: string, own: readonly CfnTag[] | undefined, context: ProviderContext): object {
  const Tags = tagsOf(own, context.stackTags).filter(tag => !reserved(tag));
  return Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: type, Tags }] };
}

/** `aws:cloudformation:*` tags, which only CloudFormation itself may set. */
export function tagAsService(id: string, context: ProviderContext): void {
  const { account, region } = context;
  const Tags = context.stackTags.filter(reserved);
  const service = account.serviceContext(region, 'cloudformation.amazonaws.com');
  if (Tags.length > 0) account.call(service, 'ec2', 'CreateTags', { Resources: [id], Tags });
}

export function retag(
  id: string,
  next: readonly CfnTag[] | undefined,
  previous: readonly CfnTag[] | undefined,
  context: ProviderContext,
): void {
  const Resources = [id];
  const kept = tagsOf(next, context.stackTags).filter(tag => !reserved(tag));
  const gone = tagsGone(previous, kept).map(Key => ({ Key }));
  if (gone.length > 0) context.call('ec2', 'DeleteTags', { Resources, Tags: gone });
  if (kept.length > 0) context.call('ec2', 'CreateTags', { Resources, Tags: kept });
}
