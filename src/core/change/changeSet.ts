import type { Change, DescribeChangeSetOutput } from '@aws-sdk/client-cloudformation';
import type { PropertyChange, ResourceChange } from './changePlan.ts';
import { changeWords } from './changeWords.ts';
import type { Clock } from '../clock.ts';
import { PrivateEksError } from '../errors.ts';
import type { AwsSession } from '../aws/awsSession.ts';
import type { StackChange } from '../aws/changeStack.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { failedValidations, pointsToValidations, validationText } from '../aws/failedValidations.ts';
import { signalOption } from '../aws/identity.ts';
import type { StackView } from '../aws/stack.ts';
import { isReplaced } from './recreation.ts';

/** A change set that knows its changes and has not been executed. */
export interface MadeChangeSet {
  readonly id: string;
  readonly changes: readonly ResourceChange[];
}

/** A change set that could not be deleted. It does no harm: the next update of its stack makes it obsolete. */
export interface StayingChangeSet {
  readonly name: string;
  readonly stackName: string;
  /** Why, in the product's words: `The permission cloudformation:DeleteChangeSet is missing …` */
  readonly reason: string;
}

export interface ChangeSetOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStays: (stays: StayingChangeSet) => void;
}

/** CloudFormation makes one in seconds; ms on the account's clock. */
const patience = { firstMs: 2_000, growth: 1.5, slowestMs: 10_000, wholeMs: 10 * 60_000 };

/**
 * Makes a change set for a stack that exists and waits until it knows its changes. Undefined, and none left behind, when there are none.
 * Whoever gets one executes or deletes it.
 */
export async function createChangeSet(
  session: AwsSession,
  change: Omit<StackChange, 'terminationProtection'>,
  clock: Clock,
  { signal, onStays }: ChangeSetOptions,
): Promise<MadeChangeSet | undefined> {
  const options = signalOption(signal);
  let id: string | undefined;
  try {
    const { CreateChangeSetCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const ChangeSetName = change.token;
    const input = {
      StackName: change.name,
      ChangeSetName,
      ChangeSetType: 'UPDATE' as const,
      Description: 'Made by Private EKS, to show what an update would do',
      ...('body' in change.template ? { TemplateBody: change.template.body } : { TemplateURL: change.template.url }),
      Parameters: Object.entries(change.parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Tags: Object.entries(change.tags).map(([Key, Value]) => ({ Key, Value })),
      Capabilities: [...change.capabilities],
      ClientToken: change.token,
    };
    ({ Id: id } = await client
      .send(new CreateChangeSetCommand(input), options)
      .catch((error: unknown): { Id?: string } => {
        // The token is the name: an earlier call of this very attempt came through unheard.
        if (isAwsError(error, 'AlreadyExistsException')) return { Id: ChangeSetName };
        throw error;
      }));
    const made = await untilMade(session, id ?? ChangeSetName, change.name, clock, signal);
    if (made === undefined) await deleteChangeSet(session, id ?? ChangeSetName, change.name, onStays);
    return made;
  } catch (error) {
    if (id !== undefined) await deleteChangeSet(session, id, change.name, onStays);
    throw toPrivateEksError(error);
  }
}

async function untilMade(
  session: AwsSession,
  ChangeSetName: string,
  StackName: string,
  clock: Clock,
  signal?: AbortSignal,
): Promise<MadeChangeSet | undefined> {
  const { DescribeChangeSetCommand } = await import('@aws-sdk/client-cloudformation');
  const client = await session.client('cloudFormation');
  const describe = (NextToken?: string): Promise<DescribeChangeSetOutput> =>
    client.send(
      new DescribeChangeSetCommand({ ChangeSetName, StackName, IncludePropertyValues: true, NextToken }),
      signalOption(signal),
    );
  const deadline = clock.now() + patience.wholeMs;
  for (let wait = patience.firstMs; ; wait = Math.min(wait * patience.growth, patience.slowestMs)) {
    let page = await describe();
    const { Status = '', StatusReason = '' } = page;
    if (Status === 'FAILED') {
      if (/didn't contain changes|No updates are to be performed/i.test(StatusReason)) return undefined;
      const found = pointsToValidations(StatusReason)
        ? await failedValidations(session, { ChangeSetName: page.ChangeSetId ?? ChangeSetName }, signal)
        : [];
      const why = found?.length ? found.map(validationText).join('; ') : StatusReason;
      throw new PrivateEksError(
        'change-set-failed',
        `CloudFormation cannot say what would change in ${StackName}: ${why}`,
        {
          fix: found
            ? 'Put right what AWS’s words name, then ask again.'
            : `The reason is told to whoever has the permission cloudformation:DescribeEvents, or by the events of ${StackName} in the CloudFormation console.`,
        },
      );
    }
    if (Status === 'CREATE_COMPLETE') {
      const changes: Change[] = [...(page.Changes ?? [])];
      while (page.NextToken) {
        page = await describe(page.NextToken);
        changes.push(...(page.Changes ?? []));
      }
      return { id: ChangeSetName, changes: changes.flatMap(toResourceChange) };
    }
    if (clock.now() > deadline)
      throw new PrivateEksError('change-set-slow', `The change set of ${StackName} stays ${Status}.`, {
        retryable: true,
      });
    await clock.sleep(wait, signal);
  }
}

/** True of changes that CloudFormation makes only with rollback on: it replaces nothing of a stack whose rollback is disabled. */
export function replacesForSure({ changes }: Pick<MadeChangeSet, 'changes'>): boolean {
  return changes.some(({ replacement }) => replacement === 'True');
}

/**
 * Executes it; what fails stays as it is, to be repaired or rolled back. Where something may be replaced CloudFormation takes a failure back
 * by itself, unless the stack stands in a failed update: then it takes no other. Doing it twice does nothing.
 */
export async function executeChangeSet(
  session: AwsSession,
  changeSet: MadeChangeSet,
  { name: StackName, status }: Pick<StackView, 'name' | 'status'>,
  token: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    const { ExecuteChangeSetCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const DisableRollback = status.endsWith('_FAILED') || !changeSet.changes.some(isReplaced);
    const input = { ChangeSetName: changeSet.id, StackName, ClientRequestToken: token, DisableRollback };
    await client.send(new ExecuteChangeSetCommand(input), signalOption(signal));
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/** Never fails: what went before, or comes after, matters more. One that stays is told. */
export async function deleteChangeSet(
  session: AwsSession,
  id: string,
  stackName: string,
  onStays: ChangeSetOptions['onStays'],
): Promise<void> {
  try {
    const { DeleteChangeSetCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    await client.send(new DeleteChangeSetCommand({ ChangeSetName: id, StackName: stackName }));
  } catch (error) {
    const name = /:changeSet\/([^/]+)/.exec(id)?.[1] ?? id;
    onStays({ name, stackName, reason: toPrivateEksError(error).message });
  }
}

/** For people: one sentence for all that stay for the same reason. */
export function stayingWords(staying: readonly StayingChangeSet[]): string[] {
  const reasons = Map.groupBy(staying, ({ reason }) => missingPermission(reason) ?? reason);
  return [...reasons].map(([reason, sets]) => {
    const names = sets.map(({ name, stackName }) => `${name} of ${stackName}`).join(', ');
    const what = sets.length === 1 ? 'A change set' : `${sets.length} change sets`;
    return `${what} could not be deleted (${names}). That does no harm: the next update of the stack ends it. ${reason}`;
  });
}

/** The part that does not name the one resource. */
function missingPermission(reason: string): string | undefined {
  const words = /^The permission [\w-]+:\w+ is missing[^:]*/.exec(reason)?.[0];
  return words === undefined ? undefined : `${words.replace(/\.$/, '')}.`;
}

const actions = {
  Add: 'add',
  Modify: 'modify',
  Remove: 'remove',
  Import: 'add',
  Dynamic: 'modify',
  SyncWithActual: 'modify',
} as const;

function toResourceChange({ ResourceChange: change }: Change): ResourceChange[] {
  if (!change) return [];
  const action = actions[change.Action ?? 'Modify'];
  const properties = new Map<string, PropertyChange>();
  for (const { Target: target } of change.Details ?? []) {
    const name = target?.Name === undefined ? '' : `/${target.Name}`;
    const path = target?.Path ?? `/${target?.Attribute ?? 'Properties'}${name}`;
    const known = properties.get(path);
    const recreation = target?.RequiresRecreation ?? 'Never';
    properties.set(path, {
      path,
      before: target?.BeforeValue ?? known?.before,
      after: target?.AfterValue ?? known?.after,
      recreation: known?.recreation === 'Always' ? 'Always' : recreation,
    });
  }
  const found = {
    logicalId: change.LogicalResourceId ?? '',
    physicalId: change.PhysicalResourceId,
    type: change.ResourceType ?? '',
    action,
    // `Dynamic`: CloudFormation does not know yet what it will do.
    replacement: change.Replacement ?? (change.Action === 'Dynamic' ? 'Conditional' : 'False'),
    properties: [...properties.values()],
  };
  return [{ ...found, words: changeWords(found) }];
}
