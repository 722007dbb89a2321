import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../kernel/awsError.ts';
import { requiredMembers } from './route.ts';
import type { ServiceSchema } from './serviceCatalog.ts';

/** Paths of required members that are absent, in AWS's spelling: `tags.1.member.key`. */
function missing(schema: NormalizedSchema, value: unknown, path: string): string[] {
  if (value == null) return [];
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return (value as unknown[]).flatMap((element, index) => missing(item, element, `${path}${index + 1}.member.`));
  }
  if (!schema.isStructSchema()) return [];
  const given = value as Record<string, unknown>;
  const required = new Set(requiredMembers(schema));
  const out: string[] = [];
  for (const [name, member] of schema.structIterator()) {
    const here = path + name.charAt(0).toLowerCase() + name.slice(1);
    if (given[name] == null) {
      if (required.has(name)) out.push(here);
    } else out.push(...missing(member, given[name], `${here}.`));
  }
  return out;
}

/** Refuses an input without its required members, in the service's words. Required members are all that the schemas tell of constraints. */
export function checkRequired(service: ServiceSchema, schema: NormalizedSchema, input: object): void {
  const paths = missing(schema, input, '');
  const [first] = paths;
  if (first === undefined) return;
  if (service.protocol === 'ec2') {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${first.replaceAll('.member', '')}`);
  }
  const failures = paths.map(path => `Value null at '${path}' failed to satisfy constraint: Member must not be null`);
  const count = `${paths.length} validation error${paths.length === 1 ? '' : 's'} detected`;
  const code =
    service.protocol === 'query'
      ? 'ValidationError'
      : service.protocol === 'rest-json'
        ? 'InvalidParameterException'
        : 'ValidationException';
  throw new AwsError(code, `${count}: ${failures.join('; ')}`);
}
