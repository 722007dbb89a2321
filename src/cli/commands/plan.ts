import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exitCode, jsonOption, type Command } from '../command.ts';
import { fileOption, problemLines, readSpecFile } from '../readSpecFile.ts';
import { planText } from '../planText.ts';

export const plan: Command = {
  name: 'plan',
  summary: 'Shows what a spec would make: stacks, endpoints with reasons, time and cost',
  positionals: [],
  options: {
    ...fileOption,
    out: { type: 'string', value: 'DIR', help: 'Write every template, and a deploy.sh, into DIR' },
    ...jsonOption,
  },
  details: [
    'Needs no credentials and calls nothing. Zones and the administrator stay open until a run begins; the warnings say so.',
    'Problems of the spec are printed as FILE:LINE:COLUMN, and the command then ends with 2.',
  ],
  run: async input => {
    const { io } = input;
    const read = await readSpecFile(input);
    io.err(problemLines(read));
    if (!read.spec) return exitCode.usage;
    const { buildPlan } = await import('../../core/plan/buildPlan.ts');
    const built = buildPlan(read.spec);
    const out = input.text('out');
    if (out !== undefined) {
      const { planFiles } = await import('../../core/plan/planFiles.ts');
      await mkdir(out, { recursive: true });
      for (const { path: name, content, executable } of planFiles(built)) {
        const file = path.join(out, name);
        await writeFile(file, content);
        if (executable) await chmod(file, 0o755);
      }
      io.err(`Templates and deploy.sh are in ${out}.\n`);
    }
    io.out(input.flag('json') ? `${JSON.stringify(built)}\n` : planText(built));
    return exitCode.done;
  },
};
