#!/usr/bin/env node
import process from 'node:process';
import { exitCode } from './cli/command.ts';
import { main } from './cli/main.ts';
import { terminalIo } from './cli/io.ts';
import { nodeTooOld } from './cli/nodeTooOld.ts';

const problem = nodeTooOld(process.versions.node);
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(exitCode.usage);
}
const code = await main(process.argv.slice(2), terminalIo());
// Left means at once, whatever call is still under way.
if (code === exitCode.left) process.exit(code);
process.exitCode = code;
