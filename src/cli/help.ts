import { exitCode, type Command, type Option } from './command.ts';
import { commandTable } from './commandTable.ts';

export async function generalHelp(): Promise<string> {
  const commands = await Promise.all(Object.values(commandTable).map(load => load()));
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Private EKS: clusters that the internet cannot touch.',
    '',
    'Usage: private-eks COMMAND [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    `  ${'help'.padEnd(width)}  Tells more about a command: private-eks help create`,
    `  ${'version'.padEnd(width)}  Tells this program’s version`,
    '',
    ...paragraphs([
      'Credentials, region and endpoints come from the usual AWS environment and shared config: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, AWS_CONFIG_FILE, HTTPS_PROXY, NO_PROXY, AWS_CA_BUNDLE. PRIVATE_EKS_HOME moves the state folder.',
      `Exit codes: ${exitCode.done} done, ${exitCode.failed} failed, ${exitCode.usage} wrong arguments or spec, ${exitCode.cancelled} cancelled, ${exitCode.left} left by a second Ctrl-C.`,
    ]),
  ].join('\n');
}

export function usageLine({ name, positionals, optionalPositionals = [], options }: Command): string {
  const required = positionals.map(positional => positional.toUpperCase());
  const more = optionalPositionals.map(positional => `[${positional.toUpperCase()}]`);
  const flags = Object.entries(options).map(([key, option]) =>
    option.required ? usageFlag(key, option) : `[${usageFlag(key, option)}]`,
  );
  return `Usage: private-eks ${[name, ...required, ...more, ...flags].join(' ')}`;
}

export function commandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([key, option]) => [flagText(key, option), option.help] as const);
  const width = Math.max(0, ...rows.map(([flag]) => flag.length));
  return [
    `${command.summary}.`,
    '',
    usageLine(command),
    '',
    ...rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`),
    ...(rows.length > 0 ? [''] : []),
    ...paragraphs(command.details),
  ].join('\n');
}

function usageFlag(key: string, { short, type, value }: Option): string {
  const flag = short === undefined ? `--${key}` : `-${short}`;
  return type === 'string' ? `${flag} ${value ?? 'VALUE'}` : flag;
}

function flagText(key: string, { short, type, value }: Option): string {
  const flag = short === undefined ? `--${key}` : `-${short}, --${key}`;
  return type === 'string' ? `${flag} ${value ?? 'VALUE'}` : flag;
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap(text => [...wrap(text, 78), '']);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && line.length + word.length >= width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}
