import { didYouMean } from '../core/spec/didYouMean.ts';
import { exitCode, UsageError } from './command.ts';
import { commandTable } from './commandTable.ts';
import { errorText } from './errorText.ts';
import { fitText } from './fitText.ts';
import { commandHelp, generalHelp, usageLine } from './help.ts';
import type { Io } from './io.ts';
import { readArguments } from './readArguments.ts';
import { SpecError } from './readSpecFile.ts';

/** Runs one command; gives the process's exit code. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(rest[0], io);
  if (name === 'version' || name === '--version' || name === '-V') {
    io.out(`private-eks ${(await import('./version.ts')).version}\n`);
    return exitCode.done;
  }
  const load = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (!load) return unknown(name, io);
  const command = await load();
  if (rest.includes('--help') || rest.includes('-h')) return help(name, io);
  try {
    return await command.run(readArguments(command, rest, io));
  } catch (error) {
    if (error instanceof UsageError || error instanceof SpecError) {
      if (error instanceof UsageError) io.err(`${error.message}\n${usageLine(command)}\n`);
      if (rest.includes('--json')) io.out(`${usageJson(error)}\n`);
      return exitCode.usage;
    }
    const { text, json } = errorText(error, io.env);
    io.err(fitText(io, text));
    if (rest.includes('--json')) io.out(`${json}\n`);
    return exitCode.failed;
  }
}

function usageJson(error: UsageError | SpecError): string {
  const { message } = error;
  const told =
    error instanceof UsageError
      ? { code: 'usage', message }
      : {
          code: 'spec-invalid',
          message,
          problems: error.problems.map(({ severity, message: what, start: { line, column } }) => ({
            severity,
            message: what,
            line,
            column,
          })),
        };
  return JSON.stringify({ type: 'error', ...told, retryable: false });
}

async function help(name: string | undefined, io: Io): Promise<number> {
  if (name === undefined) {
    io.out(`${await generalHelp()}\n`);
    return exitCode.done;
  }
  const load = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (!load) return unknown(name, io);
  io.out(`${commandHelp(await load())}\n`);
  return exitCode.done;
}

/** What other tools call what one of our commands does. */
const otherNames: Readonly<Record<string, string>> = {
  validate: 'plan',
  lint: 'plan',
  check: 'preflight',
  ticket: 'plan',
  apply: 'create',
  destroy: 'delete',
  downgrade: 'upgrade',
  rollback: 'upgrade',
  connect: 'tunnel',
  describe: 'status',
  logs: 'events',
};

function unknown(name: string, io: Io): number {
  const meant = Object.hasOwn(otherNames, name) ? otherNames[name] : didYouMean(name, Object.keys(commandTable));
  const hint = meant ? ` did you mean ${meant}?` : '';
  io.err(`There is no command "${name}";${hint} private-eks help lists them all.\n`);
  return exitCode.usage;
}
