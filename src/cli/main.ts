import { parseArgs } from 'node:util';
import { exitCode, UsageError, type Command, type CommandInput } from './command.ts';
import { commandTable } from './commandTable.ts';
import { errorText } from './errorText.ts';
import { fitText } from './fitText.ts';
import { commandHelp, generalHelp, usageLine } from './help.ts';
import type { Io } from './io.ts';
import { SpecError } from './readSpecFile.ts';

/** Runs one command; gives the process's exit code. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(rest[0], io);
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

function readArguments(command: Command, args: string[], io: Io): CommandInput {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([key, { type, short, multiple = false }]) => [
      key,
      { type, multiple, ...(short ? { short } : {}) },
    ]),
  );
  const { values, positionals } = parse(args, options);
  const missing = command.positionals.slice(positionals.length);
  if (missing.length > 0) throw new UsageError(`${missing.map(one => one.toUpperCase()).join(' and ')} is missing.`);
  const most = command.positionals.length + (command.optionalPositionals?.length ?? 0);
  const extra = positionals.slice(most);
  if (extra.length > 0) throw new UsageError(`"${extra.join(' ')}" is too much.`);
  return {
    io,
    positionals,
    text: key => {
      const value = values[key];
      return typeof value === 'string' ? value : undefined;
    },
    texts: key => {
      const value = values[key];
      return Array.isArray(value) ? value.filter(text => typeof text === 'string') : [];
    },
    flag: key => values[key] === true,
  };
}

function parse(
  args: string[],
  options: Record<string, { type: 'string' | 'boolean'; multiple: boolean; short?: string }>,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
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

function unknown(name: string, io: Io): number {
  io.err(`There is no command "${name}". Commands: ${Object.keys(commandTable).join(', ')}.\n`);
  return exitCode.usage;
}
