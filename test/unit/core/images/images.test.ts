import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { chartValues } from '../../../../src/core/images/chartValues.ts';
import { copyScript } from '../../../../src/core/images/copyScript.ts';
import { eksRegistry } from '../../../../src/core/images/eksRegistry.ts';
import { mirroredRepository, originOf } from '../../../../src/core/images/imageOrigin.ts';
import { imageText, parseImageReference } from '../../../../src/core/images/imageReference.ts';
import { manifestImages } from '../../../../src/core/images/manifestImages.ts';
import { planImages } from '../../../../src/core/images/planImages.ts';
import { pullThroughTemplate } from '../../../../src/core/images/pullThrough.ts';
import { templateYaml } from '../../../../src/core/plan/planFiles.ts';
import { knownRegions } from '../../../../src/core/spec/regions.ts';
import { skipBecause } from '../../../skipBecause.ts';
import { head, specGrid, specOf } from '../templates/specGrid.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const region = 'eu-west-1';

describe('an image’s name', () => {
  const read: readonly (readonly [string, string])[] = [
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['bitnami/redis', 'docker.io/bitnami/redis:latest'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest'],
    ['localhost/a', 'localhost/a:latest'],
    ['localhost:5000/a/b:x', 'localhost:5000/a/b:x'],
    ['[::1]:5000/a', '[::1]:5000/a:latest'],
    [`quay.io/a/b@${digest}`, `quay.io/a/b@${digest}`],
    [`ghcr.io/a/b:v1@${digest}`, `ghcr.io/a/b:v1@${digest}`],
    ['public.ecr.aws/eks/a__b.c--d:v1', 'public.ecr.aws/eks/a__b.c--d:v1'],
  ];
  for (const [text, expected] of read)
    it(`is read: ${text}`, () => {
      const reference = parseImageReference(text);
      assert.ok(reference);
      assert.equal(imageText(reference), expected);
    });

  it('is refused where Docker refuses it', () => {
    for (const text of [
      '',
      'A',
      'a b',
      'a/',
      '/a',
      'a:',
      'a@',
      'a@sha256:12',
      'a..b',
      'a___b',
      'a:b:c',
      '-a',
      'x.io/A',
      `a@${digest}@${digest}`,
      'https://quay.io/a',
      `a:${'t'.repeat(129)}`,
    ])
      assert.equal(parseImageReference(text), undefined, text);
  });

  it('never throws, and what it writes reads back the same', () => {
    const part = fc.stringMatching(/^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+){0,2}$/);
    const host = fc.constantFrom(
      'quay.io',
      'localhost:5000',
      'REGISTRY',
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
      'docker.io',
    );
    const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined });
    fc.assert(
      fc.property(
        host,
        fc.array(part, { minLength: 1, maxLength: 3 }),
        tag,
        fc.boolean(),
        (registry, path, named, byDigest) => {
          const text = `${registry}/${path.join('/')}${named === undefined ? '' : `:${named}`}${byDigest ? `@${digest}` : ''}`;
          const reference = parseImageReference(text);
          assert.ok(reference, text);
          assert.deepEqual(parseImageReference(imageText(reference)), reference);
          assert.match(mirroredRepository(reference), /^[a-z0-9-]+\/[a-z0-9._/-]+$/);
        },
      ),
    );
    fc.assert(fc.property(fc.string(), text => void parseImageReference(text)));
  });
});

describe('the images of a plan', () => {
  it('come from EKS’s registry of the region, which every known region has or says that it has not', () => {
    for (const known of knownRegions) {
      const registry = eksRegistry(known);
      if (registry === undefined) continue;
      assert.match(registry, new RegExp(`^\\d{12}\\.dkr\\.ecr\\.${known}\\.`));
    }
    assert.equal(eksRegistry('eu-west-1'), '602401143452.dkr.ecr.eu-west-1.amazonaws.com');
    assert.equal(eksRegistry('cn-north-1'), '918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn');
    assert.equal(eksRegistry('us-gov-east-1'), '151742754352.dkr.ecr.us-gov-east-1.amazonaws.com');
    assert.equal(eksRegistry('xx-north-9'), undefined);
    const { unknown } = planImages(specOf('', head.replace('eu-west-1', 'eu-isoe-west-1')));
    assert.match(unknown.join('\n'), /registry in eu-isoe-west-1 is not in the table/);
  });

  it('need no copy as long as they are EKS’s own', () => {
    const { images, unknown } = planImages(specOf(''));
    assert.deepEqual(unknown, []);
    assert.ok(images.some(({ image }) => image.endsWith('/eks/coredns')));
    assert.ok(images.some(({ neededBy }) => neededBy.includes('bastion')));
    assert.ok(images.every(({ origin }) => origin === 'regional'));
  });

  it('are those of usual charts for the features, and of no others', () => {
    const charts = (lines: string) =>
      planImages(specOf(lines)).images.flatMap(({ image, neededBy, origin }) =>
        neededBy[0]?.startsWith('chart') ? [`${image} ${origin}`] : [],
      );
    assert.deepEqual(charts(''), []);
    assert.deepEqual(charts('features: {autoscaling: true}\n'), [
      'registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.0 mirror',
    ]);
    assert.match(
      charts('features: {loadBalancers: true}\n').join(),
      /^602401143452\S+aws-load-balancer-controller\S* regional$/,
    );
    assert.deepEqual(charts('features: {metrics: true}\naddons: {metrics-server: {}}\n'), []);
  });

  it('names add-ons whose images it does not know', () => {
    assert.match(planImages(specOf('addons: {adot: {}}\n')).unknown.join(), /the add-on adot/);
    for (const [, spec] of specGrid())
      for (const { reference, image } of planImages(spec).images)
        assert.equal(originOf(reference, spec.region) === 'regional' || parseImageReference(image) !== undefined, true);
  });
});

describe('images of manifests', () => {
  const manifest = `
apiVersion: apps/v1
kind: Deployment
spec: {template: {spec: {initContainers: [{name: a, image: busybox}], containers: [{name: b, image: "quay.io/x/y:1"}, {name: c, image: "quay.io/x/y:1"}]}}}
---
# nothing
---
kind: List
items:
  - kind: CronJob
    spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/own:2}]}}}}}
  - kind: Pod
    spec: {containers: [{image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/own:2}], volumes: [{name: v, image: {reference: ghcr.io/m/data:1}}]}
---
kind: ConfigMap
data: {containers: "image: not-one"}
`;
  it('are found in every kind, once, with the way that each has', () => {
    const found = manifestImages(manifest, 'all.yaml', region).map(({ image, origin }) => `${image} ${origin}`);
    assert.deepEqual(found.sort(), [
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com/own:2 regional',
      '111122223333.dkr.ecr.us-east-1.amazonaws.com/own:2 other-region',
      'docker.io/library/busybox:latest mirror',
      'ghcr.io/m/data:1 mirror',
      'quay.io/x/y:1 mirror',
    ]);
  });
  it('tell what is no YAML and what is no image', () => {
    assert.throws(() => manifestImages('a: [', 'bad.yaml', region), { code: 'manifest-unreadable' });
    assert.throws(() => manifestImages('containers: [{image: "{{ .Values.image }}"}]', 'bad.yaml', region), {
      code: 'image-name-invalid',
    });
  });
});

describe('rules and values for a mirror', function () {
  // AWS's schemas take their time to load on a busy machine.
  this.timeout(60_000);

  it('are a template that AWS’s own schemas find nothing in, with a secret where ECR wants one', () => {
    const images = manifestImages(
      'containers: [{image: nginx}, {image: quay.io/a/b}, {image: registry.k8s.io/c}, {image: mcr.microsoft.com/d}]',
      'm',
      region,
    );
    const template = pullThroughTemplate(images);
    assert.ok(template);
    assert.deepEqual(Object.keys(template.Resources), ['DockerHubCache', 'QuayCache', 'KubernetesCache']);
    assert.deepEqual(Object.keys(template.Parameters ?? {}), ['DockerHubSignInArn']);
    const folder = mkdtempSync(join(tmpdir(), 'private-eks-cache-'));
    const engine = new CelEngine();
    try {
      writeFileSync(join(folder, 'cache.yaml'), templateYaml(template));
      const { diagnostics } = engine.validateStandard(new TemplateFile(join(folder, 'cache.yaml')), {
        exclude: { ids: ['I9001'] },
      });
      assert.deepEqual(
        diagnostics.map(({ message }) => message),
        [],
      );
    } finally {
      engine.free();
      rmSync(folder, { recursive: true });
    }
    assert.equal(pullThroughTemplate([]), undefined);
  });

  it('point charts to where the images are', () => {
    const spec = specOf('features: {karpenter: true, loadBalancers: true}\n');
    const [balancer, karpenter] = parseAllDocuments(chartValues(spec, '111122223333')).map(
      document => document.toJS() as Record<string, Record<string, Record<string, string>>>,
    );
    assert.equal(
      balancer?.['image']?.['repository'],
      '602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-load-balancer-controller',
    );
    assert.equal(
      karpenter?.['controller']?.['image']?.['repository' as never],
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/karpenter/controller',
    );
  });
});

describe('the copy script', function () {
  this.timeout(30_000);
  let folder = '';
  /** Registries in a folder: `crane digest` reads a file, `crane copy` copies it. */
  const fakeCrane = `#!/usr/bin/env bash
file() { echo "$FAKE/$(tr '/:@' '___' <<<"$1")"; }
echo "crane $*" >> "$FAKE/calls"
case "$1" in
  auth) cat > "$FAKE/password" ;;
  digest) [[ $2 == *.dkr.ecr.eu-west-1.* ]] || { echo "sha256:$(sha256sum <<<"$2" | cut -d' ' -f1)"; exit; }; cat "$(file "$2")" 2>/dev/null ;;
  copy) if [[ -n "\${BROKEN:-}" ]]; then echo sha256:other; else "$0" digest "$2"; fi > "$(file "$3")" ;;
esac
`;
  const fakeAws = `#!/usr/bin/env bash
echo "aws $*" >> "$FAKE/calls"
case "$*" in
  *get-caller-identity*) echo 111122223333 ;;
  *get-login-password*) echo secret ;;
  *describe-repositories*) [[ -e "$FAKE/repository-\${4//\\//_}" ]] ;;
  *create-repository*) touch "$FAKE/repository-\${4//\\//_}" ;;
esac
`;
  before(function () {
    if (process.platform === 'win32') skipBecause(this, 'the script is for bash');
    folder = mkdtempSync(join(tmpdir(), 'private-eks-images-'));
    mkdirSync(join(folder, 'bin'));
    for (const [name, text] of [
      ['crane', fakeCrane],
      ['aws', fakeAws],
    ] as const) {
      writeFileSync(join(folder, 'bin', name), text);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  const images = () =>
    manifestImages(
      `containers: [{image: nginx:1}, {image: "quay.io/a/b@${digest}"}, {image: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/own:2}]`,
      'm',
      region,
    );
  function run(env: Record<string, string> = {}) {
    writeFileSync(join(folder, 'calls'), '');
    const { status, stdout, stderr } = spawnSync('bash', ['-c', copyScript(images(), region, 'payments')], {
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`, FAKE: folder, ...env },
      encoding: 'utf8',
    });
    return { status, stdout, stderr, calls: readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') };
  }

  it('makes the repositories, copies what lies outside the region alone, and does nothing twice', () => {
    const first = run();
    assert.equal(first.status, 0, first.stderr);
    const copies = first.calls.filter(call => call.startsWith('crane copy'));
    const registry = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
    assert.deepEqual(copies, [
      `crane copy docker.io/library/nginx:1 ${registry}/docker-hub/library/nginx:1`,
      `crane copy quay.io/a/b@${digest} ${registry}/quay/a/b:${digest.replace(':', '-')}`,
    ]);
    assert.equal(first.calls.filter(call => call.includes('create-repository')).length, 2);
    assert.equal(readFileSync(join(folder, 'password'), 'utf8').trim(), 'secret');
    assert.ok(!first.calls.join('\n').includes('secret'));
    assert.match(first.stdout, /docker-hub\/library\/nginx:1@sha256:[0-9a-f]{64}/);
    const again = run();
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(
      again.calls.filter(call => /copy|create/.test(call)),
      [],
    );
  });

  it('stops where a copy is not what was copied', () => {
    for (const name of ['docker-hub', 'quay'])
      rmSync(
        join(
          folder,
          `111122223333.dkr.ecr.eu-west-1.amazonaws.com_${name === 'quay' ? `quay_a_b_${digest.replace(':', '-')}` : 'docker-hub_library_nginx_1'}`,
        ),
        { force: true },
      );
    const { status, stderr } = run({ BROKEN: '1' });
    assert.equal(status, 1);
    assert.match(stderr, /docker\.io\/library\/nginx:1 is sha256:\w+, but its copy is sha256:other/);
  });

  it('is bash for every spec of the grid, and says so where nothing has to be copied', () => {
    for (const [name, spec] of specGrid()) {
      const { status, stderr } = spawnSync('bash', ['-n'], {
        input: copyScript(planImages(spec).images, spec.region, spec.name),
        encoding: 'utf8',
      });
      assert.equal(status, 0, `${name}: ${stderr}`);
    }
    assert.match(copyScript(planImages(specOf('')).images, region, 'payments'), /Nothing has to be copied/);
    for (const [where, domain] of [
      ['cn-north-1', 'amazonaws.com.cn'],
      ['eusc-de-east-1', 'amazonaws.eu'],
      ['eu-west-1', 'amazonaws.com'],
    ] as const)
      assert.ok(copyScript([], where, 'payments').includes(`\nregistry="$account.dkr.ecr.$AWS_REGION.${domain}"\n`));
  });
});
