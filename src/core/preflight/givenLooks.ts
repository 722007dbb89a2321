import { isAwsError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { stagingBucketName } from '../plan/stagingBucketName.ts';
import type { Plan } from '../plan/plan.ts';
import type { Looker } from './look.ts';

/** The staging bucket's name: free, ours here, ours in another region, or somebody's who does not let us in. */
export interface BucketFacts {
  readonly name: string;
  readonly standing: 'free' | 'ours' | 'elsewhere' | 'closed';
  /** Sids of statements of its policy that are not this program's. */
  readonly foreignStatements: readonly string[];
  /** Such a statement denies what comes without a header for its encryption. */
  readonly wantsEncryptionHeader: boolean;
}

/** The statement that staging writes (`run/steps/staging.ts`). */
const ownStatement = 'TlsOnly';

export async function lookAtBucket(plan: Plan, { session, signal }: Looker): Promise<BucketFacts> {
  const { accountId: ExpectedBucketOwner = '', region = '' } = plan.account ?? {};
  const Bucket = stagingBucketName(ExpectedBucketOwner, region);
  const empty = { name: Bucket, foreignStatements: [], wantsEncryptionHeader: false };
  const sdk = await import('@aws-sdk/client-s3');
  const s3 = await session.client('s3');
  try {
    await s3.send(new sdk.HeadBucketCommand({ Bucket, ExpectedBucketOwner }), signalOption(signal));
  } catch (error) {
    const standing = standingBy(error);
    if (standing === undefined) throw error;
    return { ...empty, standing };
  }
  try {
    const input = { Bucket, ExpectedBucketOwner };
    const { Policy = '{}' } = await s3.send(new sdk.GetBucketPolicyCommand(input), signalOption(signal));
    return { ...empty, standing: 'ours', ...readPolicy(Policy) };
  } catch (error) {
    // No policy, or not ours to read: the bucket is there all the same.
    if (isAwsError(error, 'NoSuchBucketPolicy', 'AccessDenied')) return { ...empty, standing: 'ours' };
    throw error;
  }
}

/** A HEAD has no body: of an answer there is only the status. */
function standingBy(error: unknown): BucketFacts['standing'] | undefined {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status === 404 || isAwsError(error, 'NotFound', 'NoSuchBucket')) return 'free';
  if (status === 301 || isAwsError(error, 'PermanentRedirect')) return 'elsewhere';
  return status === 403 ? 'closed' : undefined;
}

function readPolicy(text: string): Pick<BucketFacts, 'foreignStatements' | 'wantsEncryptionHeader'> {
  const { Statement = [] } = JSON.parse(text) as { Statement?: object[] };
  const foreign = [Statement].flat().filter(statement => (statement as { Sid?: string }).Sid !== ownStatement);
  return {
    foreignStatements: foreign.map(
      (statement, index) => (statement as { Sid?: string }).Sid ?? `statement ${index + 1}`,
    ),
    wantsEncryptionHeader: foreign.some(
      statement =>
        (statement as { Effect?: string }).Effect === 'Deny' &&
        /s3:x-amz-server-side-encryption/i.test(JSON.stringify(statement)),
    ),
  };
}

/** The key that the spec names; undefined when KMS does not know it. */
export interface KeyFacts {
  readonly state: string;
  readonly usage: string;
  readonly spec: string;
}

export async function lookAtKey({ spec }: Plan, { session, signal }: Looker): Promise<KeyFacts | undefined> {
  const { DescribeKeyCommand } = await import('@aws-sdk/client-kms');
  const kms = await session.client('kms');
  try {
    const command = new DescribeKeyCommand({ KeyId: spec.encryption.key });
    const { KeyMetadata } = await kms.send(command, signalOption(signal));
    return {
      state: KeyMetadata?.KeyState ?? 'unknown',
      usage: KeyMetadata?.KeyUsage ?? 'unknown',
      spec: KeyMetadata?.KeySpec ?? 'unknown',
    };
  } catch (error) {
    if (isAwsError(error, 'NotFoundException')) return undefined;
    throw error;
  }
}
