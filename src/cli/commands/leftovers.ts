import { findLeftovers, type Leftovers } from '../../core/leftovers/findLeftovers.ts';
import { enabledRegions } from '../../core/leftovers/enabledRegions.ts';
import { totalMonthlyUsd } from '../../core/leftovers/leftover.ts';
import { exitCode, awsOptions, jsonOption, type Command } from '../command.ts';
import { openServices } from '../openServices.ts';
import { textTable } from '../textTable.ts';

export const leftovers: Command = {
  name: 'leftovers',
  summary: 'Lists everything that was ever made here, by its tags: what it costs, and whether a delete removes it',
  positionals: [],
  options: {
    profile: awsOptions.profile,
    region: { type: 'string', value: 'REGION|all', help: 'One region, or all that the account has enabled' },
    ...jsonOption,
  },
  details: [
    'Looks only. What a delete run of its cluster removes says so; what nothing remembers any more has to be removed by hand.',
    'Prices are US list prices for things that nobody uses.',
  ],
  run: async input => {
    const all = input.text('region') === 'all';
    const text = (name: string) => (name === 'region' && all ? undefined : input.text(name));
    const { session } = await openServices({ ...input, text });
    const results = [await findLeftovers(session, { home: true })];
    // One region after the other: calls of a whole account at once are what AWS throttles.
    for (const region of all ? await enabledRegions(session) : [])
      if (region !== session.region) {
        const place = await openServices({ ...input, text }, region);
        results.push(await findLeftovers(place.session, { home: false }));
        place.session.dispose();
      }
    const { io } = input;
    if (input.flag('json')) {
      for (const { found } of results) for (const item of found) io.out(`${JSON.stringify(item)}\n`);
      return exitCode.done;
    }
    io.out(leftoversText(results));
    return exitCode.done;
  },
};

/** A table of what was found, the sum, and what could not be looked at. */
export function leftoversText(results: readonly Leftovers[]): string {
  const items = results.flatMap(({ found }) => found);
  const rows = items.map(({ kind, id, name, region, cluster = '', monthlyUsd, how, fate, why }) => [
    kind,
    name !== undefined && name !== id ? `${name} (${id})` : id,
    region,
    cluster,
    monthlyUsd > 0 ? monthlyUsd.toFixed(2) : '',
    fate === 'goes' ? `goes with: private-eks delete ${cluster}` : (why ?? how),
  ]);
  const table =
    rows.length > 0 ? textTable(['WHAT', 'NAME', 'REGION', 'CLUSTER', 'USD/MONTH', ''], rows) : 'Nothing is left.\n';
  const sum = totalMonthlyUsd(items);
  const unseen = results.flatMap(({ region, unknown }) => unknown.map(look => `Not looked at in ${region}: ${look}\n`));
  return `${table}${sum > 0 ? `In all about ${sum.toFixed(2)} USD a month.\n` : ''}${unseen.join('')}`;
}
