import type {
  AccessEntry,
  Addon,
  Cluster,
  FargateProfile,
  Nodegroup,
  PodIdentityAssociation,
} from '@aws-sdk/client-eks';
import type { Properties, ProviderContext, ResourceProvider } from '../../cloudformation/resourceProvider.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { ignoring } from '../property.ts';
import { actualProperties } from './actualProperties.ts';
import type { Change } from './eksChanges.ts';
import { unstable, type EksIssue } from './eksIssue.ts';
import { camel, listedTags } from './eksProperties.ts';
import { eksUpdates } from './eksUpdates.ts';

const notFound = ['ResourceNotFoundException'];

/** What is told of any of the six. */
type Described = Omit<
  Cluster & Nodegroup & Addon & AccessEntry & FargateProfile & PodIdentityAssociation,
  'status' | 'health'
> & {
  readonly status?: string;
  readonly health?: { readonly issues?: readonly EksIssue[] };
};

/** What tells one type from the others: they are made, described and deleted alike. */
interface Kind extends Pick<ResourceProvider, 'properties' | 'required' | 'createOnly' | 'unsupported' | 'seconds'> {
  /** As the operations name it: `Create<noun>`; the answers hold it with a small initial. */
  readonly noun: string;
  /** Members that identify it, in the order in which the physical id joins them. */
  readonly key: readonly string[];
  readonly separator?: string;
  readonly longestName?: number;
  readonly tags?: typeof listedTags;
  /** What the operation takes under other names, or not at all. */
  readonly input?: (properties: Properties) => Properties;
  /** What an update calls, in order; the identifying members are added. */
  readonly changes?: (next: Properties, previous: Properties) => Change[];
  /** The ARN, by which tags are changed. */
  readonly arn: (described: Described) => string | undefined;
  /** The physical id of what has been made, where it is not made of names. */
  readonly idOf?: (made: Described) => string;
  readonly keyOf?: (id: string) => Record<string, string>;
  readonly deletes?: (properties: Properties) => object;
  readonly afterwards?: (key: object, properties: Properties, context: ProviderContext) => void;
  readonly attributes: (described: Described, id: string) => Readonly<Record<string, unknown>>;
}

/** How CloudFormation makes, looks at, changes and deletes one type of EKS's. */
export function eksProvider({ noun, key, separator = '|', longestName, attributes, ...kind }: Kind): ResourceProvider {
  const member = noun === 'PodIdentityAssociation' ? 'association' : noun.charAt(0).toLowerCase() + noun.slice(1);
  const keyOf =
    kind.keyOf ??
    ((id: string): Record<string, string> =>
      Object.fromEntries(id.split(separator).map((part, index) => [key[index] ?? '', part])));
  const describe = (id: string, context: ProviderContext): Described =>
    context.call<Record<string, Described>>('eks', `Describe${noun}`, keyOf(id))[member] ?? {};
  const updates = eksUpdates(noun, keyOf);
  const { properties, required, createOnly, unsupported = [], seconds, changes } = kind;

  return {
    properties,
    required,
    createOnly,
    unsupported,
    ...(seconds && { seconds }),
    create(properties, context) {
      const { Tags: _, ...rest } = properties;
      const input = camel(kind.input?.(rest) ?? rest);
      const named = key.at(-1) ?? '';
      if (longestName) input[named] ??= context.generatedName(longestName);
      const tags = (kind.tags ?? listedTags)(properties, context);
      const answer = context.call<Record<string, Described>>('eks', `Create${noun}`, {
        ...input,
        tags,
        clientRequestToken: context.token,
      });
      const id = kind.idOf?.(answer[member] ?? {}) ?? key.map(part => String(input[part])).join(separator);
      kind.afterwards?.(keyOf(id), properties, context);
      return id;
    },
    progress(id, _properties, context) {
      const { status = 'ACTIVE', health } = describe(id, context);
      const pending = updates.progress(id, context);
      if (pending !== undefined) return pending;
      if (status === 'ACTIVE' || status === 'UPDATING') return status === 'ACTIVE' ? 'done' : 'in-progress';
      return status.endsWith('FAILED') ? unstable(health?.issues) : 'in-progress';
    },
    update(id, next, previous, context) {
      const resourceArn = kind.arn(describe(id, context));
      const [tags, before] = [next, previous].map(side => (kind.tags ?? listedTags)(side, context));
      const tagKeys = Object.keys(before ?? {}).filter(name => !(name in (tags ?? {})));
      const service = context.account.serviceContext(context.region, 'cloudformation.amazonaws.com');
      if (tagKeys.length > 0) context.call('eks', 'UntagResource', { resourceArn, tagKeys });
      context.account.call(service, 'eks', 'TagResource', { resourceArn, tags });
      updates.begin(id, changes?.(next, previous) ?? [], context);
    },
    delete: (id, properties, context) =>
      ignoring(notFound, () => context.call('eks', `Delete${noun}`, { ...keyOf(id), ...kind.deletes?.(properties) })),
    deleteProgress(id, _properties, context) {
      try {
        describe(id, context);
        return 'in-progress';
      } catch (error) {
        if (error instanceof AwsError && notFound.includes(error.code)) return 'done';
        throw error;
      }
    },
    read: (id, expected, context) => actualProperties(expected, describe(id, context)),
    attributes: (id, _properties, context) => attributes(describe(id, context), id),
  };
}
