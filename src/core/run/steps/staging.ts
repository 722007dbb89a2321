import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { awsErrorCode, isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { systemClock, type Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import type { AccountFacts, PlannedStack } from '../../plan/plan.ts';
import { dnsSuffixOf } from '../../spec/regions.ts';
import { templateText } from '../../templates/templateText.ts';
import type { StepContext, StepResult } from '../step.ts';

export interface StagedTemplate {
  readonly bucket: string;
  /** By content: the same template is the same object. */
  readonly key: string;
  readonly url: string;
  readonly body: string;
}

/** One bucket for each account and region, kept when clusters go. */
export function stagingBucket({ accountId, region }: Pick<AccountFacts, 'accountId' | 'region'>): string {
  return `private-eks-staging-${accountId}-${region}`;
}

export function templateBody({ template }: PlannedStack): string {
  return templateText(template);
}

export function stagedTemplate(stack: PlannedStack, account: AccountFacts): StagedTemplate {
  const body = templateBody(stack);
  const key = `templates/${createHash('sha256').update(body).digest('hex')}.json`;
  const bucket = stagingBucket(account);
  return { bucket, key, body, url: `https://${bucket}.s3.${account.region}.${dnsSuffixOf(account.region)}/${key}` };
}

/** Makes the staging bucket where it is missing and puts the templates into it. */
export async function stageTemplates(
  stacks: readonly PlannedStack[],
  account: AccountFacts,
  context: Pick<StepContext, 'session' | 'signal'> & Partial<Pick<StepContext, 'clock'>>,
): Promise<StepResult> {
  const { session, signal, clock = systemClock } = context;
  const settled = <T>(work: () => Promise<T>) => onceSettled(work, clock, signal);
  const ExpectedBucketOwner = account.accountId;
  const Bucket = stagingBucket(account);
  try {
    const { HeadObjectCommand, PutObjectCommand } = await import('@aws-sdk/client-s3');
    const s3 = await session.client('s3');
    const made = await ensureBucket(s3, Bucket, account, settled, signal);
    let sent = 0;
    for (const { key: Key, body: Body } of stacks.map(stack => stagedTemplate(stack, account))) {
      const there = await s3
        .send(new HeadObjectCommand({ Bucket, Key, ExpectedBucketOwner }), signalOption(signal))
        .then(() => true)
        .catch((error: unknown) => {
          if (isMissing(error)) return false;
          throw error;
        });
      if (there) continue;
      const input = { Bucket, Key, Body, ContentType: 'application/json', ExpectedBucketOwner };
      await settled(() => s3.send(new PutObjectCommand(input), signalOption(signal)));
      sent++;
    }
    if (!made && sent === 0) return { outcome: 'already', summary: `${Bucket} holds every template` };
    return { outcome: 'done', summary: `${sent} templates in ${Bucket}${made ? ', a new bucket' : ''}` };
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** How often, and ms on the account's clock. */
const settling = { tries: 7, everyMs: 5_000 };

/** A bucket that was just made is not known to all of S3 at once, and takes one change of itself at a time. */
async function onceSettled<T>(work: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await work();
    } catch (error) {
      if (attempt === settling.tries || !isAwsError(error, 'NoSuchBucket', 'OperationAborted')) throw error;
      await clock.sleep(settling.everyMs, signal);
    }
}

/** Private, encrypted, TLS only. Settings are applied again each time: a kill may have come between them. */
async function ensureBucket(
  s3: S3Client,
  Bucket: string,
  account: AccountFacts,
  settled: <T>(work: () => Promise<T>) => Promise<T>,
  signal: AbortSignal,
): Promise<boolean> {
  const sdk = await import('@aws-sdk/client-s3');
  const ExpectedBucketOwner = account.accountId;
  const options = signalOption(signal);
  const there = await s3.send(new sdk.HeadBucketCommand({ Bucket, ExpectedBucketOwner }), options).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      if (awsErrorCode(error) === '403' || isAwsError(error, 'Forbidden', 'AccessDenied'))
        throw new PrivateEksError('staging-bucket-denied', `The staging bucket ${Bucket} may not be used.`, {
          cause: error,
          fix: `Allow s3:ListBucket, s3:PutObject and s3:GetObject on it. If another account owns a bucket of this name, set staging: auto and keep templates small.`,
        });
      throw error;
    },
  );
  if (!there) {
    // us-east-1 is the one region that must not be named.
    const place =
      account.region === 'us-east-1'
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: account.region as 'eu-west-1' } };
    const create = () => s3.send(new sdk.CreateBucketCommand({ Bucket, ...place }), options);
    await settled(create).catch((error: unknown) => {
      if (!isAwsError(error, 'BucketAlreadyOwnedByYou')) throw error;
    });
  }
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  };
  const closed = { Bucket, ExpectedBucketOwner, PublicAccessBlockConfiguration };
  await settled(() => s3.send(new sdk.PutPublicAccessBlockCommand(closed), options));
  const Policy = JSON.stringify(tlsOnly(Bucket, account.partition));
  await settled(() => s3.send(new sdk.PutBucketPolicyCommand({ Bucket, ExpectedBucketOwner, Policy }), options));
  return !there;
}

/** S3 encrypts every object by itself (SSE-S3) since 2023; what is left to ask for is TLS. */
function tlsOnly(bucket: string, partition: string): object {
  const arn = `arn:${partition}:s3:::${bucket}`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}

/** A HEAD has no body, so the SDK knows the status and little more. */
function isMissing(error: unknown): boolean {
  return isAwsError(error, 'NotFound', 'NoSuchBucket', 'NoSuchKey', '404');
}
