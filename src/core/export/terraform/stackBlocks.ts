import type { AccountFact, PlannedStack, StackId } from '../../plan/plan.ts';
import type { TemplateResource } from '../../templates/template.ts';
import { accessRules } from './accessRules.ts';
import { clusterRules } from './clusterRules.ts';
import {
  attribute,
  expression,
  hclFile,
  hclName,
  type HclBlock,
  type HclEntry,
  type HclExpression,
  type HclValue,
} from './hcl.ts';
import { networkRules } from './networkRules.ts';
import { argumentsOf, type ResourceRule, type RuleContext } from './resourceRule.ts';
import { scalingRules } from './scalingRules.ts';
import { type HclLocalList, toHcl, type TemplateScope } from './templateScope.ts';

export const resourceRules: Readonly<Record<string, ResourceRule>> = {
  ...networkRules,
  ...accessRules,
  ...clusterRules,
  ...scalingRules,
};

/** What all stacks of an export share. */
export interface ExportContext {
  readonly clusterName: string;
  /** An earlier stack's output, in that stack's own terms. */
  readonly output: (stack: StackId, name: string) => HclValue;
  /** An open value: a variable. */
  readonly variable: (fact: AccountFact) => HclExpression;
  readonly data: (type: 'aws_partition' | 'aws_caller_identity' | 'aws_region') => HclExpression;
  readonly ssmParameter: (name: string) => HclExpression;
  readonly local: (name: string, items: readonly HclValue[]) => HclLocalList;
  readonly lose: (what: string) => void;
}

/** One stack in Terraform's words. */
export class StackBlocks {
  readonly stack: PlannedStack;
  readonly scope: TemplateScope;
  readonly #context: ExportContext;

  constructor(stack: PlannedStack, context: ExportContext) {
    this.stack = stack;
    this.#context = context;
    this.scope = {
      ref: name => this.#ref(name),
      attribute: (logicalId, name) => this.#attribute(logicalId, name),
      ssmParameter: name => context.ssmParameter(name),
    };
  }

  output(name: string): HclValue {
    const given = this.stack.template.Outputs?.[name];
    const value = given && toHcl(given.Value, this.scope);
    if (value === undefined) throw new TypeError(`${this.stack.id} has no output ${name}`);
    return Array.isArray(value) ? this.#context.local(hclName(name), value as readonly HclValue[]) : value;
  }

  /** Addresses of everything that this stack makes and that nothing else in it leads to. */
  ends(): string[] {
    const inside = JSON.stringify(Object.values(this.stack.template.Resources).map(({ Properties }) => Properties));
    return Object.entries(this.stack.template.Resources).flatMap(([logicalId, resource]) => {
      const made = this.#made(logicalId, resource);
      if (!made) return [];
      const referred = inside.includes(`{"Ref":"${logicalId}"}`) || inside.includes(`{"Fn::GetAtt":["${logicalId}"`);
      const beside = made.beside.map(({ address }) => address);
      return beside.length > 0 ? beside : referred ? [] : [made.address];
    });
  }

  /** Whether something in it waits for what was made before. */
  waits(): boolean {
    return Object.values(this.stack.template.Resources).some(waitsForOthers);
  }

  /** @param after what has to be there first although nothing here mentions it */
  blocks(after: readonly string[]): HclBlock[] {
    return Object.entries(this.stack.template.Resources).flatMap(([logicalId, resource]) => {
      const made = this.#made(logicalId, resource);
      if (!made) return [];
      const waits = this.#waits(resource, after);
      const body = [
        ...argumentsOf(resource.Properties ?? {}, made.rule.fields, made.context),
        ...(made.rule.more?.(resource, made.context) ?? []),
      ];
      const said = hclFile([{ type: 'resource', body }]);
      const unsaid = waits.filter(address => !said.includes(`${address}.`)).map(expression);
      const depends = unsaid.length > 0 ? [attribute('depends_on', unsaid)] : [];
      const entries: HclEntry[] = [...sorted(body), ...depends];
      return [
        { type: 'resource', labels: made.address.split('.'), body: entries },
        ...made.beside.map(({ address, body: own }) => ({
          type: 'resource',
          labels: address.split('.'),
          body: sorted(own),
        })),
      ];
    });
  }

  #made(logicalId: string, resource: TemplateResource) {
    const rule = Object.hasOwn(resourceRules, resource.Type) ? resourceRules[resource.Type] : undefined;
    if (!rule) {
      this.#context.lose(`${this.stack.id}: ${logicalId} is an ${resource.Type}, which this export does not know`);
      return undefined;
    }
    if (rule.absorbed?.(resource)) return undefined;
    const name = this.#name(logicalId);
    const address = `${rule.type}.${name}`;
    const context: RuleContext = {
      clusterName: this.#context.clusterName,
      template: this.stack.template,
      logicalId,
      address,
      hcl: value => toHcl(value, this.scope),
      lose: what => this.#context.lose(`${this.stack.id}: ${what}`),
    };
    const beside = (rule.beside?.(resource, context) ?? []).map(side => ({
      address: `${side.type}.${name}${side.suffix}`,
      body: side.body,
    }));
    return { rule, address, context, beside };
  }

  /** Node groups' stacks use the same names inside; they go by the group's. */
  #name(logicalId: string): string {
    const { id, kind } = this.stack;
    if (kind !== 'nodes') return hclName(logicalId);
    const group = hclName(id.slice('nodes-'.length));
    return ['NodeGroup', 'LaunchTemplate', 'AutoScalingGroup'].includes(logicalId)
      ? group
      : `${group}_${hclName(logicalId)}`;
  }

  #waits(resource: TemplateResource, after: readonly string[]): string[] {
    const inside = [resource.DependsOn ?? []].flat().flatMap(logicalId => {
      const needed = this.stack.template.Resources[logicalId];
      const made = needed && this.#made(logicalId, needed);
      return made ? [made.address] : [];
    });
    return [...inside, ...(waitsForOthers(resource) ? after : [])];
  }

  #ref(name: string): HclValue | undefined {
    const pseudo = this.#pseudo(name);
    if (pseudo !== undefined || name === 'AWS::NoValue') return pseudo;
    if (this.stack.template.Parameters?.[name]) return this.#parameter(name);
    return this.#attribute(name, undefined);
  }

  #pseudo(name: string): HclValue | undefined {
    if (name === 'AWS::Region') return expression(`${this.#context.data('aws_region').text}.region`);
    if (name === 'AWS::Partition') return expression(`${this.#context.data('aws_partition').text}.partition`);
    if (name === 'AWS::URLSuffix') return expression(`${this.#context.data('aws_partition').text}.dns_suffix`);
    if (name === 'AWS::AccountId') return expression(`${this.#context.data('aws_caller_identity').text}.account_id`);
    return name === 'AWS::StackName' ? this.stack.name : undefined;
  }

  #parameter(name: string): HclValue {
    const source = this.stack.parameters[name];
    const { Type = 'String', Default } = this.stack.template.Parameters?.[name] ?? {};
    if (source?.from === 'output') return this.#context.output(source.stack, source.output);
    if (source?.from === 'account') return this.#context.variable(source.fact);
    const text = source?.value ?? Default;
    if (text === undefined) throw new TypeError(`${this.stack.id}: nothing is said of the parameter ${name}`);
    if (name === 'ZoneIds') return this.#context.variable('zones');
    if (Type.startsWith('AWS::SSM::Parameter::Value')) return this.#context.ssmParameter(text);
    if (Type === 'CommaDelimitedList' || Type.startsWith('List<'))
      return this.#context.local(hclName(name), text === '' ? [] : text.split(','));
    return text;
  }

  #attribute(logicalId: string, name: string | undefined): HclValue {
    const resource = this.stack.template.Resources[logicalId];
    const made = resource && this.#made(logicalId, resource);
    if (!made) throw new TypeError(`${this.stack.id}: ${logicalId} is no resource of this export`);
    const attribute = name === undefined ? made.rule.ref : made.rule.attributes?.[name];
    if (attribute === undefined) throw new TypeError(`${this.stack.id}: ${logicalId} gives no ${name ?? 'reference'}`);
    if (typeof attribute === 'function') return expression(attribute(made.address));
    if (attribute.endsWith('[]')) return [expression(`${made.address}.${attribute.slice(0, -2)}`)];
    return expression(`${made.address}.${attribute}`);
  }
}

/** What takes long, or needs more than it mentions. */
function waitsForOthers({ Type }: TemplateResource): boolean {
  return /^AWS::(?:EKS|AutoScaling)::/.test(Type);
}

/** Arguments first, blocks after them, as Terraform's style has it; tags last of the arguments. */
function sorted(body: readonly HclEntry[]): HclEntry[] {
  const rank = (entry: HclEntry) => ('block' in entry ? 2 : entry.name === 'tags' ? 1 : 0);
  return [...body].sort((a, b) => rank(a) - rank(b));
}
