import { enabledRegions } from '../../core/leftovers/enabledRegions.ts';
import { findLeftovers, type Leftovers } from '../../core/leftovers/findLeftovers.ts';
import { leftoverText, totalMonthlyUsd, type Leftover } from '../../core/leftovers/leftover.ts';
import { isRemovable, removeLeftover } from '../../core/leftovers/removeLeftover.ts';
import { PrivateEksError } from '../../core/errors.ts';
import { exitCode, awsOptions, jsonOption, UsageError, type Command, type CommandInput } from '../command.ts';
import { fitText } from '../fitText.ts';
import { openServices } from '../openServices.ts';
import { textTable } from '../textTable.ts';

export const leftovers: Command = {
  name: 'leftovers',
  summary: 'Lists everything that was ever made here, by its tags: what it costs, and whether a delete removes it',
  positionals: [],
  options: {
    profile: awsOptions.profile,
    region: { type: 'string', value: 'REGION|all', help: 'One region, or all that the account has enabled' },
    remove: { type: 'string', value: 'ID', help: 'Remove this one, if nothing that lives remembers it' },
    yes: { type: 'boolean', help: 'Do not ask before it is removed' },
    ...jsonOption,
  },
  details: [
    'Looks only, unless --remove names something. What a delete run of its cluster removes says so; what nothing remembers any more is removed one at a time, or by hand where other things hang on it.',
    'What controllers in a cluster made (nodes of Karpenter, load balancers, volumes) is listed when its cluster is ours, or when EKS has no such cluster any more.',
    'Prices are US list prices for things that nobody uses.',
    'Roles and instance profiles are in no region: only with --region all is it known that no region’s stack remembers them.',
  ],
  run: async input => {
    const all = input.text('region') === 'all';
    const id = input.text('remove');
    const { io } = input;
    if (all && id !== undefined) throw new UsageError('Name the region of what is to be removed.');
    if (id !== undefined && !input.flag('yes') && !io.isTerminal)
      throw new UsageError('A removal needs --yes where nobody can be asked.');
    if (id !== undefined) return removeOne(input, id);
    const results = await look(input, all);
    if (input.flag('json')) {
      for (const { found } of results) for (const item of found) io.out(`${JSON.stringify(item)}\n`);
      for (const line of unseen(results)) io.err(line);
      return exitCode.done;
    }
    io.out(leftoversText(results, io.isTerminal ? io.columns() : undefined));
    return exitCode.done;
  },
};

/** The home region first, which is looked at last: what is in no region may belong to another's stacks. */
async function look(input: CommandInput, all: boolean): Promise<Leftovers[]> {
  const text = (name: string) => (name === 'region' && all ? undefined : input.text(name));
  const { session } = await openServices({ ...input, text });
  if (!all) return [await findLeftovers(session, { home: true })];
  const others: Leftovers[] = [];
  // One region after the other: calls of a whole account at once are what AWS throttles.
  for (const region of await enabledRegions(session)) {
    if (region === session.region) continue;
    const place = await openServices({ ...input, text }, region);
    others.push(await findLeftovers(place.session, { home: false }));
    place.session.dispose();
  }
  const elsewhere = others.flatMap(({ found }) => found);
  // A region that was refused its look may hold the stack that remembers.
  const known = others.every(({ unknown }) => !unknown.some(line => line.startsWith('stacks:')));
  return [await findLeftovers(session, { home: true, ...(known ? { elsewhere } : {}) }), ...others];
}

async function removeOne(input: CommandInput, id: string): Promise<number> {
  const { io } = input;
  const { session } = await openServices(input);
  const { found, unknown } = await findLeftovers(session, { home: true });
  const item = found.find(each => each.id === id) ?? found.find(each => each.name === id);
  if (!item)
    throw new PrivateEksError('not-found', `Nothing that was made here is called ${id} in ${session.region}.`, {
      fix: ['private-eks leftovers lists what there is.', ...unknown].join(' '),
    });
  if (!isRemovable(item))
    throw new PrivateEksError('not-removable', `${item.kind} ${item.id} is not removed by itself.`, {
      fix: fateText(item),
    });
  io.err(fitText(io, `${leftoverText(item)}\n`));
  if (!input.flag('yes')) {
    const typed = await io.ask(`This removes it for good, in ${item.region}. Type ${id} to go on: `);
    if (typed.trim() !== id) {
      io.err('That is not it; nothing was removed.\n');
      return exitCode.cancelled;
    }
  }
  const said = await removeLeftover(session, item);
  io.out(input.flag('json') ? `${JSON.stringify({ removed: item.id, kind: item.kind, said })}\n` : `${said}\n`);
  return exitCode.done;
}

const fateText = ({ fate, cluster = '', why, how }: Leftover): string =>
  fate === 'goes' ? `goes with: private-eks delete ${cluster}` : (why ?? how);

const unseen = (results: readonly Leftovers[]): string[] =>
  results.flatMap(({ region, unknown }) => unknown.map(line => `Not looked at in ${region}: ${line}\n`));

/** A table of what was found, the sum, and what could not be looked at. */
export function leftoversText(results: readonly Leftovers[], columns?: number): string {
  const items = results.flatMap(({ found }) => found);
  const rows = items.map(item => [
    item.kind,
    item.name !== undefined && item.name !== item.id ? `${item.name} (${item.id})` : item.id,
    item.region,
    item.cluster ?? '',
    item.monthlyUsd > 0 ? item.monthlyUsd.toFixed(2) : '',
    fateText(item),
  ]);
  const table =
    rows.length > 0
      ? textTable(['WHAT', 'NAME', 'REGION', 'CLUSTER', 'USD/MONTH', ''], rows, columns)
      : 'Nothing is left.\n';
  const sum = totalMonthlyUsd(items);
  return `${table}${sum > 0 ? `In all about ${sum.toFixed(2)} USD a month.\n` : ''}${unseen(results).join('')}`;
}
