import { dnsSuffixOf } from '../spec/regions.ts';
import { mirroredRepository } from './imageOrigin.ts';
import { imageText } from './imageReference.ts';
import type { NeededImage } from './planImages.ts';

/**
 * A bash script that copies what lies outside the region's ECR into the account's own registry, with `crane`: every architecture, and the
 * digest stays what it was. It runs where both the internet and the account are reached, outside the VPC.
 */
export function copyScript(images: readonly NeededImage[], region: string, clusterName: string): string {
  const copied = images.filter(({ origin }) => origin !== 'regional');
  return [
    '#!/usr/bin/env bash',
    `# Copies the images that the private EKS cluster ${clusterName} cannot reach into ECR of this account in ${region}.`,
    '# Needs the aws command with credentials, crane, and a way to the internet. Doing it twice is harmless.',
    'set -euo pipefail',
    '',
    `export AWS_REGION=${quote(region)} AWS_DEFAULT_REGION=${quote(region)}`,
    'for tool in aws crane; do',
    '  command -v "$tool" >/dev/null || { echo "$tool is not on the PATH" >&2; exit 1; }',
    'done',
    'account=$(aws sts get-caller-identity --query Account --output text)',
    `registry="$account.dkr.ecr.$AWS_REGION.${dnsSuffixOf(region)}"`,
    'aws ecr get-login-password | crane auth login "$registry" --username AWS --password-stdin',
    '',
    '# mirror IMAGE REPOSITORY TAG: makes the repository, copies all architectures, and compares the digests.',
    'mirror() {',
    '  local image=$1 repository=$2 tag=$3 from to',
    '  if ! aws ecr describe-repositories --repository-names "$repository" >/dev/null 2>&1; then',
    '    aws ecr create-repository --repository-name "$repository" --image-scanning-configuration scanOnPush=true >/dev/null',
    '  fi',
    '  from=$(crane digest "$image")',
    '  to=$(crane digest "$registry/$repository:$tag" 2>/dev/null || true)',
    '  if [[ $from != "$to" ]]; then',
    '    crane copy "$image" "$registry/$repository:$tag"',
    '    to=$(crane digest "$registry/$repository:$tag")',
    '  fi',
    '  if [[ $from != "$to" ]]; then',
    '    echo "$image is $from, but its copy is $to" >&2',
    '    exit 1',
    '  fi',
    '  echo "$registry/$repository:$tag@$to"',
    '}',
    '',
    ...copied.map(({ reference }) =>
      ['mirror', imageText(reference), mirroredRepository(reference), reference.tag ?? tagOfDigest(reference.digest)]
        .map((word, index) => (index === 0 ? word : quote(word)))
        .join(' '),
    ),
    ...(copied.length === 0 ? ['echo "Nothing has to be copied: all images are in ECR of this region."'] : []),
    '',
  ].join('\n');
}

/** An image that is named by its digest alone gets a tag that says so; ECR keeps no manifest without one. */
function tagOfDigest(digest = ''): string {
  return digest.replace(':', '-').slice(0, 128);
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
