import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find, page } from './describe.ts';
import { missingParameter } from './ec2Error.ts';
import { rows, type LaunchTemplateRow } from './rows.ts';
import { specifiedTags } from './tags.ts';

type Reference = { LaunchTemplateId?: string | undefined; LaunchTemplateName?: string | undefined };
type Version = LaunchTemplateRow['versions'][number];

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

/** A version by number, `$Latest` or `$Default`. */
export function findVersion(template: LaunchTemplateRow, version: string): Version {
  const { LatestVersionNumber: latest, DefaultVersionNumber: usual, LaunchTemplateId } = template;
  const number = version === '$Latest' ? latest : version === '$Default' ? usual : Number(version);
  const found = template.versions.find(item => item.VersionNumber === number);
  if (found) return found;
  const message = `Could not find the specified version ${version} for the launch template with ID ${LaunchTemplateId}.`;
  throw new AwsError('InvalidLaunchTemplateId.VersionNotFound', message);
}

/** As EC2 shows it: without its versions. */
const shown = ({ versions: _versions, ...template }: LaunchTemplateRow): Sdk.LaunchTemplate =>
  structuredClone(template);

/** EC2 takes any data: what it means shows only at a launch. */
function addVersion(
  context: CallContext,
  template: LaunchTemplateRow,
  {
    LaunchTemplateData: data,
    VersionDescription,
  }: Pick<Sdk.CreateLaunchTemplateRequest, 'LaunchTemplateData' | 'VersionDescription'>,
  source: Sdk.ResponseLaunchTemplateData = {},
): Version {
  if (data === undefined) throw missingParameter('launchTemplateData');
  const { LaunchTemplateId, LaunchTemplateName, versions } = template;
  const version = {
    LaunchTemplateId,
    LaunchTemplateName,
    VersionNumber: versions.length + 1,
    ...(VersionDescription !== undefined && { VersionDescription }),
    CreateTime: new Date(context.account.now()),
    CreatedBy: context.principal.arn,
    LaunchTemplateData: structuredClone<object>({ ...source, ...data }),
  };
  versions.push(version);
  template.LatestVersionNumber = version.VersionNumber;
  return version;
}

export const launchTemplateOperations = {
  CreateLaunchTemplate(input: Sdk.CreateLaunchTemplateRequest, context: CallContext): Sdk.CreateLaunchTemplateResult {
    const { LaunchTemplateName = '' } = input;
    const { account, principal } = context;
    if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(LaunchTemplateName))
      throw new AwsError(
        'InvalidLaunchTemplateName.MalformedException',
        'A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _',
      );
    if (rows(context, 'launchTemplates').find(row => row.LaunchTemplateName === LaunchTemplateName))
      throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
    const Tags = specifiedTags(context, 'launchTemplates', input);
    const LaunchTemplateId = account.resourceId('lt');
    const template: LaunchTemplateRow = {
      LaunchTemplateId,
      LaunchTemplateName,
      CreateTime: new Date(account.now()),
      CreatedBy: principal.arn,
      DefaultVersionNumber: 1,
      LatestVersionNumber: 1,
      Tags,
      versions: [],
    };
    addVersion(context, template, input);
    return { LaunchTemplate: shown(rows(context, 'launchTemplates').set(LaunchTemplateId, template)) };
  },

  CreateLaunchTemplateVersion(
    input: Sdk.CreateLaunchTemplateVersionRequest,
    context: CallContext,
  ): Sdk.CreateLaunchTemplateVersionResult {
    const template = findTemplate(context, input);
    const source =
      input.SourceVersion === undefined ? {} : findVersion(template, input.SourceVersion).LaunchTemplateData;
    return { LaunchTemplateVersion: structuredClone(addVersion(context, template, input, source)) };
  },

  DescribeLaunchTemplates(input: Sdk.DescribeLaunchTemplatesRequest, context: CallContext): object {
    const named = (input.LaunchTemplateNames ?? []).map(
      name => findTemplate(context, { LaunchTemplateName: name }).LaunchTemplateId,
    );
    return describeTemplates(
      { ...input, LaunchTemplateIds: [...(input.LaunchTemplateIds ?? []), ...named] } as never,
      context,
    );
  },

  DescribeLaunchTemplateVersions(
    input: Sdk.DescribeLaunchTemplateVersionsRequest,
    context: CallContext,
  ): Sdk.DescribeLaunchTemplateVersionsResult {
    const template = findTemplate(context, input);
    const wanted = input.Versions?.map(name => findVersion(template, name));
    const { found, ...next } = page(wanted?.length ? wanted : [...template.versions].reverse(), input);
    const isDefault = ({ VersionNumber }: Version) => VersionNumber === template.DefaultVersionNumber;
    return {
      LaunchTemplateVersions: found.map(item => ({ ...structuredClone(item), DefaultVersion: isDefault(item) })),
      ...next,
    };
  },

  ModifyLaunchTemplate(input: Sdk.ModifyLaunchTemplateRequest, context: CallContext): Sdk.ModifyLaunchTemplateResult {
    const template = findTemplate(context, input);
    template.DefaultVersionNumber = findVersion(template, input.DefaultVersion ?? '$Default').VersionNumber;
    return { LaunchTemplate: shown(template) };
  },

  DeleteLaunchTemplate(input: Sdk.DeleteLaunchTemplateRequest, context: CallContext): Sdk.DeleteLaunchTemplateResult {
    const template = findTemplate(context, input);
    rows(context, 'launchTemplates').delete(template.LaunchTemplateId);
    return { LaunchTemplate: shown(template) };
  },
};

const describeTemplates = describer(
  'launchTemplates',
  'LaunchTemplates',
  'LaunchTemplateIds',
  'launch-template-name create-time',
  shown,
);
