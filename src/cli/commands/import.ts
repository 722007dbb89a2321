import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hasCode } from '../../core/state/stateFile.ts';
import { awsOptions, exitCode, UsageError, type Command } from '../command.ts';
import { fileErrorText } from '../fileErrorText.ts';
import { fitText } from '../fitText.ts';
import { openServices } from '../openServices.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Reads an existing cluster back into a spec',
  positionals: ['name'],
  options: {
    ...awsOptions,
    out: {
      type: 'string',
      value: 'FILE',
      help: 'Write the spec into FILE, which must not be there; default: print it',
    },
  },
  details: [
    'Calls only read. What the cluster has and a spec cannot say stands at the head of the file, and is told here.',
    'Of a cluster that Private EKS made, the spec is proven by the hash that its stacks carry.',
  ],
  run: async input => {
    const { io } = input;
    const [name = ''] = input.positionals;
    const out = input.text('out');
    if (out !== undefined && existsSync(out)) throw alreadyThere(out);
    const { session } = await openServices(input);
    try {
      const { gatherClusterFacts } = await import('../../core/import/gatherClusterFacts.ts');
      const { specFromCluster } = await import('../../core/import/specFromCluster.ts');
      const { text, losses, proven } = specFromCluster(await gatherClusterFacts(session, name));
      if (out === undefined) io.out(text);
      else {
        await writeFile(out, text, { flag: 'wx' }).catch((error: unknown) => {
          if (hasCode(error, 'EEXIST')) throw alreadyThere(out);
          throw new UsageError(`${out} cannot be written: ${fileErrorText(error, 'written')}.`);
        });
        io.err(`The spec is in ${out}.\n`);
      }
      for (const loss of losses) io.err(fitText(io, `not in the spec: ${loss}\n`));
      if (proven) io.err('It is the very spec that made the cluster.\n');
      return exitCode.done;
    } finally {
      session.dispose();
    }
  },
};

function alreadyThere(out: string): UsageError {
  return new UsageError(`${out} is there already: name another file, or remove it.`);
}
