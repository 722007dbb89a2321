import type { SpecFix } from './clusterSpec.ts';
import type { SpecPath } from './specPath.ts';

/** A rule's result before it has a place in the text. */
export interface Finding {
  readonly severity?: 'error' | 'warning';
  readonly path: SpecPath;
  /** Which part of `key: value` it is about; the value unless said. */
  readonly at?: 'key' | 'value';
  /** What is wrong with the value, as it goes on after "<field> is <seen>, …". */
  readonly why?: string;
  /** Ends "it must be …". */
  readonly allowed: string;
  /** What was seen: of a key, always; of a value, where it may be a default that does not stand in the text. */
  readonly seen?: string;
  /** The whole sentence, where the usual one would not read well. */
  readonly message?: string;
  /** A change that mends it. */
  readonly fix?: SpecFix;
  /** Other fields that it was judged by: when one of them is wrong already, this one is not told. */
  readonly judgedBy?: readonly SpecPath[];
}
