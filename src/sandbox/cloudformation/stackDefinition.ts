import type { Parameter, Tag as SdkTag } from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { readTemplateUrl } from '../services/templateUrl.ts';
import { expandForEach } from './forEach.ts';
import { bindParameters } from './parameters.ts';
import { dependencyGraph } from './references.ts';
import type { ResourceProviders } from './resourceProvider.ts';
import type { Stack, StackDefinition, Tag } from './stack.ts';
import { activeResources, stackScope } from './stackScope.ts';
import { refuseMembers, refuseUnsupported } from './supportCheck.ts';
import { transformsOf, validationError, type Template } from './template.ts';
import { checkActive, checkStructure, parseTemplate } from './templateStructure.ts';

const BODY_LIMIT = 51_200;
const URL_LIMIT = 1_000_000;

export interface DefinitionRequest {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly UsePreviousTemplate?: boolean | undefined;
  readonly Parameters?: readonly Parameter[] | undefined;
  readonly Tags?: readonly SdkTag[] | undefined;
  readonly Capabilities?: readonly string[] | undefined;
}

/** The text of a template given in the body, by URL, or as it was. */
export function templateText(request: DefinitionRequest, context: CallContext, previous?: string): string {
  const { TemplateBody: body, TemplateURL: url, UsePreviousTemplate: reuse } = request;
  if (reuse && previous !== undefined && body === undefined && url === undefined) return previous;
  if ((body === undefined) === (url === undefined))
    throw validationError('Either Template URL or Template Body must be specified.');
  const text = body ?? readTemplateUrl(url ?? '', context);
  const bytes = Buffer.byteLength(text);
  if (body !== undefined && bytes > BODY_LIMIT)
    throw validationError(
      `1 validation error detected: Value '${body}' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${BODY_LIMIT}`,
    );
  if (bytes > URL_LIMIT) throw validationError(`Template may not exceed ${URL_LIMIT} bytes in size.`);
  return text;
}

/** Everything AWS checks before it makes anything, and what this sandbox does not simulate. */
export function defineStack(
  request: DefinitionRequest,
  context: CallContext,
  providers: ResourceProviders,
  stack: Pick<Stack, 'id' | 'name' | 'region'>,
  previous?: StackDefinition,
): StackDefinition {
  refuseMembers(request);
  const templateBody = templateText(request, context, previous?.templateBody);
  const parsed = parseTemplate(templateBody);
  const parameters = bindParameters(parsed, request.Parameters ?? [], previous?.parameters ?? [], context);
  const tags = request.Tags ? checkTags(request.Tags) : (previous?.tags ?? []);
  const scopeOf = (template: Template) => stackScope(context, stack, { template, parameters });
  const template = expandForEach(parsed, scopeOf(parsed));
  if (template !== parsed) checkStructure(template);
  const scope = scopeOf(template);
  const { active, holds } = activeResources(scope);
  checkActive(template, active, holds);
  dependencyGraph(template, active, holds);
  const capabilities = request.Capabilities ?? [];
  checkCapabilities(template, capabilities);
  refuseUnsupported(context, providers, scope);
  return { templateBody, template, parameters, tags, capabilities };
}

function checkTags(tags: readonly SdkTag[]): Tag[] {
  if (tags.length > 50) throw validationError('Tags cannot be more than 50');
  const keys = tags.map(tag => tag.Key ?? '');
  const refuse = (what: string, value: string, constraint: string): never => {
    throw validationError(
      `1 validation error detected: Value '${value}' at '${what}' failed to satisfy constraint: Member must have length ${constraint}`,
    );
  };
  return tags.map(({ Key = '', Value = '' }, index) => {
    const where = `tags.${index + 1}.member`;
    if (Key === '') refuse(`${where}.key`, Key, 'greater than or equal to 1');
    if (Key.length > 128) refuse(`${where}.key`, Key, 'less than or equal to 128');
    if (Value.length > 256) refuse(`${where}.value`, Value, 'less than or equal to 256');
    if (Key.toLowerCase().startsWith('aws:'))
      throw validationError('aws: prefixed tag key names are not allowed for external use.');
    if (keys.indexOf(Key) !== index) throw validationError(`Duplicate tag keys found: [${Key}]`);
    return { Key, Value };
  });
}

const IAM_TYPES = /^AWS::IAM::(AccessKey|Group|InstanceProfile|ManagedPolicy|Policy|Role|User|UserToGroupAddition)$/;
const IAM_NAMES = ['GroupName', 'InstanceProfileName', 'ManagedPolicyName', 'RoleName', 'UserName'];

/** The capabilities a template needs, of which AWS names the ones that are missing. */
export function requiredCapabilities(template: Template): string[] {
  const iam = Object.values(template.Resources).filter(({ Type }) => IAM_TYPES.test(Type));
  const named = iam.some(
    ({ Type, Properties = {} }) => Type !== 'AWS::IAM::Policy' && IAM_NAMES.some(name => name in Properties),
  );
  const needed = named ? ['CAPABILITY_NAMED_IAM'] : iam.length > 0 ? ['CAPABILITY_IAM'] : [];
  return transformsOf(template).length > 0 ? [...needed, 'CAPABILITY_AUTO_EXPAND'] : needed;
}

function checkCapabilities(template: Template, given: readonly string[]): void {
  const has = (capability: string): boolean =>
    given.includes(capability) || (capability === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM'));
  const missing = requiredCapabilities(template).filter(capability => !has(capability));
  if (missing.length > 0)
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`);
}
