import { parseArgs } from 'node:util';
import { didYouMean } from '../core/spec/didYouMean.ts';
import { visibleText } from '../core/spec/visibleText.ts';
import { UsageError, type Command, type CommandInput } from './command.ts';
import type { Io } from './io.ts';

/** As EKS has it; those of clusters made elsewhere may have underscores. */
const clusterName = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

/** @throws UsageError with one sentence for whoever typed them */
export function readArguments(command: Command, args: string[], io: Io): CommandInput {
  const { values, positionals } = parse(command, args);
  const missing = command.positionals.slice(positionals.length);
  if (missing.length > 0) throw new UsageError(`${missing.map(one => one.toUpperCase()).join(' and ')} is missing.`);
  const most = command.positionals.length + (command.optionalPositionals?.length ?? 0);
  const extra = positionals.slice(most);
  if (extra.length > 0) {
    const meant =
      command.options['file'] && values['file'] === undefined ? `; a spec is given with -f ${extra[0]}` : '';
    throw new UsageError(`"${extra.join(' ')}" is too much${meant}.`);
  }
  const names = [...command.positionals, ...(command.optionalPositionals ?? [])];
  const name = positionals[names.indexOf('name')];
  if (name !== undefined && !clusterName.test(name))
    throw new UsageError(
      `"${visibleText(name)}" cannot be the name of a cluster: letters, digits, hyphens and underscores.`,
    );
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

function parse({ options }: Command, args: string[]) {
  const known = Object.fromEntries(
    Object.entries(options).map(([key, { type, short, multiple = false }]) => [
      key,
      { type, multiple, ...(short ? { short } : {}) },
    ]),
  );
  try {
    const { values, positionals, tokens } = parseArgs({
      args,
      options: known,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
    const given = tokens.flatMap(token => (token.kind === 'option' && token.value !== undefined ? [token.name] : []));
    const twice = given.find((name, index) => given.indexOf(name) !== index && !options[name]?.multiple);
    if (twice !== undefined) throw new UsageError(`--${twice} may be given once.`);
    return { values, positionals };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(inOurWords(error.message, options));
  }
}

function inOurWords(message: string, options: Command['options']): string {
  const unknown = /^Unknown option '(-+)([^']*)'/.exec(message);
  if (unknown) {
    const [, dashes = '', name = ''] = unknown;
    const meant = dashes === '--' ? didYouMean(name, Object.keys(options)) : undefined;
    return `There is no option ${dashes}${name}${meant ? `; did you mean --${meant}?` : '.'}`;
  }
  const [, name = ''] = /--([\w-]+)/.exec(message) ?? [];
  const option = options[name];
  if (option?.type === 'string') return `--${name} needs a value: ${option.value ?? 'VALUE'}.`;
  return option ? `--${name} takes no value.` : message;
}
