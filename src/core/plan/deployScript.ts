import { namespaceCommand } from '../kube/namespaces.ts';
import { clusterTag, specHashTag } from '../spec/ownTags.ts';
import { plannedNamespaces } from '../templates/fargateTemplate.ts';
import type { AccountFact, ParameterSource, Plan, PlannedStack } from './plan.ts';
import { factVariables, openFacts } from './deployScriptFacts.ts';
import { stackName } from './stackName.ts';
import { quote } from './shellQuote.ts';
import { stagingBucketName } from './stagingBucketName.ts';

/** A bash script that makes the plan's stacks with the `aws` command, in order; what the plan leaves open it settles at its start. */
export function deployScript(plan: Plan): string {
  const { spec } = plan;
  const sources = plan.stacks.flatMap(({ parameters }) => Object.values(parameters));
  const open = (fact: AccountFact) => sources.some(source => source.from === 'account' && source.fact === fact);
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
    ...openFacts(spec, open),
    ...functions(spec.deletionProtection),
    ...(plan.stacks.some(({ staged }) => staged) ? stagingBucket : []),
    ...deployments(plan),
    ...namespaces(plan),
    `echo ${quote(`${spec.name} is there. Its Kubernetes API answers inside the VPC only.`)}`,
    '',
  ].join('\n');
}

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

/** A script without a way into the VPC cannot make them itself. */
function namespaces({ spec }: Plan): string[] {
  const names = plannedNamespaces(spec);
  if (names.length === 0) return [];
  return [
    `echo ${quote(`Fargate takes pods of namespaces that are still to be made, from inside the VPC: ${namespaceCommand(names)}`)}`,
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

/** In the plan's order; the endpoints are made while the control plane is, and waited for before what runs pods, or at the end. */
function deployments(plan: Plan): string[] {
  const read = new Set<string>();
  let running = false;
  const wait = () => {
    const lines = running ? ['wait "$endpoints" # pods cannot run without them'] : [];
    running = false;
    return lines;
  };
  const stacks = plan.stacks.flatMap(stack => {
    const lines = outputsOf(plan, stack).filter(line => !read.has(line));
    lines.forEach(line => read.add(line));
    if (stack.kind === 'nodes' || stack.kind === 'fargate') lines.push(...wait());
    if (stack.id !== 'endpoints') return [...lines, deployment(stack), ''];
    running = true;
    return [...lines, `${deployment(stack)} &`, 'endpoints=$!', ''];
  });
  return [...stacks, ...wait()];
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
  if (source.from === 'account') return `$${factVariables[source.fact]}`;
  return `$${variable(source)}`;
}
