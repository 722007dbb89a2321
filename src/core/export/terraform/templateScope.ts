import type { TemplateValue } from '../../templates/template.ts';
import { expression, HclCall, HclExpression, HclTemplate, hclText, type HclValue } from './hcl.ts';

/** What names mean inside one stack's template. */
export interface TemplateScope {
  /** A parameter's value or a resource; undefined for `AWS::NoValue`. */
  readonly ref: (name: string) => HclValue | undefined;
  readonly attribute: (logicalId: string, name: string) => HclValue;
  /** The value of a public Systems Manager parameter. */
  readonly ssmParameter: (name: string) => HclExpression;
}

/** A list that stands once, under `locals`: its items can still be had one by one. */
export class HclLocalList extends HclExpression {
  readonly items: readonly HclValue[];
  constructor(name: string, items: readonly HclValue[]) {
    super(`local.${name}`);
    this.items = items;
  }
}

/**
 * A template's value as Terraform's: intrinsic functions become references and calls. Undefined for `AWS::NoValue`.
 * @throws TypeError for an intrinsic that has no counterpart here
 */
export function toHcl(value: TemplateValue, scope: TemplateScope): HclValue | undefined {
  if (typeof value === 'string') {
    const [, parameter] = /^\{\{resolve:ssm:([\w./-]+)\}\}$/.exec(value) ?? [];
    return parameter === undefined ? value : scope.ssmParameter(parameter);
  }
  if (typeof value !== 'object') return value;
  if (isList(value)) return value.flatMap(item => toHcl(item, scope) ?? []);
  const [[name = '', argument] = [], ...others] = Object.entries(value);
  if (others.length === 0 && argument !== undefined && (name === 'Ref' || name.startsWith('Fn::')))
    return intrinsic(name, argument, scope);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const converted = toHcl(item, scope);
      return converted === undefined ? [] : [[key, converted]];
    }),
  );
}

function intrinsic(name: string, argument: TemplateValue, scope: TemplateScope): HclValue | undefined {
  if (name === 'Ref' && typeof argument === 'string') return scope.ref(argument);
  if (name === 'Fn::Sub') return substituted(argument, scope);
  if (name === 'Fn::Base64') return new HclCall('base64encode', [valueOf(argument, scope)]);
  if (name === 'Fn::GetAtt') {
    const [resource = '', ...attribute] =
      typeof argument === 'string' ? argument.split('.') : isList(argument) ? argument : [];
    return scope.attribute(plainText(resource), attribute.map(plainText).join('.'));
  }
  if (isList(argument)) {
    const [first, second] = argument;
    if (name === 'Fn::Join' && typeof first === 'string' && second !== undefined) return joined(first, second, scope);
    if (name === 'Fn::Select' && second !== undefined) return selected(Number(first), second, scope);
    if (name === 'Fn::Split' && first !== undefined && second !== undefined)
      return new HclCall('split', [valueOf(first, scope), valueOf(second, scope)]);
  }
  throw new TypeError(`${name} has no counterpart in Terraform here`);
}

function valueOf(value: TemplateValue, scope: TemplateScope): HclValue {
  const converted = toHcl(value, scope);
  if (converted === undefined) throw new TypeError('AWS::NoValue stands where a value has to be');
  return converted;
}

function substituted(argument: TemplateValue, scope: TemplateScope): HclValue {
  const [text, values] = isList(argument) ? argument : [argument];
  const own = typeof values === 'object' && !isList(values) ? values : {};
  const parts = plainText(text)
    .split(/(\$\{[^}]*\})/)
    .flatMap(part => {
      const [, name] = /^\$\{([^}]*)\}$/.exec(part) ?? [];
      if (name === undefined) return part === '' ? [] : [part];
      // CloudFormation's own escape for a dollar and a brace.
      if (name.startsWith('!')) return [`\${${name.slice(1)}}`];
      const given = own[name];
      if (given !== undefined) return templateParts(valueOf(given, scope));
      const [resource = '', ...attribute] = name.split('.');
      return templateParts(
        attribute.length > 0 ? scope.attribute(resource, attribute.join('.')) : valueOf({ Ref: name }, scope),
      );
    });
  return templateOf(parts);
}

/** Lists go from stack to stack as texts with commas; here they stay lists. */
function joined(separator: string, list: TemplateValue, scope: TemplateScope): HclValue {
  const items = valueOf(list, scope);
  if (separator === ',' && (items instanceof HclLocalList || Array.isArray(items))) return items;
  if (!Array.isArray(items)) return new HclCall('join', [separator, items]);
  const values = items as readonly HclValue[];
  return templateOf(values.flatMap((item, index) => [...(index > 0 ? [separator] : []), ...templateParts(item)]));
}

function selected(index: number, list: TemplateValue, scope: TemplateScope): HclValue {
  if (typeof list === 'object' && 'Fn::Cidr' in list) return subnetOf(index, list['Fn::Cidr'], scope);
  const items = valueOf(list, scope);
  if (items instanceof HclLocalList) return expression(`${items.text}[${index}]`);
  const known: readonly HclValue[] | undefined = Array.isArray(items) ? items : undefined;
  if (known) {
    const item = known[index];
    if (item === undefined) throw new TypeError(`a list of ${known.length} has no item ${index}`);
    return item;
  }
  return expression(`${hclText(items)}[${index}]`);
}

/** `Fn::Cidr` counts the bits of hosts, Terraform those by which a network is longer. Amazon's IPv6 blocks of a VPC are /56. */
function subnetOf(index: number, argument: TemplateValue | undefined, scope: TemplateScope): HclValue {
  const [from, , hostBits] = isList(argument) ? argument : [];
  const cidr = from === undefined ? undefined : valueOf(from, scope);
  const [, prefix] = /\/(\d+)$/.exec(typeof cidr === 'string' ? cidr : '') ?? [];
  const amazons = cidr instanceof HclExpression && cidr.text.endsWith('.ipv6_cidr_block');
  if (cidr === undefined || (prefix === undefined && !amazons))
    throw new TypeError('Fn::Cidr is known for blocks that are known, and for Amazon’s IPv6 blocks');
  const [width, length] =
    amazons || (typeof cidr === 'string' && cidr.includes(':')) ? [128, Number(prefix ?? 56)] : [32, Number(prefix)];
  return expression(`cidrsubnet(${hclText(cidr)}, ${width - Number(hostBits) - length}, ${index})`);
}

function templateParts(value: HclValue): (string | HclExpression)[] {
  if (value instanceof HclTemplate) return [...value.parts];
  if (value instanceof HclExpression || typeof value === 'string') return [value];
  return [typeof value === 'object' ? expression(hclText(value)) : String(value)];
}

/** Neighbouring texts become one; a text alone is no template. */
function templateOf(parts: readonly (string | HclExpression)[]): HclValue {
  const merged: (string | HclExpression)[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  const [only = ''] = merged;
  return merged.length <= 1 ? only : new HclTemplate(merged);
}

/** A text, number or switch as text; empty for anything else. */
export function plainText(value: TemplateValue | undefined): string {
  return value === undefined || typeof value === 'object' ? '' : String(value);
}

function isList(value: TemplateValue | undefined): value is readonly TemplateValue[] {
  return Array.isArray(value);
}
