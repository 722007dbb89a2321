import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import { templateYaml } from '../../../../src/core/plan/planFiles.ts';
import { bastionArchitectures, bastionStack } from '../../../../src/core/templates/bastionStack.ts';
import type { Template } from '../../../../src/core/templates/template.ts';

const properties = (template: Template, logicalId: string) => template.Resources[logicalId]?.Properties ?? {};
const plain = bastionStack({ architecture: 'X86_64', imageInEcr: true });

describe('the bastion’s template', () => {
  const engine = new CelEngine();
  const folder = mkdtempSync(join(tmpdir(), 'private-eks-bastion-'));
  after(() => {
    engine.free();
    rmSync(folder, { recursive: true });
  });

  for (const architecture of bastionArchitectures)
    for (const imageInEcr of [true, false])
      for (const cleanUp of [undefined, 'cron(0 20 * * ? *)'])
        it(`is clean under AWS's own schemas and rules: ${architecture}, ECR ${imageInEcr}, ${cleanUp ?? 'no schedule'}`, () => {
          const file = join(folder, 'bastion.yaml');
          writeFileSync(file, templateYaml(bastionStack({ architecture, imageInEcr, cleanUp })));
          const { status, diagnostics } = engine.validateStandard(new TemplateFile(file), {
            exclude: { ids: ['I9001'] },
          });
          assert.equal(status, 'OK');
          assert.deepEqual(
            diagnostics.map(({ ruleId, message, propertyPath }) => `${ruleId} ${message} ${propertyPath}`),
            [],
          );
        });

  it('lets nothing in, and HTTPS out', () => {
    const group = properties(plain, 'SecurityGroup');
    assert.equal('SecurityGroupIngress' in group, false);
    assert.match(
      JSON.stringify(group.SecurityGroupEgress),
      /^\[\{"IpProtocol":"tcp","FromPort":443,"ToPort":443,[^[\]]*\}\]$/,
    );
  });

  it('has a task with nothing but a sleeping shell, and an init before it', () => {
    const { ContainerDefinitions, ...task } = properties(plain, 'TaskDefinition');
    assert.deepEqual(
      [task.NetworkMode, task.Cpu, task.Memory, task.RuntimePlatform],
      ['awsvpc', '256', '512', { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' }],
    );
    const [container] = ContainerDefinitions as unknown as Record<string, unknown>[];
    assert.deepEqual(container?.['EntryPoint'], ['sh', '-c']);
    assert.deepEqual(container['LinuxParameters'], { InitProcessEnabled: true });
    assert.ok(!['PortMappings', 'Environment', 'Secrets', 'Privileged'].some(key => key in container));
  });

  it('gives its roles what tunnelPolicies says, to tasks of this account alone', () => {
    const text = JSON.stringify([properties(plain, 'TaskRole'), properties(plain, 'ExecutionRole')]);
    assert.match(text, /ssmmessages:OpenDataChannel/);
    assert.match(text, /"Resource":\[\{"Fn::Sub":"\$\{ImageRepository\}"\}\]/);
    assert.equal(text.match(/aws:SourceAccount/g)?.length, 2);
    const elsewhere = bastionStack({ architecture: 'ARM64', imageInEcr: false });
    assert.doesNotMatch(JSON.stringify(elsewhere), /ImageRepository|BatchGetImage/);
  });

  it('has no schedule unless asked for one', () => {
    assert.doesNotMatch(JSON.stringify(plain), /Schedule|StepFunctions/);
    const swept = JSON.stringify(bastionStack({ architecture: 'X86_64', imageInEcr: true, cleanUp: 'rate(1 day)' }));
    assert.match(swept, /aws-sdk:ecs:stopTask/);
    assert.doesNotMatch(swept, /AWS::Lambda/);
  });
});
