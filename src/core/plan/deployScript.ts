import { clusterTag, specHashTag } from '../spec/ownTags.ts';
import { zonesRefusedByEks } from '../spec/regions.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import type { ParameterSource, Plan, PlannedStack } from './plan.ts';
import { stackName } from './stackName.ts';
import { stagingBucketName } from './stagingBucketName.ts';

/** A bash script that makes the plan's stacks with the `aws` command, in order; what the plan leaves open it settles at its start. */
export function deployScript(plan: Plan): string {
  const { spec } = plan;
  const sources = plan.stacks.flatMap(({ parameters }) => Object.values(parameters));
  const open = (fact: string) => sources.some(source => source.from === 'account' && source.fact === fact);
  return [
    '#!/usr/bin/env bash',
    `# Makes the private EKS cluster ${spec.name} in ${spec.region} by hand, stack by stack, as a run of Private EKS does.`,
    '# Needs the aws command and credentials. Doing it twice is harmless: a stack that is as it should be stays so.',
    'set -euo pipefail',
    'cd "$(dirname "${BASH_SOURCE[0]}")"',
    '',
    `export AWS_REGION=${quote(spec.region)} AWS_DEFAULT_REGION=${quote(spec.region)}`,
    `tags=(${[`${clusterTag}=${spec.name}`, `${specHashTag}=${plan.specHash}`].map(quote).join(' ')})`,
    '',
    ...(open('zones') ? openZones(zoneCount(spec)) : []),
    ...(open('callerPrincipalArn') ? openAdministrator : []),
    ...functions(spec.deletionProtection),
    ...(plan.stacks.some(({ staged }) => staged) ? stagingBucket : []),
    ...deployments(plan),
    `echo ${quote(`${spec.name} is there. Its Kubernetes API answers inside the VPC only.`)}`,
    '',
  ].join('\n');
}

function openZones(count: number): string[] {
  return [
    `# Zones are open in this plan: set ZONE_IDS to ${count} zone ids with commas between them, or the first that EKS accepts are taken.`,
    'if [[ -z "${ZONE_IDS:-}" ]]; then',
    '  ZONE_IDS=$(aws ec2 describe-availability-zones \\',
    '    --filters Name=zone-type,Values=availability-zone Name=state,Values=available \\',
    "    --query 'sort(AvailabilityZones[].ZoneId)' --output text | tr '\\t' '\\n' |",
    `    grep -vxE ${quote(zonesRefusedByEks.join('|'))} | awk 'NR <= ${count}' | paste -sd, -)`,
    'fi',
    `if [[ $(tr ',' '\\n' <<<"$ZONE_IDS" | wc -l) -ne ${count} ]]; then`,
    `  echo "ZONE_IDS has to name ${count} zones, and names: $ZONE_IDS" >&2`,
    '  exit 1',
    'fi',
    'echo "zones: $ZONE_IDS"',
    '',
  ];
}

const openAdministrator = [
  '# The administrator is open in this plan: set ADMIN_PRINCIPAL_ARN to an IAM role or user, or whoever runs this becomes it.',
  'if [[ -z "${ADMIN_PRINCIPAL_ARN:-}" ]]; then',
  '  ADMIN_PRINCIPAL_ARN=$(aws sts get-caller-identity --query Arn --output text)',
  '  if [[ $ADMIN_PRINCIPAL_ARN == *:assumed-role/* ]]; then',
  '    role=${ADMIN_PRINCIPAL_ARN#*:assumed-role/}',
  '    ADMIN_PRINCIPAL_ARN=$(aws iam get-role --role-name "${role%%/*}" --query Role.Arn --output text)',
  '  fi',
  'fi',
  'echo "administrator: $ADMIN_PRINCIPAL_ARN"',
  '',
];

function functions(protect: boolean): string[] {
  const protection = [
    '  aws cloudformation update-termination-protection --stack-name "$stack" --enable-termination-protection >/dev/null',
  ];
  return [
    '# output STACK NAME: a value that an earlier stack gave out.',
    'output() {',
    '  aws cloudformation describe-stacks --stack-name "$1" --output text \\',
    '    --query "Stacks[0].Outputs[?OutputKey==\'$2\'].OutputValue"',
    '}',
    '',
    '# deploy STACK [OPTION...]: makes or updates one stack and waits for it.',
    'deploy() {',
    '  local stack=$1',
    '  shift',
    '  echo "$stack"',
    '  aws cloudformation deploy --stack-name "$stack" --template-file "$stack.template.yaml" \\',
    '    --tags "${tags[@]}" --no-fail-on-empty-changeset --disable-rollback "$@"',
    ...(protect ? protection : []),
    '}',
    '',
  ];
}

const stagingBucket = [
  '# Templates go through a bucket of this account and region. It stays afterwards.',
  'account=$(aws sts get-caller-identity --query Account --output text)',
  `bucket="${stagingBucketName('$account', '$AWS_REGION')}"`,
  'if ! aws s3api head-bucket --bucket "$bucket" 2>/dev/null; then',
  '  aws s3 mb "s3://$bucket"',
  '  aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \\',
  '    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
  'fi',
  '',
];

/** In the plan's order; the endpoints are made while the control plane is, and waited for before the nodes. */
function deployments(plan: Plan): string[] {
  const read = new Set<string>();
  return plan.stacks.flatMap(stack => {
    const lines = outputsOf(plan, stack).filter(line => !read.has(line));
    lines.forEach(line => read.add(line));
    if (stack.kind === 'nodes' || stack.kind === 'fargate')
      lines.push('wait "$endpoints" # nodes cannot join without them');
    if (stack.id === 'endpoints') return [...lines, `${deployment(stack)} &`, 'endpoints=$!', ''];
    return [...lines, deployment(stack), ''];
  });
}

/** As assignments of their own, because `set -e` does not see a command fail inside another's arguments. */
function outputsOf(plan: Plan, { parameters }: PlannedStack): string[] {
  return Object.values(parameters).flatMap(source =>
    source.from === 'output'
      ? [`${variable(source)}=$(output ${quote(stackName(plan.spec.name, source.stack))} ${source.output})`]
      : [],
  );
}

function variable({ stack, output }: Extract<ParameterSource, { from: 'output' }>): string {
  return `${stack.replaceAll('-', '_')}_${output}`;
}

function deployment(stack: PlannedStack): string {
  const parameters = Object.entries(stack.parameters).map(([name, source]) => `"${name}=${valueOf(source)}"`);
  const words = [
    `deploy ${quote(stack.name)}`,
    ...(stack.capabilities.length > 0 ? [`--capabilities ${stack.capabilities.join(' ')}`] : []),
    ...(stack.staged ? ['--s3-bucket "$bucket" --force-upload'] : []),
    ...(parameters.length > 0 ? [['--parameter-overrides', ...parameters].join(' ')] : []),
  ];
  return words.join(' \\\n  ');
}

/** What goes between double quotes; literals are checked values of a spec or an account, escaped all the same. */
function valueOf(source: ParameterSource): string {
  if (source.from === 'literal') return source.value.replace(/[\\"$`]/g, '\\$&');
  if (source.from === 'account') return source.fact === 'zones' ? '$ZONE_IDS' : '$ADMIN_PRINCIPAL_ARN';
  return `$${variable(source)}`;
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
