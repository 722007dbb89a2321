import type { CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { bucketOf, isS3Host } from '../wire/bucketAddress.ts';
import { readObject } from './s3Tables.ts';

/** The text that a `TemplateURL` names, out of this account's own S3. Throws CloudFormation's `ValidationError`. */
export function readTemplateUrl(url: string, context: CallContext): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // With an endpoint override, the `aws` command stages to, and names, the override's address.
  const own = parsed !== undefined && parsed.origin === context.account.publicUrl;
  if (!parsed || !(own || (parsed.protocol === 'https:' && isS3Host(parsed.host))))
    throw new AwsError('ValidationError', 'TemplateURL must be a supported URL.');
  const { bucket = '', path } = bucketOf(parsed.host, parsed.pathname);
  try {
    return readObject(context.account, bucket, decodeURIComponent(path.slice(1)));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const more = 'For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';
    throw new AwsError('ValidationError', `S3 error: ${error.message}\n${more}`);
  }
}
