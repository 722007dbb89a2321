import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { awsOptions, exitCode, UsageError, type Command } from '../command.ts';
import { lookedAt } from './plan.ts';
import { fileOption, readSpecFile } from '../readSpecFile.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Says a spec in the words of CloudFormation, eksctl or Terraform',
  positionals: [],
  options: {
    ...fileOption,
    format: { type: 'string', value: 'FORMAT', help: 'cloudformation, eksctl or terraform' },
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
      await mkdir(out, { recursive: true });
      for (const { path: name, content, executable } of exported.files) {
        const file = path.join(out, name);
        await writeFile(file, content);
        if (executable) await chmod(file, 0o755);
      }
      io.err(`${exported.files.length} files are in ${out}.\n`);
    }
    for (const loss of exported.losses) io.err(`not in the export: ${loss}\n`);
    return exitCode.done;
  },
};
