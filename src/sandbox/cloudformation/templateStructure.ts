import { usesLanguageExtensions } from './intrinsics.ts';
import { dependencyGraph, dependsOn, referencesIn } from './references.ts';
import { formatError, isObject, readTemplateText, refuseDynamic, transformsOf, validationError } from './template.ts';
import type { JsonObject, ResourceTemplate, Template } from './template.ts';
import { notImplemented } from '../kernel/awsError.ts';

const SECTIONS =
  'AWSTemplateFormatVersion Description Metadata Transform Parameters Mappings Conditions Rules Resources Outputs Hooks'.split(
    ' ',
  );
const RESOURCE_MEMBERS =
  'Type Properties DependsOn Condition DeletionPolicy UpdateReplacePolicy Metadata CreationPolicy UpdatePolicy'.split(
    ' ',
  );
const PARAMETER_MEMBERS =
  'Type Default Description NoEcho AllowedValues AllowedPattern ConstraintDescription MinLength MaxLength MinValue MaxValue'.split(
    ' ',
  );
const PARAMETER_TYPE =
  /^(String|Number|List<(Number|String)>|CommaDelimitedList|(List<)?AWS::[A-Za-z0-9]+::[A-Za-z0-9]+(::[A-Za-z]+)+>?|AWS::SSM::Parameter::(Name|Value<.+>))$/;
export const PSEUDO_PARAMETERS =
  'AWS::AccountId AWS::NotificationARNs AWS::NoValue AWS::Partition AWS::Region AWS::StackId AWS::StackName AWS::URLSuffix'.split(
    ' ',
  );

/** Reads and checks what can be checked before parameters have values. `Fn::ForEach` is still unexpanded. */
export function parseTemplate(text: string): Template {
  refuseDynamic(text);
  const raw = readTemplateText(text);
  const strange = Object.keys(raw).filter(key => !SECTIONS.includes(key));
  if (strange.length > 0) throw validationError(`Invalid template property or properties [${strange.join(', ')}]`);
  for (const transform of transformsOf(raw))
    if (transform !== 'AWS::LanguageExtensions') throw notImplemented(`transform ${transform}`);
  for (const section of ['Rules', 'Hooks']) if (section in raw) throw notImplemented(`template section ${section}`);
  if (!isObject(raw['Resources']) || Object.keys(raw['Resources']).length === 0)
    throw formatError('At least one Resources member must be defined.');
  refuseNull(raw, '');
  const section = (name: string): JsonObject => {
    const value = raw[name] ?? {};
    if (!isObject(value)) throw formatError(`unsupported structure.`);
    return value;
  };
  const sections = ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'];
  const template = {
    ...raw,
    ...Object.fromEntries(sections.map(name => [name, section(name)])),
  } as unknown as Template;
  checkMappings(template);
  checkParameters(template);
  if (!usesLanguageExtensions(template)) checkStructure(template);
  return template;
}

function refuseNull(value: unknown, path: string): void {
  if (value === null) throw validationError(`[${path}] 'null' values are not allowed in templates`);
  if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) refuseNull(item, `${path}/${key}`);
}

function checkMappings(template: Template): void {
  for (const [name, map] of Object.entries(template.Mappings) as [string, unknown][]) {
    if (!isObject(map)) throw formatError(`Every Mappings member ${name} must be a map`);
    for (const attributes of Object.values(map)) {
      if (!isObject(attributes)) throw formatError(`Every Mappings member ${name} must be a map`);
      if (Object.values(attributes).some(isObject))
        throw formatError('Every Mappings attribute must be a String or a List.');
    }
  }
}

function checkParameters(template: Template): void {
  for (const [name, parameter] of Object.entries(template.Parameters) as [string, unknown][]) {
    const type = isObject(parameter) ? parameter['Type'] : undefined;
    if (typeof type !== 'string') throw formatError('Every Parameters object must contain a Type member.');
    const strange = Object.keys(parameter as JsonObject).find(key => !PARAMETER_MEMBERS.includes(key));
    if (strange !== undefined) throw validationError(`Invalid template parameter property '${strange}'`);
    if (!PARAMETER_TYPE.test(type)) throw formatError(`Unrecognized parameter type: ${type}`);
    if (!/^[A-Za-z0-9]+$/.test(name)) throw formatError(`Parameter name ${name} is non alphanumeric.`);
  }
}

/** Checks resources, outputs and every name they refer to. After expansion, where there is a transform. */
export function checkStructure(template: Template): void {
  for (const [id, resource] of Object.entries(template.Resources) as [string, unknown][]) checkResource(id, resource);
  const types = [...new Set(Object.values(template.Resources).map(resource => resource.Type))];
  const unknown = types.filter(type => !/^(AWS(::[A-Za-z0-9]+){2,3}|Custom::[A-Za-z0-9_@-]+)$/.test(type));
  if (unknown.length > 0) throw formatError(`Unrecognized resource types: [${unknown.join(', ')}]`);
  for (const [name, output] of Object.entries(template.Outputs) as [string, unknown][]) {
    if (!isObject(output) || output['Value'] === undefined)
      throw formatError('Every Outputs member must contain a Value object');
    if (!/^[A-Za-z0-9]+$/.test(name)) throw formatError(`Output name ${name} is non alphanumeric.`);
  }
  checkReferences(template);
  dependencyGraph(template, new Set(Object.keys(template.Resources)));
}

function checkResource(id: string, resource: unknown): void {
  if (!isObject(resource)) throw formatError('Any Resources member must be an object.');
  if (!/^[A-Za-z0-9]+$/.test(id)) throw formatError(`Resource name ${id} is non alphanumeric.`);
  const strange = Object.keys(resource).find(key => !RESOURCE_MEMBERS.includes(key));
  if (strange !== undefined) throw validationError(`Invalid template resource property '${strange}'`);
  if (typeof resource['Type'] !== 'string')
    throw formatError(`[/Resources/${id}] Every Resources object must contain a Type member.`);
  if (resource['Properties'] !== undefined && !isObject(resource['Properties']))
    throw formatError('Every Properties member must be an object.');
  for (const policy of ['DeletionPolicy', 'UpdateReplacePolicy'])
    if (!['undefined', 'Delete', 'Retain', 'Snapshot', 'RetainExceptOnCreate'].includes(String(resource[policy])))
      throw formatError(`Unrecognized ${policy} ${String(resource[policy])} for resource ${id}`);
}

function checkReferences(template: Template): void {
  const values = new Set([...Object.keys(template.Parameters), ...PSEUDO_PARAMETERS]);
  const isCondition = (name: unknown): boolean => typeof name === 'string' && name in template.Conditions;
  const inConditions = [...referencesIn(template.Conditions)].map(reference => reference.name);
  const strange = inConditions.filter(name => !values.has(name));
  if (strange.length > 0)
    throw formatError(
      `Unresolved dependencies [${[...new Set(strange)].join(', ')}]. Cannot reference resources in the Conditions block of the template`,
    );
  const blocks = { Resources: Object.values(template.Resources), Outputs: Object.values(template.Outputs) };
  for (const [block, members] of Object.entries(blocks) as [string, (ResourceTemplate & { Value?: unknown })[]][]) {
    const unresolved = new Set<string>();
    for (const member of members) {
      if (member.Condition !== undefined && !isCondition(member.Condition))
        throw formatError(`Unresolved condition dependency ${member.Condition} in the ${block} block of the template`);
      for (const { name, from } of referencesIn(block === 'Resources' ? member.Properties : member)) {
        if (from === 'Fn::GetAtt' && !(name in template.Resources))
          throw validationError(`Template error: instance of Fn::GetAtt references undefined resource ${name}`);
        if (!values.has(name) && !(name in template.Resources)) unresolved.add(name);
      }
      for (const name of dependsOn(member)) if (!(name in template.Resources)) unresolved.add(name);
    }
    refuseUnresolved(unresolved, block);
  }
}

export function refuseUnresolved(names: Iterable<string>, block: string): void {
  const list = [...new Set(names)];
  if (list.length > 0)
    throw formatError(`Unresolved resource dependencies [${list.join(', ')}] in the ${block} block of the template`);
}

/** Names that refer to a resource whose condition is false are as unresolved as those that do not exist. */
export function checkActive(
  template: Template,
  active: ReadonlySet<string>,
  holds: (condition: string) => boolean,
): void {
  const inactive = (value: unknown): string[] =>
    [...referencesIn(value, holds)]
      .map(({ name }) => name)
      .filter(name => name in template.Resources && !active.has(name));
  refuseUnresolved(
    [...active].flatMap(id => inactive(template.Resources[id]?.Properties)),
    'Resources',
  );
  const outputs = Object.values(template.Outputs).filter(output => !output.Condition || holds(output.Condition));
  refuseUnresolved(outputs.flatMap(inactive), 'Outputs');
}
