import { ownTagPrefix } from '../../spec/ownTags.ts';
import type { Template, TemplateResource, TemplateValue } from '../../templates/template.ts';
import { plainText } from './templateScope.ts';
import { attribute, block, HclCall, type HclBody, type HclEntry, type HclValue } from './hcl.ts';

/** How one of CloudFormation's properties is said in Terraform: an argument's name, or what to make of the value. */
export type Field = string | ((value: TemplateValue, context: RuleContext) => HclBody);
export type Fields = Readonly<Record<string, Field>>;

/** How one of CloudFormation's resource types is said in Terraform. */
export interface ResourceRule {
  /** `aws_subnet` */
  readonly type: string;
  readonly fields: Fields;
  /** The argument that `Ref` stands for. */
  readonly ref: string;
  /** `GetAtt` → attribute, or an expression made of the resource's address. */
  readonly attributes?: Readonly<Record<string, string | ((address: string) => string)>>;
  /** Arguments that CloudFormation has in another place, or sets by itself. */
  readonly more?: (resource: TemplateResource, context: RuleContext) => HclBody;
  /** Further resources that stand for it in Terraform. */
  readonly beside?: (resource: TemplateResource, context: RuleContext) => readonly SideResource[];
  /** True where another resource's arguments say it all. */
  readonly absorbed?: (resource: TemplateResource) => boolean;
}

export interface SideResource {
  readonly type: string;
  /** Behind the main resource's name; empty: the same. */
  readonly suffix: string;
  readonly body: HclBody;
}

export interface RuleContext {
  readonly clusterName: string;
  readonly template: Template;
  readonly logicalId: string;
  /** `aws_iam_role.node_role` */
  readonly address: string;
  readonly hcl: (value: TemplateValue) => HclValue | undefined;
  /** What Terraform, or the table, cannot say. */
  readonly lose: (what: string) => void;
}

/** Properties by a table; what it does not have is lost, and told. */
export function argumentsOf(
  properties: Readonly<Record<string, TemplateValue>>,
  fields: Fields,
  context: RuleContext,
  path = '',
): HclBody {
  return Object.entries(properties).flatMap(([name, value]): HclBody => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      context.lose(`${context.logicalId}: ${path}${name} has no counterpart`);
      return [];
    }
    if (typeof field !== 'string') return field(value, context);
    const converted = context.hcl(value);
    return converted === undefined ? [] : [attribute(field, converted)];
  });
}

export const properties = (value: TemplateValue): Readonly<Record<string, TemplateValue>> =>
  typeof value === 'object' && !isList(value) ? value : {};
export const items = (value: TemplateValue | undefined): readonly TemplateValue[] =>
  value !== undefined && isList(value) ? value : [];

function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

/** A property of properties as a block. */
export const nested =
  (type: string, fields: Fields): Field =>
  (value, context) => [block(type, argumentsOf(properties(value), fields, context, `${type}.`))];

/** A list of properties as a block for each. */
export const repeated =
  (type: string, fields: Fields): Field =>
  (value, context) =>
    items(value).map(item => block(type, argumentsOf(properties(item), fields, context, `${type}.`)));

/** The properties inside, without a block around them. */
export const flat =
  (fields: Fields): Field =>
  (value, context) =>
    argumentsOf(properties(value), fields, context);

/** A document as JSON; one that is text already stays so. */
export const json =
  (name: string): Field =>
  (value, { hcl }) => {
    const converted = hcl(value);
    if (converted === undefined) return [];
    const isText = typeof value === 'object' && 'Fn::Sub' in value;
    return [attribute(name, isText ? converted : new HclCall('jsonencode', [converted]))];
  };

/** Nothing to say: Terraform does so anyway, or says it elsewhere. */
export const elsewhere: Field = () => [];

/** `[{Key, Value}]`, or a map already. Nothing of it where no tag is left. */
export const tags: Field = (value, context) => {
  const map = tagMap(value, context);
  return Object.keys(map).length > 0 ? [attribute('tags', map)] : [];
};

/** Without the marks by which Private EKS knows its own work: what another tool makes is that tool's. */
function tagMap(value: TemplateValue, { hcl }: RuleContext): Readonly<Record<string, HclValue>> {
  const pairs = Array.isArray(value)
    ? items(value).map(item => [plainText(properties(item)['Key']), properties(item)['Value'] ?? ''] as const)
    : Object.entries(properties(value));
  return Object.fromEntries(pairs.filter(([key]) => !isOwnTag(key)).map(([key, text]) => [key, hcl(text) ?? '']));
}

export const isOwnTag = (key: string): boolean => key.startsWith(ownTagPrefix);

/** A prefix for the names that CloudFormation makes up by itself; Terraform adds what makes it unique. */
export function namePrefix({ clusterName, address }: RuleContext, longest = 38): HclEntry {
  const what = (address.split('.').at(-1) ?? '').replaceAll('_', '-');
  const room = longest - what.length - 2;
  return attribute('name_prefix', `${clusterName.slice(0, Math.max(room, 1))}-${what}-`.slice(0, longest));
}
