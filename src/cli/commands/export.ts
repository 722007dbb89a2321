import { readdir } from 'node:fs/promises';
import { awsOptions, exitCode, UsageError, type Command } from '../command.ts';
import { lookedAt } from './plan.ts';
import { fileOption, readSpecFile } from '../readSpecFile.ts';
import type { PlanFile } from '../../core/plan/planFiles.ts';
import { writeFiles } from '../writeFiles.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Says a spec in the words of CloudFormation, eksctl or Terraform',
  positionals: [],
  options: {
    ...fileOption,
    format: { type: 'string', value: 'FORMAT', help: 'cloudformation, eksctl or terraform', required: true },
    account: { type: 'boolean', help: 'Look at the account: an existing VPC, zones, versions (calls only read)' },
    profile: awsOptions.profile,
    out: { type: 'string', value: 'DIR', help: 'Write the files into DIR; - (default) prints them' },
  },
  details: [
    'Needs no credentials and calls nothing, unless --account or --profile is given: without them what only an account tells (zones, the administrator) becomes a variable, or is left out.',
    'What the tool cannot say stands at the head of its file, and is told here. The files for eksctl and Terraform have not been run with the tools themselves.',
  ],
  run: async input => {
    const { io } = input;
    const { exportFormats } = await import('../../core/export/exported.ts');
    const format = exportFormats.find(known => known === input.text('format'));
    if (!format) throw new UsageError(`Which format? Give it with --format: ${exportFormats.join(', ')}.`);
    const read = await readSpecFile(input);
    const { buildPlan } = await import('../../core/plan/buildPlan.ts');
    const { exportedText, exportPlan } = await import('../../core/export/exportPlan.ts');
    const exported = exportPlan(buildPlan(read.spec, await lookedAt(input, read.spec)), format);
    const out = input.text('out') ?? '-';
    if (out === '-') io.out(exportedText(exported));
    else {
      await writeFiles(out, exported.files);
      const count = exported.files.length;
      io.err(count === 1 ? `1 file is in ${out}.\n` : `${count} files are in ${out}.\n`);
      if (format === 'terraform') io.err(await earlierFiles(out, exported.files));
    }
    for (const loss of exported.losses) io.err(`not in the export: ${loss}\n`);
    return exitCode.done;
  },
};

/** Terraform reads every file of a folder: what an earlier export left there would be made, too. */
async function earlierFiles(dir: string, files: readonly PlanFile[]): Promise<string> {
  const ours = new Set(files.map(({ path }) => path));
  const left = (await readdir(dir)).filter(name => name.endsWith('.tf') && !ours.has(name));
  if (left.length === 0) return '';
  const remove = left.length === 1 ? 'Remove it if it is an earlier one’s.' : 'Remove those of an earlier one.';
  return `not of this export, but read by Terraform: ${left.join(', ')} in ${dir}. ${remove}\n`;
}
