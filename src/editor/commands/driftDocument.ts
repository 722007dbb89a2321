import { driftWords, type DriftReport } from '../../core/drift/driftReport.ts';

/** A drift report as a page of Markdown. */
export function driftDocument({ cluster, stacks, findings, quiet, drifted }: DriftReport): string {
  const changed = stacks.flatMap(({ resources }) =>
    resources.flatMap(resource =>
      resource.deleted ? [driftWords(resource)] : resource.differences.map(one => driftWords(resource, one)),
    ),
  );
  const unseen = stacks.flatMap(({ name, notChecked }) => (notChecked === undefined ? [] : [`${name}: ${notChecked}`]));
  const looked = stacks.length - unseen.length;
  const parts = [
    `# Drift of ${cluster}`,
    drifted
      ? `Looked at ${looked} of ${stacks.length} stacks, and at what CloudFormation does not tell: endpoint, access entries, security group rules.`
      : `No drift was found in the ${looked} of ${stacks.length} stacks that could be looked at.`,
    ...section(
      'Nobody’s stack made this',
      findings.map(({ words }) => words),
    ),
    ...section('Not as its stack made it', changed),
    ...section('Not looked at', unseen),
    ...section(
      'Not counted: others change it by right',
      quiet.map(({ resource, path, reason }) => `${resource}${path}: ${reason}`),
    ),
    ...(drifted
      ? [
          '## What to do',
          'An update changes only what its spec changes, and takes none of this back. Undo by hand what nobody meant; what was meant belongs in the spec.',
        ]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, items.map(item => `- ${item}`).join('\n')];
}
