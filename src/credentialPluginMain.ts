import process from 'node:process';
import { printToken } from './credentialPlugin.ts';

const [command, ...args] = process.argv.slice(2);
if (command === 'token')
  printToken(args).catch((error: unknown) => {
    // kubectl shows this to the person who typed the command.
    process.stderr.write(`private-eks: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
else {
  process.stderr.write('usage: private-eks-token token --cluster NAME [--region REGION]\n');
  process.exitCode = 2;
}
