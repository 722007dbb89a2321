import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { missingParameter } from './ec2Error.ts';
import { rows, type LaunchTemplateRow } from './rows.ts';
import { specifiedTags } from './tags.ts';

type Reference = { LaunchTemplateId?: string | undefined; LaunchTemplateName?: string | undefined };

export function findTemplate(
  context: CallContext,
  { LaunchTemplateId: id, LaunchTemplateName: name }: Reference,
): LaunchTemplateRow {
  if (id !== undefined && name !== undefined) {
    const message = 'You can specify either the launch template ID or the launch template name, but not both.';
    throw new AwsError('InvalidParameterCombination', message);
  }
  if (name === undefined) return find(context, 'launchTemplates', id);
  const found = rows(context, 'launchTemplates').find(row => row.LaunchTemplateName === name);
  if (found) return found;
  const message = `The specified launch template, with template name ${name}, does not exist.`;
  throw new AwsError('InvalidLaunchTemplateName.NotFoundException', message);
}

/** The number that `$Latest`, `$Default` or a number's text stands for. */
export function versionNumber(template: LaunchTemplateRow, version: string): number {
  const { LatestVersionNumber, DefaultVersionNumber, LaunchTemplateId, versions } = template;
  const named: Readonly<Record<string, number>> = { $Latest: LatestVersionNumber, $Default: DefaultVersionNumber };
  const number = named[version] ?? Number(version);
  if (versions[number - 1]) return number;
  const message = `Could not find the specified version ${version} for the launch template with ID ${LaunchTemplateId}.`;
  throw new AwsError('InvalidLaunchTemplateId.VersionNotFound', message);
}

export const versionData = (template: LaunchTemplateRow, version: string): Sdk.ResponseLaunchTemplateData =>
  template.versions[versionNumber(template, version) - 1]?.data ?? {};

const shownVersion = (template: LaunchTemplateRow, VersionNumber: number): Sdk.LaunchTemplateVersion => {
  const { LaunchTemplateId, LaunchTemplateName, CreatedBy, DefaultVersionNumber, versions } = template;
  const version = versions[VersionNumber - 1];
  return {
    LaunchTemplateId,
    LaunchTemplateName,
    VersionNumber,
    ...(version?.description && { VersionDescription: version.description }),
    CreateTime: version?.at,
    CreatedBy,
    DefaultVersion: VersionNumber === DefaultVersionNumber,
    LaunchTemplateData: structuredClone(version?.data),
  };
};

/** As EC2 shows it: without its data. */
const shown = ({ versions: _versions, ...template }: LaunchTemplateRow): Sdk.LaunchTemplate =>
  structuredClone(template);

export const launchTemplateOperations = {
  /** EC2 takes any data: what it means shows only at a launch. */
  CreateLaunchTemplate(input: Sdk.CreateLaunchTemplateRequest, context: CallContext): Sdk.CreateLaunchTemplateResult {
    const { LaunchTemplateName = '', LaunchTemplateData: data } = input;
    const { account, principal } = context;
    if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(LaunchTemplateName))
      throw new AwsError(
        'InvalidLaunchTemplateName.MalformedException',
        'A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _',
      );
    if (rows(context, 'launchTemplates').find(row => row.LaunchTemplateName === LaunchTemplateName))
      throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
    if (data === undefined) throw missingParameter('launchTemplateData');
    const Tags = specifiedTags(context, 'launchTemplates', input);
    const LaunchTemplateId = account.resourceId('lt');
    const template = rows(context, 'launchTemplates').set(LaunchTemplateId, {
      LaunchTemplateId,
      LaunchTemplateName,
      CreateTime: new Date(account.now()),
      CreatedBy: principal.arn,
      DefaultVersionNumber: 1,
      LatestVersionNumber: 1,
      Tags,
      versions: [{ data: structuredClone<object>(data), at: new Date(account.now()) }],
    });
    return { LaunchTemplate: shown(template) };
  },

  DescribeLaunchTemplates: describer(
    'launchTemplates',
    'LaunchTemplates',
    'LaunchTemplateIds',
    'launch-template-name create-time',
    shown,
  ),

  DescribeLaunchTemplateVersions(
    input: Sdk.DescribeLaunchTemplateVersionsRequest,
    context: CallContext,
  ): Sdk.DescribeLaunchTemplateVersionsResult {
    const template = findTemplate(context, input);
    const asked = input.Versions?.map(version => versionNumber(template, version));
    const numbers = asked ?? template.versions.map((_, index) => index + 1).reverse();
    return { LaunchTemplateVersions: numbers.map(number => shownVersion(template, number)) };
  },

  CreateLaunchTemplateVersion(
    input: Sdk.CreateLaunchTemplateVersionRequest,
    context: CallContext,
  ): Sdk.CreateLaunchTemplateVersionResult {
    const template = findTemplate(context, input);
    const { LaunchTemplateData: data, VersionDescription: description, SourceVersion } = input;
    if (data === undefined) throw missingParameter('launchTemplateData');
    const source = SourceVersion === undefined ? {} : versionData(template, SourceVersion);
    template.versions.push({
      data: structuredClone<object>({ ...source, ...data }),
      at: new Date(context.account.now()),
      ...(description !== undefined && { description }),
    });
    template.LatestVersionNumber = template.versions.length;
    return { LaunchTemplateVersion: shownVersion(template, template.versions.length) };
  },

  ModifyLaunchTemplate(input: Sdk.ModifyLaunchTemplateRequest, context: CallContext): Sdk.ModifyLaunchTemplateResult {
    const template = findTemplate(context, input);
    if (input.DefaultVersion !== undefined)
      template.DefaultVersionNumber = versionNumber(template, input.DefaultVersion);
    return { LaunchTemplate: shown(template) };
  },

  DeleteLaunchTemplate(input: Sdk.DeleteLaunchTemplateRequest, context: CallContext): Sdk.DeleteLaunchTemplateResult {
    const template = findTemplate(context, input);
    rows(context, 'launchTemplates').delete(template.LaunchTemplateId);
    return { LaunchTemplate: shown(template) };
  },
};
