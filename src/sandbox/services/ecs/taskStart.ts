import type { DescribeLogGroupsResponse } from '@aws-sdk/client-cloudwatch-logs';
import { parseImage, isPublished, type EcrImage } from './images.ts';
import { hasInternet } from '../../join/reachability.ts';
import { definitions, type Place, type TaskRow } from './ecsRows.ts';
import { sessionArn, taskMay } from './rolePermissions.ts';
import { asEcs, taskObstacle, viewTask, type TaskView } from './taskPeer.ts';

/** Why a task cannot start, in Fargate's words; undefined when it can. */
export function startObstacle(place: Place, row: TaskRow): string | undefined {
  const definition = definitions(place).get(row.taskDefinitionArn);
  const seen = viewTask(place, row);
  for (const { image = '', logConfiguration } of definition?.containerDefinitions ?? []) {
    const parsed = parseImage(image);
    const pull = 'host' in parsed ? ecrObstacle(place, row, seen, image, parsed) : elsewhere(seen, parsed);
    const obstacle = pull ?? (logConfiguration && logObstacle(place, row, seen, logConfiguration.options ?? {}));
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

function ecrObstacle(place: Place, row: TaskRow, seen: TaskView, image: string, ecr: EcrImage): string | undefined {
  const { host, region, repository, reference } = ecr;
  const auth =
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried';
  if (taskObstacle(place, seen, 'ecr.api') !== undefined)
    return `${auth} 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.${region}.amazonaws.com/": ${timeout('api.ecr')}. Please check your task network configuration.`;
  const who = sessionArn(place, row, row.executionRole);
  if (!taskMay(place, row, 'executionRole', 'ecr:GetAuthorizationToken'))
    return `${auth} 1 time(s): AccessDeniedException: ${denied(who, 'ecr:GetAuthorizationToken', '*')}`;
  const manifest = 'CannotPullContainerError: pull image manifest has been retried';
  if (taskObstacle(place, seen, 'ecr.dkr') !== undefined)
    return `${manifest} 5 time(s): failed to resolve ref ${image}: failed to do request: Head "https://${host}/v2/${repository}/manifests/${reference}": ${timeout(host)}`;
  const mayPull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'].every(action =>
    taskMay(
      place,
      row,
      'executionRole',
      action,
      `arn:${place.account.partition}:ecr:${region}:${ecr.accountId}:repository/${repository}`,
    ),
  );
  if (!mayPull)
    return `${manifest} 1 time(s): failed to resolve ref ${image}: pulling from host ${host} failed with status code [manifests ${reference}]: 403 Forbidden`;
  if (!isPublished(ecr)) return `${manifest} 7 time(s): failed to resolve ref ${image}: not found`;
  if (taskObstacle(place, seen, 's3') === undefined) return undefined;
  const bucket = `prod-${region}-starport-layer-bucket.s3.${region}.amazonaws.com`;
  return `CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://${bucket}/": ${timeout(bucket)}`;
}

/** Registries that are not ECR are on the internet: whether they have the image is not asked. */
function elsewhere({ view, peer }: TaskView, { ref, url }: { ref: string; url: string }): string | undefined {
  if (hasInternet(view, peer)) return undefined;
  return `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${ref}: failed to do request: Head "${url}": ${timeout(url)}`;
}

function logObstacle(
  place: Place,
  row: TaskRow,
  seen: TaskView,
  options: Readonly<Record<string, string>>,
): string | undefined {
  const failed =
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream:';
  const logGroupNamePrefix = options['awslogs-group'] ?? '';
  const who = sessionArn(place, row, row.executionRole);
  if (taskObstacle(place, seen, 'logs') !== undefined)
    return `${failed} RequestError: send request failed caused by: Post "https://logs.${place.region}.amazonaws.com/": ${timeout('logs')} : exit status 1`;
  if (!taskMay(place, row, 'executionRole', 'logs:CreateLogStream')) {
    const group = place.account.arn('logs', place.region, `log-group:${logGroupNamePrefix}`);
    return `${failed} AccessDeniedException: ${denied(who, 'logs:CreateLogStream', group)} : exit status 1`;
  }
  const found = place.account.call<DescribeLogGroupsResponse>(asEcs(place), 'logs', 'DescribeLogGroups', {
    logGroupNamePrefix,
  });
  return found.logGroups?.some(group => group.logGroupName === logGroupNamePrefix)
    ? undefined
    : `${failed} ResourceNotFoundException: The specified log group does not exist. : exit status 1`;
}

const denied = (who: string, action: string, resource: string): string =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

/** Without a way the name resolves to one of AWS's public addresses, and nothing answers. */
function timeout(host: string): string {
  const sum = [...host].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return `dial tcp 52.94.${sum % 250}.${(sum * 7) % 250}:443: i/o timeout`;
}
