import type { Plan } from '../plan/plan.ts';
import type { PreflightFacts } from './gatherFacts.ts';
import { seenOf, unknownOf } from './look.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';

/** What the plan takes as it is: the staging bucket's name and the key that the spec names. */
type Seen = Pick<PreflightFacts, 'bucket' | 'key'>;

export function judgeGiven(plan: Plan, facts: Seen): PreflightFinding[] {
  return [...bucket(plan, facts), ...key(plan, facts)];
}

function bucket({ account }: Plan, facts: Seen): PreflightFinding[] {
  const seen = seenOf(facts.bucket);
  if (!seen) return unknownOf(facts.bucket, 'whether the staging bucket can be used', 'staging');
  const { name, standing, foreignStatements, wantsEncryptionHeader } = seen;
  const specPath = 'staging';
  if (standing === 'closed')
    return [
      finding(
        'error',
        'staging-bucket-denied',
        `The staging bucket ${name} may not be used: it belongs to another account, or s3:ListBucket on it is missing.`,
        'Allow s3:ListBucket, s3:PutObject and s3:GetObject on it. If another account owns it, keep templates under 51,200 bytes with staging: auto.',
        { specPath, evidence: [`HEAD ${name}: 403`] },
      ),
    ];
  if (standing === 'elsewhere')
    return [
      finding(
        'error',
        'staging-bucket-elsewhere',
        `The staging bucket ${name} lies in another region than ${account?.region}.`,
        'Delete that bucket: its name says the region in which it must lie.',
        {
          specPath,
          evidence: [`HEAD ${name}: 301`],
        },
      ),
    ];
  if (foreignStatements.length === 0) return [];
  const demand = wantsEncryptionHeader
    ? ' It also denies objects without an encryption header, which S3 no longer needs and this program does not send.'
    : '';
  const message = `The staging bucket ${name} has a policy of somebody else’s (${foreignStatements.join(', ')}), which the run replaces with its own.${demand}`;
  return [
    finding('warning', 'staging-bucket-policy', message, 'Take out what must stay, or name it to whoever wrote it.', {
      specPath,
      evidence: foreignStatements,
    }),
  ];
}

function key({ spec, account }: Plan, facts: Seen): PreflightFinding[] {
  const arn = spec.encryption.key;
  const specPath = 'encryption.key';
  if (!arn.startsWith('arn:')) return [];
  const [, , , , owner] = arn.split(':');
  const of = (severity: PreflightFinding['severity'], code: string, message: string, fix: string) =>
    finding(severity, code, message, fix, { specPath, evidence: [arn] });
  const foreign = owner !== account?.accountId;
  const shared = foreign
    ? [
        of(
          'warning',
          'key-other-account',
          `The key belongs to account ${owner}: its policy must let this account use it and make grants.`,
          'Have kms:CreateGrant and kms:DescribeKey allowed in the key’s policy for whoever creates the cluster.',
        ),
      ]
    : [];
  if (!facts.key || !('seen' in facts.key))
    return [...shared, ...unknownOf(facts.key, 'whether the key can be used', specPath)];
  const { seen } = facts.key;
  if (!seen)
    return [of('error', 'key-missing', 'KMS does not know the key that the spec names.', 'Name a key that exists.')];
  const faults = [
    ...(seen.spec === 'SYMMETRIC_DEFAULT' && seen.usage === 'ENCRYPT_DECRYPT'
      ? []
      : [
          of(
            'error',
            'key-not-symmetric',
            `The key is ${seen.spec} for ${seen.usage}; EKS takes symmetric keys for encryption only.`,
            'Name a symmetric key.',
          ),
        ]),
    ...(seen.state === 'Enabled'
      ? []
      : [
          of(
            'error',
            'key-not-enabled',
            `The key is ${seen.state}; EKS needs an enabled one, for as long as the cluster lives.`,
            'Enable it, cancel its deletion, or name another.',
          ),
        ]),
  ];
  return [...shared, ...faults];
}
