import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplate,
  ModifyLaunchTemplateRequest,
  ModifyLaunchTemplateResult,
  RequestLaunchTemplateData,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { withMembers } from '../simulatedMembers.ts';
import { idempotent } from './clientToken.ts';
import { describe, page } from './describe.ts';
import { missingParameter, notFound } from './ec2Error.ts';
import { rows, type LaunchTemplateRow } from './rows.ts';
import { specifiedTags } from './tags.ts';

type Reference = { LaunchTemplateId?: string | undefined; LaunchTemplateName?: string | undefined };

export function findTemplate(
  context: CallContext,
  { LaunchTemplateId: id, LaunchTemplateName: name }: Reference,
): LaunchTemplateRow {
  if (id !== undefined && name !== undefined)
    throw new AwsError(
      'InvalidParameterCombination',
      'You can specify either the launch template ID or the launch template name, but not both.',
    );
  if (id === undefined && name === undefined) throw missingParameter('launchTemplateId');
  const table = rows(context, 'launchTemplates');
  const found = id === undefined ? table.find(row => row.LaunchTemplateName === name) : table.get(id);
  if (found) return found;
  if (id !== undefined) throw notFound('launchTemplates', [id]);
  throw new AwsError(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${name ?? ''}, does not exist.`,
  );
}

/** A version by number, `$Latest` or `$Default`. */
export function findVersion(template: LaunchTemplateRow, version: string): LaunchTemplateRow['versions'][number] {
  const { LatestVersionNumber, DefaultVersionNumber, versions, LaunchTemplateId } = template;
  const number =
    version === '$Latest' ? LatestVersionNumber : version === '$Default' ? DefaultVersionNumber : Number(version);
  const found = versions.find(item => item.VersionNumber === number);
  if (!found)
    throw new AwsError(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version ${version} for the launch template with ID ${LaunchTemplateId}.`,
    );
  return found;
}

/** As EC2 shows it: without its versions. */
const shown = ({ versions: _versions, ...template }: LaunchTemplateRow): LaunchTemplate => structuredClone(template);

function addVersion(
  context: CallContext,
  template: LaunchTemplateRow,
  data: ResponseLaunchTemplateData,
  description: string | undefined,
) {
  const VersionNumber = template.versions.reduce((most, item) => Math.max(most, item.VersionNumber), 0) + 1;
  const version = {
    LaunchTemplateId: template.LaunchTemplateId,
    LaunchTemplateName: template.LaunchTemplateName,
    VersionNumber,
    ...(description !== undefined && { VersionDescription: description }),
    CreateTime: new Date(context.account.now()),
    CreatedBy: context.principal.arn,
    LaunchTemplateData: structuredClone(data),
  };
  template.versions.push(version);
  template.LatestVersionNumber = VersionNumber;
  return version;
}

/** EC2 takes any data: what it means shows only at a launch. */
const asStored = (data: RequestLaunchTemplateData | undefined): ResponseLaunchTemplateData => {
  if (data === undefined) throw missingParameter('launchTemplateData');
  return data;
};

const createLaunchTemplate: Operation<CreateLaunchTemplateRequest, CreateLaunchTemplateResult> = (input, context) => {
  const { LaunchTemplateName = '' } = input;
  const { account, principal } = context;
  if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(LaunchTemplateName))
    throw new AwsError(
      'InvalidLaunchTemplateName.MalformedException',
      `A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _`,
    );
  if (rows(context, 'launchTemplates').find(row => row.LaunchTemplateName === LaunchTemplateName))
    throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
  const data = asStored(input.LaunchTemplateData);
  const Tags = specifiedTags(context, 'launchTemplates', input.TagSpecifications);
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
  addVersion(context, template, data, input.VersionDescription);
  rows(context, 'launchTemplates').set(LaunchTemplateId, template);
  return { LaunchTemplate: shown(template) };
};

const createLaunchTemplateVersion: Operation<CreateLaunchTemplateVersionRequest, CreateLaunchTemplateVersionResult> = (
  input,
  context,
) => {
  const template = findTemplate(context, input);
  const source = input.SourceVersion === undefined ? {} : findVersion(template, input.SourceVersion).LaunchTemplateData;
  const data = { ...source, ...asStored(input.LaunchTemplateData) };
  return { LaunchTemplateVersion: structuredClone(addVersion(context, template, data, input.VersionDescription)) };
};

const describeLaunchTemplates: Operation<DescribeLaunchTemplatesRequest, DescribeLaunchTemplatesResult> = (
  input,
  context,
) => {
  const names = (input.LaunchTemplateNames ?? []).map(
    LaunchTemplateName => findTemplate(context, { LaunchTemplateName }).LaunchTemplateId,
  );
  const ids = [...(input.LaunchTemplateIds ?? []), ...names];
  const { found, ...next } = describe(context, 'launchTemplates', templateFilters, input, ids);
  return { LaunchTemplates: found.map(shown), ...next };
};
const templateFilters = { 'launch-template-name': 'LaunchTemplateName', 'create-time': 'CreateTime' };

const describeLaunchTemplateVersions: Operation<
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult
> = (input, context) => {
  const template = findTemplate(context, input);
  const all =
    input.Versions && input.Versions.length > 0
      ? input.Versions.map(name => findVersion(template, name))
      : [...template.versions].reverse();
  const inRange = all.filter(
    ({ VersionNumber }) =>
      VersionNumber >= Number(input.MinVersion ?? 1) && VersionNumber <= Number(input.MaxVersion ?? Infinity),
  );
  const { found, ...next } = page(inRange, input);
  const LaunchTemplateVersions = found.map(item => ({
    ...structuredClone(item),
    DefaultVersion: item.VersionNumber === template.DefaultVersionNumber,
  }));
  return { LaunchTemplateVersions, ...next };
};

const modifyLaunchTemplate: Operation<ModifyLaunchTemplateRequest, ModifyLaunchTemplateResult> = (input, context) => {
  const template = findTemplate(context, input);
  if (input.DefaultVersion !== undefined)
    template.DefaultVersionNumber = findVersion(template, input.DefaultVersion).VersionNumber;
  return { LaunchTemplate: shown(template) };
};

const deleteLaunchTemplate: Operation<DeleteLaunchTemplateRequest, DeleteLaunchTemplateResult> = (input, context) => {
  const template = findTemplate(context, input);
  rows(context, 'launchTemplates').delete(template.LaunchTemplateId);
  return { LaunchTemplate: shown(template) };
};

const which = 'LaunchTemplateId LaunchTemplateName';

export const launchTemplateOperations = {
  CreateLaunchTemplate: withMembers(
    'ec2:CreateLaunchTemplate',
    'LaunchTemplateName LaunchTemplateData VersionDescription TagSpecifications ClientToken',
    idempotent('CreateLaunchTemplate', createLaunchTemplate),
  ),
  CreateLaunchTemplateVersion: withMembers(
    'ec2:CreateLaunchTemplateVersion',
    `${which} SourceVersion LaunchTemplateData VersionDescription ClientToken`,
    idempotent('CreateLaunchTemplateVersion', createLaunchTemplateVersion),
  ),
  DescribeLaunchTemplates: describeLaunchTemplates,
  DescribeLaunchTemplateVersions: withMembers(
    'ec2:DescribeLaunchTemplateVersions',
    `${which} Versions MinVersion MaxVersion MaxResults NextToken`,
    describeLaunchTemplateVersions,
  ),
  ModifyLaunchTemplate: modifyLaunchTemplate,
  DeleteLaunchTemplate: deleteLaunchTemplate,
};
