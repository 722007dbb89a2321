import type * as Sdk from '@aws-sdk/client-ecs';
import { gateways } from '../../agent/channelGateway.ts';
import { portSessions } from '../../agent/portSession.ts';
import type { Account } from '../../kernel/account.ts';
import { execAgentObstacle } from './execAgent.ts';
import { definitions, lastPart, tasks, type Place, type TaskRow } from './ecsRows.ts';
import { asEcs } from './taskPeer.ts';
import { startObstacle } from './taskStart.ts';

type Step = 'provisioned' | 'pulled' | 'agent' | 'over' | 'ended' | 'detached' | 'forgotten';

interface StepJob {
  readonly region: string;
  readonly taskArn: string;
  readonly step: Step;
  /** A step that another one has overtaken does nothing. */
  readonly version: number;
}

/** How long a stopped task is told of. */
const shownSeconds = 3600;
/** Between a start that cannot be and the word that it failed: ECS tries again before it gives up. */
const retrySeconds = 60;

export function scheduleStep({ account, region }: Place, row: TaskRow, step: Step, seconds: number): void {
  account.schedule(seconds, 'ecs.taskStep', { region, taskArn: row.taskArn, step, version: row.version ?? 0 });
}

/** Each step but `agent` moves the task's version on, so that what was planned before a stop is void. */
const steps: Readonly<Record<Step, (place: Place, row: TaskRow) => void>> = {
  provisioned(place, row) {
    moveTo(row, 'PENDING');
    for (const attachment of row.attachments ?? []) attachment.status = 'ATTACHED';
    Object.assign(row, { connectivity: 'CONNECTED', connectivityAt: now(place), pullStartedAt: now(place) });
    const obstacle = row.struck?.fail ?? startObstacle(place, row);
    scheduleStep(place, row, 'pulled', obstacle === undefined ? between(row, 12, 30) : retrySeconds);
  },

  pulled(place, row) {
    const obstacle = row.struck?.fail ?? startObstacle(place, row);
    row.pullStoppedAt = now(place);
    if (obstacle !== undefined) {
      for (const container of row.containers) container.reason = obstacle;
      return beginStop(place, row, 'TaskFailedToStart', obstacle);
    }
    moveTo(row, 'RUNNING');
    row.startedAt = now(place);
    const id = lastPart(row.taskArn);
    for (const container of row.containers)
      Object.assign(container, {
        lastStatus: 'RUNNING',
        runtimeId: `${id}-${String(parseInt(place.account.hex(8), 16)).padStart(10, '0')}`,
        imageDigest: `sha256:${place.account.hex(64)}`,
        networkBindings: [],
      });
    scheduleStep(place, row, 'agent', between(row, 3, 9));
    if (row.lifetime !== undefined) scheduleStep(place, row, 'over', row.lifetime);
  },

  agent(place, row) {
    if (!row.enableExecuteCommand) return;
    const up = execAgentObstacle(place, row) === undefined;
    for (const agent of row.containers.flatMap(container => container.managedAgents ?? []))
      Object.assign(agent, up ? { lastStatus: 'RUNNING', lastStartedAt: now(place) } : { lastStatus: 'STOPPED' });
  },

  over: (place, row) => beginStop(place, row, 'EssentialContainerExited', 'Essential container in task exited', 0),

  ended(place, row) {
    moveTo(row, 'DEPROVISIONING');
    endSessions(place, row);
    row.executionStoppedAt = now(place);
    for (const container of row.containers) {
      container.lastStatus = 'STOPPED';
      for (const agent of container.managedAgents ?? []) agent.lastStatus = 'STOPPED';
    }
    scheduleStep(place, row, 'detached', between(row, 8, 16));
  },

  detached(place, row) {
    moveTo(row, 'STOPPED');
    row.stoppedAt = now(place);
    for (const attachment of row.attachments ?? []) attachment.status = 'DELETED';
    const input = { NetworkInterfaceId: row.network.interfaceId };
    place.account.call(asEcs(place), 'ec2', 'DeleteNetworkInterface', input);
    scheduleStep(place, row, 'forgotten', shownSeconds);
  },

  forgotten: (place, row) => void tasks(place).delete(row.taskArn),
};

function taskStep({ region, taskArn, step, version }: StepJob, account: Account): void {
  const row = tasks({ account, region }).get(taskArn);
  if (row?.version === version) steps[step]({ account, region }, row);
}

export const taskJobs = { 'ecs.taskStep': taskStep };

/** `exitCode` is the command's own; without one its end is a signal's. A task that is stopping already goes on as it was. */
export function beginStop(
  place: Place,
  row: TaskRow,
  stopCode: Sdk.TaskStopCode,
  reason: string,
  exitCode?: number,
): void {
  if (row.desiredStatus === 'STOPPED') return;
  const running = row.lastStatus === 'RUNNING';
  // Without an init process the shell does not hear SIGTERM: half a minute later it is killed.
  const seconds = !running || exitCode !== undefined || hasInit(place, row) ? 2 : 30;
  Object.assign(row, { desiredStatus: 'STOPPED', stopCode, stoppedReason: reason, stoppingAt: now(place) });
  moveTo(row, running ? 'DEACTIVATING' : row.lastStatus);
  if (running) for (const container of row.containers) container.exitCode = exitCode ?? (seconds === 2 ? 143 : 137);
  scheduleStep(place, row, 'ended', seconds);
}

const hasInit = (place: Place, row: TaskRow): boolean =>
  definitions(place)
    .get(row.taskDefinitionArn)
    ?.containerDefinitions.every(container => container.linuxParameters?.initProcessEnabled) === true;

/** The agent goes with its container: whoever talks to it is told. */
function endSessions({ account, region }: Place, row: TaskRow): void {
  const gone = portSessions(account).filter(
    session => session.region === region && session.target.includes(`_${lastPart(row.taskArn)}_`),
  );
  for (const session of gone) {
    session.status = 'terminated';
    gateways.get(account)?.terminate(session.sessionId, 'The container that the session ran in has stopped.');
  }
}

function moveTo(row: TaskRow, status: string): void {
  row.lastStatus = status;
  row.version = (row.version ?? 0) + 1;
}

const now = ({ account }: Place): Date => new Date(account.now());

/** Belongs to the task: equal each time it is asked. */
const between = ({ taskArn }: TaskRow, low: number, high: number): number =>
  low + Math.round((parseInt(taskArn.slice(-6), 16) / 0xffffff) * (high - low));
