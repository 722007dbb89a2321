import type { Properties, ProviderContext, ResourceProvider } from '../../cloudformation/resourceProvider.ts';
import { ignoring, words, type CfnTag } from '../property.ts';
import { retag, tagAsService, tagSpecification } from './tags.ts';

type Tagged = { readonly Tags?: readonly CfnTag[] };

/** A thing that EC2 makes by one call and removes by another, given its id; all lists are words with spaces between. */
interface Ec2Resource<P extends Tagged> {
  /** Its name in operations and in their outputs: `Vpc`, made by `CreateVpc`. */
  readonly name: string;
  readonly idMember: string;
  /** Its name in tag specifications. */
  readonly tagType: string;
  readonly notFound: string;
  readonly properties: string;
  readonly required?: string;
  readonly createOnly?: string;
  readonly unsupported?: string;
  readonly createSeconds: number;
  /** The create call's input. */
  input(properties: P): object;
  /** What the create call cannot set; runs after a create and at an update. */
  settle?(id: string, properties: P, context: ProviderContext): void;
  attributes?(id: string, context: ProviderContext): Readonly<Record<string, unknown>>;
}

export function ec2Resource<P extends Tagged>(type: Ec2Resource<P>): ResourceProvider {
  const { name, idMember } = type;
  const list = (text: string | undefined) => (text ? words(text) : []);
  return {
    properties: list(type.properties),
    required: list(type.required),
    createOnly: list(type.createOnly),
    unsupported: list(type.unsupported),
    seconds: { create: type.createSeconds, delete: 2 },
    create(properties: P, context) {
      const input = { ...type.input(properties), ...tagSpecification(type.tagType, properties.Tags, context) };
      const made = context.call<Record<string, Record<string, string>>>('ec2', `Create${name}`, input);
      const id = made[name]?.[idMember] ?? '';
      tagAsService(id, context);
      type.settle?.(id, properties, context);
      return id;
    },
    update(id, next: P, previous: P, context) {
      type.settle?.(id, next, context);
      retag(id, next.Tags, previous.Tags, context);
    },
    delete(id, _properties, context) {
      ignoring([type.notFound], () => context.call('ec2', `Delete${name}`, { [idMember]: id }));
    },
    read: (id, _expected, context) =>
      context.call<Record<string, object[]>>('ec2', `Describe${name}s`, { [`${idMember}s`]: [id] })[
        `${name}s`
      ]?.[0] as Properties,
    attributes: (id, _properties, context) => ({ [idMember]: id, ...type.attributes?.(id, context) }),
  };
}
