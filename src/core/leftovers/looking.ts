import type * as Ec2Sdk from '@aws-sdk/client-ec2';
import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { bastionNames, bastionTag } from '../tunnel/bastion/bastionNames.ts';
import { byHand } from './byHand.ts';
import { clusterOfTags, controllerTagKeys, type Tags } from './controllerTags.ts';
import type { Leftover, LeftoverKind } from './leftover.ts';

/** What every look knows of the region. */
export interface Looking {
  readonly session: AwsSession;
  readonly region: string;
  /** Clusters of which a stack of ours lives: a delete run of theirs removes what carries their tag. */
  readonly living: ReadonlySet<string>;
  /** Every cluster that EKS has here, ours or not; undefined where that may not be looked at. */
  readonly existing: ReadonlySet<string> | undefined;
  /** Names of the bastions' stacks that live. */
  readonly bastions: ReadonlySet<string>;
  readonly signal: AbortSignal | undefined;
  /** Told of each thing that may not be looked at, where others of its kind may. */
  readonly refused: (what: string) => void;
}

/** One way to look; `types` are the CloudFormation types that it finds when nothing else remembers them. */
export interface Look {
  readonly what: string;
  readonly kinds: readonly LeftoverKind[];
  readonly types: readonly string[];
  /** In no region: looked for once. */
  readonly global?: true;
  readonly find: (looking: Looking) => Promise<Leftover[]>;
}

/** EC2's filter for all that is tagged by us, or by a controller of a cluster; EC2 takes `*` in a filter's values. */
export const ownOrControllers = [
  { Name: 'tag-key', Values: [clusterTag, bastionTag, ...controllerTagKeys, 'kubernetes.io/cluster/*'] },
];
export const own = [{ Name: 'tag-key', Values: [clusterTag, bastionTag] }];

/** EKS takes no dots; clusters of other tools that use the same tags mostly have them. */
const eksName = /^[0-9A-Za-z][\w-]{0,99}$/;

/** Made here, or by a controller of a cluster that is ours or is nowhere. What belongs to others' living clusters is none of ours. */
export function isWanted({ living, existing }: Pick<Looking, 'living' | 'existing'>, tags: Tags): boolean {
  if (tags[clusterTag] !== undefined || tags[bastionTag] !== undefined) return true;
  const cluster = clusterOfTags(tags);
  if (cluster === undefined || !eksName.test(cluster)) return false;
  if (living.has(cluster)) return true;
  return existing?.has(cluster) !== true && tags['aws:cloudformation:stack-name'] === undefined;
}

/** As a leftover: with its cluster, and whether a delete run, a sweep or a person removes it. */
export function item(
  looking: Looking,
  kind: LeftoverKind,
  id: string,
  tags: Tags,
  more: Partial<Leftover> = {},
): Leftover {
  const ours = tags[clusterTag] ?? tags[bastionTag];
  const cluster = tags[clusterTag] ?? clusterOfTags(tags);
  return {
    kind,
    id,
    region: looking.region,
    madeBy: ours === undefined ? 'controller' : 'private-eks',
    monthlyUsd: 0,
    how: 'costs nothing',
    ...(cluster === undefined ? {} : { cluster }),
    ...fateOf(looking, kind, id, tags),
    ...more,
  };
}

function fateOf(
  looking: Looking,
  kind: LeftoverKind,
  id: string,
  tags: Tags,
): Pick<Leftover, 'fate' | 'why' | 'removable'> {
  const vpcId = tags[bastionTag];
  if (vpcId !== undefined && looking.bastions.has(bastionNames(vpcId).stack))
    return { fate: 'stays', why: 'private-eks bastion sweep removes it with its stack' };
  const cluster = tags[clusterTag] ?? clusterOfTags(tags);
  if (cluster !== undefined && looking.living.has(cluster)) return { fate: 'goes' };
  const hand = byHand(kind, id, looking.region);
  const stays = (why: string) => ({ fate: 'stays' as const, why: hand === undefined ? why : `${why}; ${hand}` });
  if (cluster !== undefined && looking.existing?.has(cluster))
    return stays(`no stack remembers cluster ${cluster}, which is still there: look at that first`);
  if (tags[clusterTag] === undefined && vpcId === undefined) {
    if (looking.existing === undefined) return stays(`whether cluster ${cluster} is still there may not be looked at`);
    return { ...stays(`EKS has no cluster ${cluster} here: no delete run would find it`), removable: true };
  }
  return {
    ...stays(
      `no stack remembers its ${vpcId === undefined ? 'cluster: no delete run' : 'bastion: no sweep'} would find it`,
    ),
    removable: true,
  };
}

/** A look that asks EC2 alone. */
export const ec2Find =
  (work: (sdk: typeof Ec2Sdk, client: Ec2Sdk.EC2Client, looking: Looking) => Promise<Leftover[]>): Look['find'] =>
  async looking =>
    work(await import('@aws-sdk/client-ec2'), await looking.session.client('ec2'), looking);

/**
 * Asks about each, eight at a time: an account with hundreds of keys or roles is neither waited for one by one nor throttled. One that
 * may not be asked about (a key's own policy says so) hides no other.
 */
export async function aboutEach<Row, Answer>(
  looking: Looking,
  what: string,
  rows: readonly Row[],
  ask: (row: Row) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const found: (readonly Answer[])[] = [];
  const refusals: string[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < rows.length; at = next++)
      try {
        found[at] = await ask(rows[at] as Row);
      } catch (error) {
        const told = toPrivateEksError(error);
        if (told.code !== 'access-denied') throw error;
        refusals.push(told.message);
      }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  const [first] = refusals;
  if (first !== undefined) looking.refused(`${refusals.length} of ${rows.length} ${what}: ${first}`);
  return found.flat();
}

export const options = ({ signal }: Looking) => signalOption(signal);
