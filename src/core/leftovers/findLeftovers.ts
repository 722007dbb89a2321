import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { listStacks, type StackView } from '../aws/stack.ts';
import { isCancellation } from '../errors.ts';
import { stackIdOf } from '../plan/stackName.ts';
import { clusterTag, ownTagPrefix } from '../spec/ownTags.ts';
import { bastionTag } from '../tunnel/bastion/bastionNames.ts';
import { allLooks } from './allLooks.ts';
import { byHand } from './byHand.ts';
import type { Leftover, LeftoverKind } from './leftover.ts';
import { pages } from '../aws/pages.ts';
import { type Looking } from './looking.ts';

export interface Leftovers {
  readonly region: string;
  readonly found: readonly Leftover[];
  /** Looks that were refused. */
  readonly unknown: readonly string[];
}

export interface LeftoverOptions {
  /** Look also for what is in no region: roles and their like. */
  readonly home: boolean;
  /** What was found in all other regions: their stacks may use what is in no region. Absent: nobody has looked there. */
  readonly elsewhere?: readonly Leftover[];
  /** Only these kinds; default: all. */
  readonly kinds?: readonly LeftoverKind[];
}

/**
 * Everything in the session's region that was ever made here, by its tags: what belongs to a cluster that lives, and what nothing of
 * ours remembers any more. Looks only.
 */
export async function findLeftovers(
  session: AwsSession,
  options: LeftoverOptions,
  signal?: AbortSignal,
): Promise<Leftovers> {
  const unknown: string[] = [];
  const look = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (isCancellation(error)) throw error;
      const told = toPrivateEksError(error);
      if (!['access-denied', 'sandbox-not-implemented', 'region-not-enabled'].includes(told.code)) throw told;
      unknown.push(`${what}: ${told.message}`);
      return undefined;
    }
  };
  const { region } = session;
  const { elsewhere, kinds } = options;
  const [stacks, existing] = await Promise.all([
    look('stacks', () => listStacks(session, isOfOurs, signal)),
    look('clusters', () => clusterNames(session, signal)),
  ]);
  const refused = (what: string) => void unknown.push(what);
  const looking: Looking = { session, region, ...remembered(stacks ?? [], []), existing, signal, refused };
  const parts = await Promise.all(
    allLooks
      .filter(each => options.home || !each.global)
      .filter(each => !kinds || each.kinds.some(kind => kinds.includes(kind)))
      .map(async ({ what, find, global }) => {
        const where = global ? { ...looking, ...remembered(stacks ?? [], elsewhere ?? []) } : looking;
        const found = (await look(what, () => find(where))) ?? [];
        if (!stacks) return found.map(doubted('whether a stack remembers it may not be looked at'));
        const others = `no stack in ${region} remembers it; private-eks leftovers --region all looks at the others`;
        return global && !elsewhere ? found.map(doubted(others)) : found;
      }),
  );
  const ofStacks = (stacks ?? []).map(stack => stackLeftover(stack, region));
  return { region, found: [...(!kinds || kinds.includes('stack') ? ofStacks : []), ...parts.flat()], unknown };
}

async function clusterNames(session: AwsSession, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const { paginateListClusters } = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  return new Set(await pages(paginateListClusters({ client }, {}, signalOption(signal)), page => page.clusters));
}

/** What stacks, here and in other regions, remember. */
function remembered(
  stacks: readonly StackView[],
  elsewhere: readonly Leftover[],
): Pick<Looking, 'living' | 'bastions'> {
  const others = elsewhere.filter(({ kind }) => kind === 'stack');
  return {
    living: new Set([
      ...stacks.flatMap(({ tags }) => tags[clusterTag] ?? []),
      ...others.flatMap(({ cluster }) => cluster ?? []),
    ]),
    bastions: new Set([
      ...stacks.flatMap(({ name, tags }) => (tags[bastionTag] === undefined ? [] : name)),
      ...others.flatMap(({ id, cluster }) => (cluster === undefined ? id : [])),
    ]),
  };
}

function isOfOurs({ tags }: StackView): boolean {
  return Object.keys(tags).some(key => key.startsWith(ownTagPrefix)) || tags[bastionTag] !== undefined;
}

function stackLeftover({ name, status, tags }: StackView, region: string): Leftover {
  const cluster = tags[clusterTag];
  const known = cluster !== undefined && stackIdOf(cluster, name) !== undefined;
  const hand = byHand('stack', name, region) ?? '';
  const why = tags[bastionTag] !== undefined ? 'private-eks bastion sweep removes it' : `no command knows it; ${hand}`;
  return {
    kind: 'stack',
    id: name,
    region,
    madeBy: 'private-eks',
    monthlyUsd: 0,
    how: status,
    ...(cluster === undefined ? {} : { cluster }),
    ...(known ? { fate: 'goes' as const } : { fate: 'stays' as const, why }),
  };
}

/** What is taken for forgotten, where that cannot be known. */
const doubted =
  (why: string) =>
  (found: Leftover): Leftover => {
    const { removable, ...rest } = found;
    return removable ? { ...rest, why } : found;
  };
