import type { CallContext } from '../kernel/account.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { authorize } from '../services/iam/authorize.ts';
import { refuseDynamic, validationError, type ParameterTemplate, type Template } from './template.ts';

/** A parameter as a caller gives it. */
export interface GivenParameter {
  readonly ParameterKey?: string | undefined;
  readonly ParameterValue?: string | undefined;
  readonly UsePreviousValue?: boolean | undefined;
}

/** A parameter of a stack: as given or by default. */
export interface StackParameter {
  readonly key: string;
  readonly value: string;
  readonly noEcho: boolean;
  /** What Parameter Store has under the value, for parameters of such a type. */
  readonly resolved?: string;
}

const isList = (type: string): boolean => /^(List<|CommaDelimitedList$)/.test(type);

/** What functions see: lists for list types, else text. */
export function parameterValues(
  template: Template,
  parameters: readonly StackParameter[],
): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    parameters.map(({ key, value: given, resolved: value = given }): [string, string | string[]] => {
      if (!isList(template.Parameters[key]?.Type ?? '')) return [key, value];
      return [key, value === '' ? [] : value.split(',').map(item => item.trim())];
    }),
  );
}

/** Binds `given` to the template's parameters and checks every constraint. */
export function bindParameters(
  template: Template,
  given: readonly GivenParameter[],
  previous: readonly StackParameter[],
  context: CallContext,
): StackParameter[] {
  const list = (names: readonly string[]): string => `[${names.join(', ')}]`;
  const keys = given.map(item => item.ParameterKey ?? '');
  const duplicate = keys.find((key, index) => keys.indexOf(key) !== index);
  if (duplicate !== undefined) throw validationError(`Duplicate parameter keys found: ${list([duplicate])}`);
  const strange = keys.filter(key => !(key in template.Parameters));
  if (strange.length > 0) throw validationError(`Parameters: ${list(strange)} do not exist in the template`);
  const values = Object.entries(template.Parameters).map(([key, declared]) => {
    const entry = given.find(item => item.ParameterKey === key);
    const kept = previous.find(item => item.key === key)?.value;
    if (entry?.UsePreviousValue && kept === undefined)
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    const fallback = declared.Default === undefined ? undefined : [declared.Default].flat().map(String).join(',');
    return [key, declared, entry?.UsePreviousValue ? kept : (entry?.ParameterValue ?? fallback)] as const;
  });
  const missing = values.filter(([, , value]) => value === undefined).map(([key]) => key);
  if (missing.length > 0) throw validationError(`Parameters: ${list(missing)} must have values`);
  return values.map(([key, declared, value = '']) => {
    checkValue(key, declared, value);
    const inStore = /^AWS::SSM::Parameter::Value<(.*)>$/.exec(declared.Type)?.[1];
    const resolved = inStore === undefined ? undefined : stored(value, context);
    checkExists(key, inStore ?? declared.Type, resolved ?? value, context);
    refuseDynamic(value);
    return { key, value, noEcho: String(declared.NoEcho) === 'true', ...(resolved !== undefined && { resolved }) };
  });
}

/** CloudFormation looks with its caller's leave. AWS begins the stack all the same for EC2's, and then fails it with these words. */
function mayCall(context: CallContext, service: string, operation: string, input: object): void {
  try {
    authorize(context, service, operation, input, 'cloudformation.amazonaws.com');
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'SandboxNotImplemented') throw error;
    throw validationError(`AccessDenied. User doesn't have permission to call ${service}:${operation}`);
  }
}

/** The value of a parameter that names one of Parameter Store's, as it is now. */
function stored(Name: string, context: CallContext): string {
  mayCall(context, 'ssm', 'GetParameters', { Names: [Name] });
  try {
    const input = { Name };
    return context.account.call<{ Parameter: { Value: string } }>(context, 'ssm', 'GetParameter', input).Parameter
      .Value;
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ParameterNotFound') throw error;
    throw validationError(`Unable to fetch parameters [${Name}] from parameter store for this account.`);
  }
}

function checkValue(key: string, declared: ParameterTemplate, value: string): void {
  const refuse = (what: string): never => {
    const text = declared.ConstraintDescription;
    throw validationError(
      text ? `Parameter '${key}' failed to satisfy constraint: ${text}` : `Parameter '${key}' ${what}`,
    );
  };
  const items = isList(declared.Type) && value !== '' ? value.split(',').map(item => item.trim()) : [value];
  const allowed = declared.AllowedValues?.map(String);
  const bound = (limit: unknown): number | undefined => (limit === undefined ? undefined : Number(limit));
  const [minLength, maxLength] = [bound(declared.MinLength), bound(declared.MaxLength)];
  const [minValue, maxValue] = [bound(declared.MinValue), bound(declared.MaxValue)];
  for (const item of items) {
    if (/^(Number|List<Number>)$/.test(declared.Type) && (item === '' || !Number.isFinite(Number(item))))
      throw validationError(`Parameter '${key}' must be a number.`);
    if (allowed && !allowed.includes(item)) refuse('must be one of AllowedValues');
    if (minLength !== undefined && item.length < minLength) refuse(`must contain at least ${minLength} characters`);
    if (maxLength !== undefined && item.length > maxLength) refuse(`must contain at most ${maxLength} characters`);
    if (minValue !== undefined && Number(item) < minValue) refuse(`must be a number not less than ${minValue}`);
    if (maxValue !== undefined && Number(item) > maxValue) refuse(`must be a number not greater than ${maxValue}`);
    if (declared.AllowedPattern !== undefined && !new RegExp(`^(?:${declared.AllowedPattern})$`).test(item))
      refuse(`must match pattern ${declared.AllowedPattern}`);
  }
}

const EXISTENCE: Readonly<Record<string, readonly [operation: string, input: string]>> = {
  'AWS::EC2::VPC::Id': ['DescribeVpcs', 'VpcIds'],
  'AWS::EC2::Subnet::Id': ['DescribeSubnets', 'SubnetIds'],
  'AWS::EC2::SecurityGroup::Id': ['DescribeSecurityGroups', 'GroupIds'],
  'AWS::EC2::AvailabilityZone::Name': ['DescribeAvailabilityZones', 'ZoneNames'],
};

/** AWS-specific types must name what exists in the account and region. */
function checkExists(key: string, type: string, value: string, context: CallContext): void {
  if (!type.includes('AWS::')) return;
  // Images are not kept: any well-formed id is taken for one.
  if (/^(List<)?AWS::EC2::Image::Id/.test(type)) {
    mayCall(context, 'ec2', 'DescribeImages', { ImageIds: value.split(',') });
    const wrong = value.split(',').find(item => !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(item.trim()));
    if (wrong === undefined) return;
    throw validationError(
      `Parameter validation failed: parameter value ${wrong} for parameter name ${key} does not exist`,
    );
  }
  const [operation, input] = EXISTENCE[type.replace(/^List<(.*)>$/, '$1')] ?? [];
  if (operation === undefined || input === undefined) throw notImplemented(`parameter type ${type}`);
  mayCall(context, 'ec2', operation, { [input]: value.split(',') });
  for (const item of value.split(',').map(entry => entry.trim()))
    try {
      context.account.call(context, 'ec2', operation, { [input]: [item] });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code === 'SandboxNotImplemented') throw error;
      throw validationError(
        `Parameter validation failed: parameter value ${item} for parameter name ${key} does not exist`,
      );
    }
}
