import type { AccountFact, Plan, StackId } from '../../plan/plan.ts';
import { accountFact } from '../../plan/vpcSources.ts';
import type { Exported } from '../exported.ts';
import {
  attribute,
  block,
  expression,
  hclFile,
  hclName,
  type HclBlock,
  type HclExpression,
  type HclValue,
} from './hcl.ts';
import { StackBlocks, type ExportContext } from './stackBlocks.ts';
import { HclLocalList } from './templateScope.ts';

/** `control_plane_egress_mode` came with this version of the provider; nothing here needs a later one. */
export const providerVersion = '>= 6.52.0';

/** A plan as Terraform: a file for each stack, plain resources of the AWS provider, nothing imported and no module. */
export function terraformExport(plan: Plan): Exported {
  const made = new TerraformExport(plan);
  return made.exported();
}

/** What a plan leaves open without an account, as a variable. */
const openValues: Readonly<Record<AccountFact, { variable: string; type: 'string' | 'list(string)'; what: string }>> = {
  callerPrincipalArn: {
    variable: 'admin_principal_arn',
    type: 'string',
    what: 'IAM role or user that administers the cluster.',
  },
  zones: { variable: 'zone_ids', type: 'list(string)', what: 'Availability zones by id, in order.' },
  vpcCidrs: { variable: 'vpc_cidrs', type: 'list(string)', what: 'IPv4 blocks of the existing VPC.' },
  vpcIpv6Cidrs: { variable: 'vpc_ipv6_cidrs', type: 'list(string)', what: 'IPv6 blocks of the existing VPC.' },
  endpointSubnetIds: {
    variable: 'endpoint_subnet_ids',
    type: 'list(string)',
    what: 'Subnets of the existing VPC for the endpoints, one for each zone.',
  },
  proxySubnetIds: {
    variable: 'proxy_subnet_ids',
    type: 'list(string)',
    what: 'Subnets of the existing VPC for the way to the proxy, one for each zone of its service.',
  },
  routeTableIds: {
    variable: 'route_table_ids',
    type: 'list(string)',
    what: 'Route tables of the existing VPC that get the route to S3.',
  },
};

class TerraformExport {
  readonly #plan: Plan;
  readonly #stacks: ReadonlyMap<StackId, StackBlocks>;
  readonly #data = new Set<string>();
  readonly #ssm = new Map<string, string>();
  readonly #locals = new Map<string, readonly HclValue[]>();
  readonly #variables = new Set<AccountFact>();
  readonly #losses = new Set<string>();

  constructor(plan: Plan) {
    this.#plan = plan;
    const context: ExportContext = {
      clusterName: plan.spec.name,
      output: (stack, name) => this.#stack(stack).output(name),
      variable: fact => this.#variable(fact),
      data: type => {
        this.#data.add(type);
        return expression(`data.${type}.current`);
      },
      ssmParameter: name => this.#ssmParameter(name),
      local: (name, items) => this.#local(name, items),
      lose: what => this.#losses.add(what),
    };
    this.#stacks = new Map(plan.stacks.map(stack => [stack.id, new StackBlocks(stack, context)]));
  }

  exported(): Exported {
    const { spec, stacks } = this.#plan;
    const resources = stacks.map(({ id }) => ({ id, blocks: this.#stack(id).blocks(this.#before(id)) }));
    const outputs = this.#outputs();
    if (spec.deletionProtection)
      this.#losses.add(
        'Stacks have no counterpart: only the cluster itself is guarded against deletion, the rest is not.',
      );
    const losses = [...this.#losses];
    const head = [
      `The private EKS cluster ${spec.name} in ${spec.region}, as Private EKS plans it.`,
      'Not run with Terraform itself: look at `terraform plan` before you apply it.',
      ...(losses.length > 0
        ? ['What this does not say, and CloudFormation does:', ...losses.map(text => `  - ${text}`)]
        : []),
    ];
    const files = [
      { path: 'versions.tf', blocks: this.#versions(head) },
      { path: 'variables.tf', blocks: this.#variableBlocks() },
      { path: 'data.tf', blocks: this.#dataBlocks() },
      ...resources.map(({ id, blocks }) => ({ path: `${id}.tf`, blocks })),
      { path: 'outputs.tf', blocks: outputs },
    ];
    return {
      files: files
        .filter(({ blocks }) => blocks.length > 0)
        .map(({ path, blocks }) => ({ path, content: hclFile(blocks) })),
      losses,
    };
  }

  #stack(id: StackId): StackBlocks {
    const stack = this.#stacks.get(id);
    if (!stack) throw new TypeError(`${id} is no stack of this plan`);
    return stack;
  }

  /**
   * What the pipeline makes before a stack, although its template does not mention it: roles' policies, endpoints, add-ons. A stack that
   * waits by itself need not be looked behind.
   */
  #before(id: StackId): string[] {
    const needs = this.#plan.steps.find(step => step.id === id)?.needs ?? [];
    const before = needs.flatMap(need => {
      const stack = this.#stacks.get(need as StackId);
      if (!stack) return [];
      return [...(stack.waits() ? [] : this.#before(need as StackId)), ...stack.ends()];
    });
    return [...new Set(before)];
  }

  #variable(fact: AccountFact): HclExpression {
    this.#variables.add(fact);
    return expression(`var.${openValues[fact].variable}`);
  }

  #ssmParameter(name: string): HclExpression {
    const words = name.replace(/^\/aws\/service\//, '').split('/');
    const label = this.#ssm.get(name) ?? hclName(words.join('_'));
    this.#ssm.set(name, label);
    return expression(`data.aws_ssm_parameter.${label}.insecure_value`);
  }

  #local(name: string, items: readonly HclValue[]): HclLocalList {
    const known = this.#locals.get(name);
    const same = known === undefined || JSON.stringify(known) === JSON.stringify(items);
    const label = same ? name : `${name}_${this.#locals.size}`;
    this.#locals.set(label, items);
    return new HclLocalList(label, items);
  }

  #versions(head: readonly string[]): HclBlock[] {
    const aws = attribute('aws', { source: 'hashicorp/aws', version: providerVersion });
    return [
      {
        type: 'terraform',
        comment: head,
        body: [attribute('required_version', '>= 1.5.0'), block('required_providers', [aws])],
      },
      { type: 'provider', labels: ['aws'], body: [attribute('region', expression('var.region'))] },
    ];
  }

  #variableBlocks(): HclBlock[] {
    const { spec, account } = this.#plan;
    const variable = (name: string, description: string, type: string, value: HclValue | undefined): HclBlock => ({
      type: 'variable',
      labels: [name],
      body: [
        attribute('description', description),
        attribute('type', expression(type)),
        ...(value === undefined ? [] : [attribute('default', value)]),
      ],
    });
    const known = (fact: AccountFact): HclValue | undefined => {
      if (fact === 'zones' && typeof spec.network.zones !== 'number') return spec.network.zones;
      if (!account) return undefined;
      const text = accountFact(fact, spec, account);
      return openValues[fact].type === 'string' ? text : text.split(',');
    };
    return [
      variable('region', 'AWS region.', 'string', spec.region),
      ...[...this.#variables].map(fact => {
        const { variable: name, type, what } = openValues[fact];
        return variable(name, what, type, known(fact));
      }),
    ];
  }

  #dataBlocks(): HclBlock[] {
    const ssm = [...this.#ssm].map(([name, label]): HclBlock => ({
      type: 'data',
      labels: ['aws_ssm_parameter', label],
      body: [attribute('name', name)],
    }));
    const locals = [...this.#locals].map(([name, items]) => attribute(name, items));
    return [
      ...[...this.#data].sort().map((type): HclBlock => ({ type: 'data', labels: [type, 'current'], body: [] })),
      ...ssm,
      ...(locals.length > 0 ? [{ type: 'locals', body: locals }] : []),
    ];
  }

  #outputs(): HclBlock[] {
    const cluster = this.#stack('cluster');
    return Object.entries(cluster.stack.template.Outputs ?? {}).map(([name, { Description }]) => ({
      type: 'output',
      labels: [hclName(name)],
      body: [attribute('description', Description), attribute('value', cluster.output(name))],
    }));
  }
}
