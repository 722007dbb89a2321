import type { Io } from './io.ts';

/** What the process tells its caller. */
export const exitCode = {
  done: 0,
  failed: 1,
  /** Wrong arguments, a spec with errors, or a command that does not exist yet. */
  usage: 2,
  cancelled: 3,
  /** Left by a second Ctrl-C; what AWS has begun goes on. */
  left: 130,
} as const;

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** Stands for the value in the help: `FILE`. */
  readonly value?: string;
  readonly help: string;
  /** Has to be given. */
  readonly required?: boolean;
  /** May be given several times. */
  readonly multiple?: boolean;
}

export interface Command {
  readonly name: string;
  /** One line of the list of commands. */
  readonly summary: string;
  /** Names of what comes without a dash; all of them have to be given. */
  readonly positionals: readonly string[];
  /** Names of what may come after those. */
  readonly optionalPositionals?: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** Paragraphs below the options. */
  readonly details: readonly string[];
  readonly run: (input: CommandInput) => Promise<number>;
}

export interface CommandInput {
  readonly io: Io;
  readonly positionals: readonly string[];
  /** A given option's text. */
  readonly text: (name: string) => string | undefined;
  /** All texts of an option that may be given several times. */
  readonly texts: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
}

/** Said with the command's usage, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const awsOptions = {
  profile: { type: 'string', value: 'NAME', help: 'AWS profile; default AWS_PROFILE' },
  region: { type: 'string', value: 'REGION', help: 'AWS region; default AWS_REGION or the profile’s' },
} as const satisfies Record<string, Option>;

export const jsonOption = { json: { type: 'boolean', help: 'One JSON object a line, for programs' } } as const;
