import * as z from 'zod';
import type { ClusterSpec, SpecReading } from './clusterSpec.ts';
import { didYouMean } from './didYouMean.ts';
import type { Finding } from './finding.ts';
import { architectureOf } from './instanceType.ts';
import { toProblem } from './problemText.ts';
import { checkRules } from './rules.ts';
import { specSchema, type SettledSpecFile, type SpecFile } from './schema.ts';
import { apiVersion, specKind } from './specFile.ts';
import { regionsNear } from './regions.ts';
import { formatSpecPath, type SpecPath } from './specPath.ts';
import { fileProblem, largestSpec, type SpecText, readSpecText } from './specText.ts';
import { isPlainMap, valueAt, withoutNulls, withoutPaths } from './specValues.ts';
import { unnamedGroup } from './unnamedGroup.ts';
import { yamlProblems } from './yamlProblems.ts';

/** Reads a spec file. Never throws: whatever is wrong is told with its place, and `spec` is there when nothing is an error. */
export function parseSpec(source: string): SpecReading {
  if (source.length > largestSpec) {
    const { text, lines } = readSpecText('');
    const size = `${Math.ceil(source.length / 1024)} KB`;
    const most = `at most ${largestSpec / 1024} KB`;
    return { problems: [fileProblem({ text, lines }, `This file has ${size}; a spec has ${most}.`, size, most)] };
  }
  try {
    return judge(readSpecText(source));
  } catch (error) {
    // The YAML library walks by recursion; only a file made to hurt nests deep enough to exhaust the stack.
    if (!(error instanceof RangeError)) throw error;
    const { text, lines } = readSpecText('');
    const told = 'This file is nested too deeply to be a spec.';
    return { problems: [fileProblem({ text, lines }, told, 'deep nesting', 'at most three levels')] };
  }
}

function judge(spec: SpecText): SpecReading {
  const broken = yamlProblems(spec);
  if (broken.length > 0) return { problems: broken };
  const values: unknown = withoutNulls(spec.document.toJS());
  if (!isPlainMap(values)) {
    const seen = values === undefined ? 'nothing' : Array.isArray(values) ? 'a list' : 'a single value';
    const allowed = 'a map that begins with apiVersion, kind, name and region';
    return { problems: [fileProblem(spec, `The file holds ${seen}; it must be ${allowed}.`, seen, allowed)] };
  }
  const unnamed = unnamedGroup(values);
  const parsed = specSchema.safeParse(unnamed ? withoutPaths(values, [unnamed.path]) : values);
  const shape = [
    ...(unnamed ? [unnamed] : []),
    ...(parsed.success ? [] : firstOfEachPath(parsed.error.issues.flatMap(issue => findingsOf(issue, values)))),
  ];
  const readable = parsed.success ? parsed.data : readableRest(values, shape);
  const settled = readable && settle(readable);
  const wrong = shape.map(finding => finding.path);
  const rules = settled ? checkRules(settled).filter(finding => !dependsOn(finding, wrong)) : [];
  const problems = [...shape, ...rules]
    .map(finding => toProblem(spec, finding))
    .sort((a, b) => a.start.offset - b.start.offset);
  const clean = parsed.success && !unnamed && problems.every(problem => problem.severity === 'warning');
  return clean ? { spec: finish(settle(parsed.data)), problems } : { problems };
}

/** A value of the wrong kind fails every check of its field; the first says it. */
function firstOfEachPath(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path }) => {
    const field = formatSpecPath(path);
    return !seen.has(field) && seen.add(field);
  });
}

/** zod's messages are the "allowed" texts of the schema. */
function findingsOf(issue: z.core.$ZodIssue, values: unknown): Finding[] {
  const path = issue.path.filter(part => typeof part !== 'symbol');
  if (issue.code === 'invalid_key') {
    const allowed = issue.issues[0]?.message ?? issue.message;
    return [{ path, at: 'key', seen: JSON.stringify(path.at(-1)), allowed }];
  }
  if (issue.code !== 'unrecognized_keys') {
    const why = valueAt(values, path) === undefined ? undefined : hint(path, valueAt(values, path));
    return [{ path, allowed: issue.message, ...(why ? { why } : {}) }];
  }
  const fields = fieldsAt(path);
  return issue.keys.map(key => {
    const meant = didYouMean(key, fields);
    const where = path.length > 0 ? `of ${formatSpecPath(path)}` : 'of a spec';
    const advice = meant ? `did you mean ${meant}?` : `the fields are ${fields.join(', ')}.`;
    return {
      path: [...path, key],
      at: 'key',
      seen: key,
      allowed: fields.join(', '),
      message: `${key} is not a field ${where}; ${advice}`,
    };
  });
}

function fieldsAt(path: SpecPath): string[] {
  const schema = path.reduce<z.ZodType | undefined>((at, part) => {
    const bare = at && unwrapped(at);
    if (bare instanceof z.ZodObject) return bare.shape[part as string] as z.ZodType | undefined;
    if (bare instanceof z.ZodRecord) return bare.valueType as z.ZodType;
    return bare instanceof z.ZodArray ? (bare.element as z.ZodType) : undefined;
  }, specSchema);
  const bare = schema && unwrapped(schema);
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wrapped ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

function hint(path: SpecPath, value: unknown): string | undefined {
  const field = formatSpecPath(path);
  if (field === 'region' && typeof value === 'string') {
    const meant = didYouMean(value, regionsNear(value));
    return meant && `(did you mean ${meant}?)`;
  }
  if (field === 'version' && typeof value === 'number') return 'and YAML would read 1.30 as 1.3';
  if (field === 'autoMode' && value === true) return 'which is written autoMode: {}';
  if (field === 'fargate.selectors') return 'but profiles have names, such as fargate: {apps: {selectors: …}}';
  if (typeof value === 'string' && /^(?:yes|no|on|off)$/i.test(value)) return 'which YAML 1.2 reads as text';
  if (typeof value === 'string' && /^(?:true|false|\d+)$/.test(value) && field !== 'name' && field !== 'version') {
    return 'which its quotes make text';
  }
  if (field === 'name' && typeof value === 'string' && value.includes('_')) {
    return 'and CloudFormation stack names, which are made from it, take no underscore';
  }
  return undefined;
}

/** The rest of a spec whose broken fields are put back to their defaults, so that everything else is judged in the same reading. */
function readableRest(values: object, findings: readonly Finding[]): SpecFile | undefined {
  const rest = withoutPaths(
    values,
    findings.map(finding => finding.path),
  );
  const stand = { apiVersion, kind: specKind, name: 'name', region: 'us-east-1' };
  return specSchema.safeParse({ ...stand, ...rest }).data;
}

function dependsOn(finding: Finding, wrong: readonly SpecPath[]): boolean {
  const related = [finding.path, ...(finding.judgedBy ?? [])];
  return wrong.some(path =>
    related.some(
      other => path.every((part, index) => part === other[index]) || other.every((part, index) => part === path[index]),
    ),
  );
}

/** Where nothing is said of what pods run on, there is one group with every default. */
function settle(file: SpecFile): SettledSpecFile {
  const others = file.autoMode !== undefined || Object.keys(file.fargate).length > 0;
  return { ...file, nodes: file.nodes ?? (others ? {} : (specSchema.shape.nodes.parse({ default: {} }) ?? {})) };
}

function finish(file: SettledSpecFile): ClusterSpec {
  const groups = Object.entries(file.nodes).map(([name, group]) => {
    const [first = ''] = group.instanceTypes;
    return [name, { ...group, architecture: group.architecture ?? architectureOf(first) }] as const;
  });
  return { ...file, nodes: Object.fromEntries(groups) };
}
