import assert from 'node:assert/strict';
import { parse } from '@cdktf/hcl2json';
import type { ClusterSpec } from '../../../../src/core/spec/clusterSpec.ts';
import type { AccountFacts } from '../../../../src/core/plan/plan.ts';
import { exportedText } from '../../../../src/core/export/exportPlan.ts';
import { terraformExport } from '../../../../src/core/export/terraform/terraformExport.ts';
import { specGrid } from '../templates/specGrid.ts';
import { exportSpecs, planOf } from './exportSpecs.ts';
import { assertGolden } from './golden.ts';
import {
  dataAttributes,
  metaArguments,
  requiredArguments,
  terraformArguments,
  terraformAttributes,
  type Arguments,
} from './terraformNames.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Blocks = Record<string, Record<string, Record<string, Json>[]>>;
interface Parsed {
  readonly resource: Blocks;
  readonly data?: Blocks;
  readonly variable?: Record<string, unknown>;
  readonly locals?: Record<string, Json>[];
}

const cases: (readonly [string, ClusterSpec, AccountFacts?])[] = [...specGrid(), ...exportSpecs];
const textOf = (spec: ClusterSpec, facts?: AccountFacts) => exportedText(terraformExport(planOf(spec, facts)));
/** Reading takes a tenth of a second; every test reads the same. */
const read = new Map<ClusterSpec, Promise<Parsed>>();
function parsedOf(spec: ClusterSpec, facts?: AccountFacts): Promise<Parsed> {
  let parsed = read.get(spec);
  if (!parsed) read.set(spec, (parsed = parse('all.tf', textOf(spec, facts)) as unknown as Promise<Parsed>));
  return parsed;
}

describe('a plan as Terraform', function () {
  this.timeout(60_000);

  for (const [name, spec, facts] of exportSpecs)
    it(`is as kept: ${name}`, () => assertGolden(`${name}.tf`, textOf(spec, facts)));

  it('loses nothing of any spec of the grid but what it says', () => {
    const known = [
      /^Stacks have no counterpart: only the cluster itself is guarded/,
      /^key: Key: the key stays when its stack goes/,
      /^nodes-[\w-]+: AutoScalingGroup: Terraform begins to replace its instances and does not wait for the end; the processes/,
    ];
    for (const [name, spec, facts] of cases)
      for (const loss of terraformExport(planOf(spec, facts)).losses)
        assert.ok(
          known.some(pattern => pattern.test(loss)),
          `${name}: ${loss}`,
        );
  });

  it('uses the provider’s own argument names alone, and leaves out none that it demands', async () => {
    let fields = 0;
    for (const [name, spec, facts] of cases) {
      const { resource } = await parsedOf(spec, facts);
      for (const [type, byName] of Object.entries(resource)) {
        const table = terraformArguments[type];
        assert.ok(table, `${name}: ${type} is in no table`);
        for (const [label, [body = {}, ...others]] of Object.entries(byName)) {
          assert.deepEqual(others, [], `${name}: ${type}.${label} stands twice`);
          fields += checked(body, { ...table, ...metaArguments }, `${name}: ${type}.${label}`);
          for (const needed of requiredArguments[type] ?? [])
            assert.ok(needed in body, `${name}: ${type}.${label} has no ${needed}`);
        }
      }
    }
    assert.ok(fields > 5000, `${fields} fields`);
  });

  it('refers to what there is', async () => {
    for (const [name, spec, facts] of cases) {
      const parsed = await parsedOf(spec, facts);
      const text = JSON.stringify(parsed);
      const locals = parsed.locals?.[0] ?? {};
      for (const [, address = ''] of text.matchAll(/(?<![\w."])((?:data\.)?aws_\w+\.\w+(?:\.\w+)?)/g)) {
        const [first = '', ...rest] = address.split('.');
        const [type = '', label = '', attribute] = first === 'data' ? rest : [first, ...rest];
        const blocks = first === 'data' ? parsed.data : parsed.resource;
        assert.ok(blocks?.[type]?.[label], `${name}: there is no ${address}`);
        const known = first === 'data' ? dataAttributes[type] : terraformAttributes[type];
        if (attribute !== undefined) assert.ok(known?.includes(attribute), `${name}: ${type} has no ${attribute}`);
      }
      for (const [, variable = ''] of text.matchAll(/\bvar\.(\w+)/g))
        assert.ok(variable in (parsed.variable ?? {}), variable);
      for (const [, local = ''] of text.matchAll(/\blocal\.(\w+)/g)) assert.ok(local in locals, `${name}: ${local}`);
    }
  });

  it('has no circle: everything can be made in some order', async () => {
    for (const [name, spec, facts] of cases) {
      const parsed = await parsedOf(spec, facts);
      const locals = parsed.locals?.[0] ?? {};
      const bodies = new Map<string, string>(
        Object.entries(parsed.resource).flatMap(([type, byName]) =>
          Object.entries(byName).map(([label, body]) => [`${type}.${label}`, JSON.stringify(body)] as const),
        ),
      );
      const needs = (text: string): string[] => [
        ...[...text.matchAll(/(?<!data\.)(aws_\w+\.\w+)/g)]
          .map(([, found = '']) => found)
          .filter(found => bodies.has(found)),
        ...[...text.matchAll(/local\.(\w+)/g)].flatMap(([, local = '']) => needs(JSON.stringify(locals[local]))),
      ];
      const made = new Set<string>();
      for (let before = -1; made.size > before;) {
        before = made.size;
        for (const [address, body] of bodies)
          if (needs(body).every(need => need === address || made.has(need))) made.add(address);
      }
      assert.deepEqual(
        [...bodies.keys()].filter(address => !made.has(address)),
        [],
        name,
      );
    }
  });

  it('makes the nodes after their endpoints, add-ons and the role’s policies, as the pipeline does', async () => {
    const [, spec] = exportSpecs[0] ?? assert.fail();
    const { resource } = await parsedOf(spec);
    const waits = JSON.stringify(resource['aws_eks_node_group']?.['default']?.[0]?.['depends_on']);
    for (const needed of ['aws_vpc_endpoint.s3_endpoint', 'aws_eks_addon.vpc_cni', 'aws_eks_addon.kube_proxy'])
      assert.ok(waits.includes(needed), needed);
    const cluster = JSON.stringify(resource['aws_eks_cluster']?.['cluster']?.[0]?.['depends_on']);
    assert.ok(cluster.includes('aws_iam_role_policy_attachment.cluster_role_'), cluster);
    assert.ok(cluster.includes('aws_cloudwatch_log_group.log_group'), cluster);
    const dns = JSON.stringify(resource['aws_eks_addon']?.['core_dns']?.[0]?.['depends_on']);
    assert.ok(dns.includes('aws_eks_node_group.default'), dns);
  });

  it('is private, encrypted and closed to pods', async () => {
    for (const [name, spec, facts] of cases) {
      const { resource } = await parsedOf(spec, facts);
      const [cluster] = (resource['aws_eks_cluster']?.['cluster']?.[0]?.['vpc_config'] ?? []) as Record<string, Json>[];
      assert.equal(cluster?.['endpoint_public_access'], false, name);
      for (const type of ['aws_internet_gateway', 'aws_nat_gateway', 'aws_eip', 'aws_route'])
        assert.equal(resource[type], undefined, name);
      for (const [template = {}] of Object.values(resource['aws_launch_template'] ?? {})) {
        const text = JSON.stringify(template);
        assert.match(text, /"http_put_response_hop_limit":1/);
        assert.doesNotMatch(text, /"encrypted":false/);
      }
    }
  });
});

/** @returns how many arguments were looked at */
function checked(body: Record<string, Json>, table: Arguments, place: string): number {
  let count = 0;
  for (const [name, value] of Object.entries(body)) {
    const known = Object.hasOwn(table, name) ? table[name] : undefined;
    assert.ok(known, `${place}: ${name} is no argument of the provider's`);
    count++;
    if (known === true) continue;
    assert.ok(Array.isArray(value), `${place}: ${name} is a block`);
    for (const inner of value as Record<string, Json>[]) count += checked(inner, known, `${place}.${name}`);
  }
  return count;
}
