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

/** Versions are never added here: 1 is the only one, `$Latest` and `$Default`. */
export function checkVersion({ LaunchTemplateId }: LaunchTemplateRow, version: string): void {
  if (['1', '$Latest', '$Default'].includes(version)) return;
  const message = `Could not find the specified version ${version} for the launch template with ID ${LaunchTemplateId}.`;
  throw new AwsError('InvalidLaunchTemplateId.VersionNotFound', message);
}

/** As EC2 shows it: without its data. */
const shown = ({ data: _data, ...template }: LaunchTemplateRow): Sdk.LaunchTemplate => structuredClone(template);

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
      data: structuredClone<object>(data),
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
    for (const version of input.Versions ?? []) checkVersion(template, version);
    const { LaunchTemplateId, LaunchTemplateName, CreateTime, CreatedBy, data } = template;
    const version = { LaunchTemplateId, LaunchTemplateName, CreateTime, CreatedBy, VersionNumber: 1 };
    return {
      LaunchTemplateVersions: [{ ...version, DefaultVersion: true, LaunchTemplateData: structuredClone(data) }],
    };
  },

  DeleteLaunchTemplate(input: Sdk.DeleteLaunchTemplateRequest, context: CallContext): Sdk.DeleteLaunchTemplateResult {
    const template = findTemplate(context, input);
    rows(context, 'launchTemplates').delete(template.LaunchTemplateId);
    return { LaunchTemplate: shown(template) };
  },
};
