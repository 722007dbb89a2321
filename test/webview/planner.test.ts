import assert from 'node:assert/strict';
import { newSpecText } from '../../src/core/spec/newSpecText.ts';
import type { OpenPanel } from './support/openPanel.ts';
import { panelBench } from './support/panelBench.ts';
import { planned, plannerMoments, plannerStates } from './support/plannerStates.ts';

describe('the planner’s form', () => {
  const bench = panelBench('planner');
  let open: OpenPanel;

  beforeEach(async () => {
    open = await bench.open();
    await open.snapshot(plannerStates.plan);
  });
  afterEach(() => open.close());

  const field = (path: string) => open.page.locator(`[data-path=${JSON.stringify(path)}]`);
  const text = (content: string) => `${newSpecText('payments', 'eu-west-1')}${content}`;
  const change = (content: string, seq = 2) => open.send({ type: 'delta', seq, change: planned(text(content)) });

  const edit = (path: string, value: unknown) => ({ type: 'edit', edits: [{ path, value }] });
  const press = (name: string | RegExp) => open.page.getByRole('button', { name }).click();

  it('shows what the file says and the defaults for the rest', async () => {
    assert.equal(await field('name').locator('input').inputValue(), 'payments');
    assert.equal(await field('network.cidr').locator('input').inputValue(), '10.40.0.0/16');
    await change('nodes: {default: {diskGiB: 77}}\n');
    assert.equal(await field('nodes.default.diskGiB').locator('input').inputValue(), '77');
  });

  it('puts a typed value into the file, as the kind of value it is', async () => {
    await field('nodes.default.diskGiB').locator('input').fill('60');
    await field('nodes.default.diskGiB').locator('input').press('Tab');
    await field('nodes.default.instanceTypes').locator('input').fill('t3.large, m7i.large');
    await field('nodes.default.instanceTypes').locator('input').press('Tab');
    assert.deepEqual(await open.requests(), [
      edit('nodes.default.diskGiB', 60),
      edit('nodes.default.instanceTypes', ['t3.large', 'm7i.large']),
    ]);
  });

  it('asks for nothing when the file itself has changed a box, a choice or a field', async () => {
    await change('features: { images: false, loadBalancers: true }\nnetwork: { zones: 2 }\nlogs: { types: [api] }\n');
    await change('', 3);
    assert.equal(
      await field('features.loadBalancers').locator('vscode-checkbox').getAttribute('aria-checked'),
      'false',
    );
    assert.deepEqual(await open.requests(), []);
  });

  it('does not write under the hands of somebody who types', async () => {
    const name = field('name').locator('input');
    await name.focus();
    await name.press('End');
    await name.pressSequentially('-two');
    await change('nodes: {default: {diskGiB: 77}}\n');
    assert.equal(await name.inputValue(), 'payments-two');
  });

  it('sends boxes and choices', async () => {
    await field('features.autoscaling').locator('vscode-checkbox').click();
    await field('network.zones').locator('vscode-dropdown').click();
    await field('network.zones').locator('vscode-option', { hasText: '2 zones' }).click();
    assert.deepEqual(await open.requests(), [edit('features.autoscaling', true), edit('network.zones', 2)]);
  });

  it('begins a proxy in one way or the other, and asks for what that way needs', async () => {
    await open.page.getByText('A proxy for the nodes').click();
    const way = field('proxy').locator('vscode-dropdown');
    await way.click();
    await way.locator('vscode-option', { hasText: 'by PrivateLink' }).click();
    assert.deepEqual(await open.requests(), [edit('proxy', { endpointService: '' })]);
    await change('proxy: {endpointService: com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0}\n');
    await field('proxy.port').locator('input').fill('8080');
    await field('proxy.port').locator('input').press('Tab');
    await field('proxy.noProxy').locator('input').fill('.corp.example, 10.0.0.0/8');
    await field('proxy.noProxy').locator('input').press('Tab');
    assert.equal(await field('proxy.url').count(), 0);
    assert.deepEqual((await open.requests()).slice(1), [
      edit('proxy.port', 8080),
      edit('proxy.noProxy', ['.corp.example', '10.0.0.0/8']),
    ]);
    await change('proxy: {url: "http://proxy.example.internal:3128"}\n', 3);
    assert.equal(await field('proxy.url').locator('input').inputValue(), 'http://proxy.example.internal:3128');
    assert.equal(await field('proxy.port').count(), 0);
  });

  it('says at the field what is wrong, to a screen reader too, and makes no plan', async () => {
    await open.snapshot(plannerStates.errors);
    const disk = field('nodes.default.diskGiB');
    await disk.getByText(/whole number from 20/).waitFor();
    assert.equal(await disk.locator('input').getAttribute('aria-invalid'), 'true');
    assert.match((await disk.locator('input').getAttribute('aria-description')) ?? '', /whole number from 20/);
    assert.equal(await open.page.getByRole('button', { name: 'Create…' }).isDisabled(), true);
    await open.page.locator('.todo .link').first().click();
    assert.deepEqual(await open.requests(), [{ type: 'reveal', path: 'version' }]);
  });

  it('offers a suggestion of the plan, and applies it by its place', async () => {
    await open.page.getByRole('button', { name: /Use 2 zones/ }).click();
    const [request] = await open.requests();
    assert.equal((request as { type: string }).type, 'apply-suggestion');
    assert.match(plannerStates.plan.plan?.warnings[(request as { index: number }).index]?.suggestion ?? '', /2 zones/);
  });

  it('goes from a new VPC to an existing one and back in one step each', async () => {
    await change('network: {zones: 2}\n');
    const vpc = open.page.getByRole('combobox', { name: 'VPC' });
    await vpc.click();
    await open.page.locator('vscode-option', { hasText: 'an existing one' }).click();
    assert.deepEqual(await open.requests(), [
      {
        type: 'edit',
        edits: [
          { path: 'network.cidr', value: null },
          { path: 'network.podCidr', value: null },
          { path: 'network.zones', value: null },
          { path: 'network.vpc', value: { id: '', subnets: [] } },
        ],
      },
    ]);
    await change('network: {vpc: {id: "", subnets: []}}\n', 3);
    assert.equal(await field('network.cidr').count(), 0);
    await field('network.vpc.id')
      .getByText(/the id of a VPC/)
      .waitFor();
    await field('network.vpc.subnets').locator('input').fill('subnet-0a1b2c3d4e5f67890 subnet-0b1c2d3e4f5a67891');
    await field('network.vpc.subnets').locator('input').press('Tab');
    assert.deepEqual(
      (await open.requests()).at(-1),
      edit('network.vpc.subnets', ['subnet-0a1b2c3d4e5f67890', 'subnet-0b1c2d3e4f5a67891']),
    );
  });

  it('adds a group beside the one that nobody has said, and removes one', async () => {
    await press('Add a node group');
    const group = { instanceTypes: ['t3.medium'] };
    assert.deepEqual((await open.requests()).at(-1), {
      type: 'edit',
      edits: [
        { path: 'nodes.default', value: group },
        { path: 'nodes.more', value: group },
      ],
    });
    assert.equal(await open.page.getByRole('button', { name: 'Remove default' }).count(), 0);
    await change('nodes: {default: {}, more: {}}\n');
    await press('Add a node group');
    assert.deepEqual((await open.requests()).at(-1), edit('nodes.more-2', group));
    await press('Remove more');
    assert.deepEqual((await open.requests()).at(-1), edit('nodes.more', null));
  });

  it('keeps the default group when Fargate comes beside it, and lets Auto Mode take its place', async () => {
    await press('Add a Fargate profile');
    assert.deepEqual((await open.requests()).at(-1), {
      type: 'edit',
      edits: [
        { path: 'nodes.default', value: { instanceTypes: ['t3.medium'] } },
        { path: 'fargate.apps', value: { selectors: [{ namespace: 'apps' }] } },
      ],
    });
    await field('autoMode').locator('vscode-checkbox').click();
    const pools = ['general-purpose', 'system'];
    assert.deepEqual((await open.requests()).at(-1), edit('autoMode', { nodePools: pools }));
    await change('autoMode: {}\n');
    assert.equal(await open.page.getByRole('group', { name: /^Node group/ }).count(), 0);
  });

  it('writes taints, labels and selectors in kubectl’s own words, and reads them back', async () => {
    await open.snapshot(plannerStates.groups);
    await open.page.evaluate(() => document.querySelectorAll('details').forEach(details => (details.open = true)));
    const taints = field('nodes.gpu-for-training.taints').locator('input');
    assert.equal(await taints.inputValue(), 'example.com/gpu=true:NoSchedule');
    await taints.fill('a:NoExecute, b=c:NoSchedule, what');
    await taints.press('Tab');
    assert.deepEqual(
      (await open.requests()).at(-1),
      edit('nodes.gpu-for-training.taints', [
        { key: 'a', effect: 'NoExecute' },
        { key: 'b', value: 'c', effect: 'NoSchedule' },
        'what',
      ]),
    );
    const labels = field('nodes["1st"].labels').locator('input');
    assert.equal(await labels.inputValue(), 'example.com/team=payments');
    await labels.fill('tier=web');
    await labels.press('Tab');
    assert.deepEqual((await open.requests()).at(-1), edit('nodes["1st"].labels', { tier: 'web' }));
    const selectors = field('fargate.apps.selectors').locator('input');
    assert.equal(await selectors.inputValue(), 'apps; jobs compute=fargate');
    await selectors.fill('a-*; b x=y z=w');
    await selectors.press('Tab');
    assert.deepEqual(
      (await open.requests()).at(-1),
      edit('fargate.apps.selectors', [{ namespace: 'a-*' }, { namespace: 'b', labels: { x: 'y', z: 'w' } }]),
    );
  });

  it('opens what is seldom changed by keyboard, and by itself where something in it is wrong', async () => {
    const more = open.page.locator('details', { hasText: 'System, labels and taints' });
    assert.equal(await more.getAttribute('open'), null);
    await more.locator('summary').focus();
    await open.page.keyboard.press('Enter');
    assert.notEqual(await more.getAttribute('open'), null);
    const addresses = open.page.locator('details', { hasText: 'Addresses of pods and services' });
    await change('network: {podCidr: 10.40.0.0/16}\n');
    assert.notEqual(await addresses.getAttribute('open'), null);
    await addresses.getByText(/1 to mend/).waitFor();
    await change('', 3);
    assert.notEqual(await addresses.getAttribute('open'), null);
  });

  it('leads to the file for what is too rich for a form', async () => {
    await open.snapshot(plannerStates.groups);
    await press('Edit in the file: Roles for pods');
    await press('Edit in the file: 1st');
    assert.deepEqual(await open.requests(), [
      { type: 'reveal', path: 'access.podIdentities' },
      { type: 'reveal', path: 'nodes["1st"]' },
    ]);
  });

  it('tells what is wrong with an existing VPC, and which endpoints are there', async () => {
    await open.snapshot(plannerStates.existingVpc);
    const plan = open.page.getByRole('complementary', { name: 'Plan' });
    const first = plan.locator('.findings li').first();
    await first.getByText('rtb-0a1b2c3d4e5f67890', { exact: true }).waitFor();
    assert.deepEqual(await first.locator('dl > *').allTextContents(), [
      ...['Seen', 'no route to the S3 gateway'],
      ...['Needed', 'a route to pl-6da54004 by vpce-0a1b2c3d4e5f67890'],
    ]);
    await plan.getByText('One thing keeps the cluster from working here.').waitFor();
    const several = plan.locator('.findings li', { hasText: '12 free addresses' }).locator('.mono');
    assert.deepEqual(await several.allTextContents(), [
      'subnet-0a1b2c3d4e5f67890',
      'subnet-0b1c2d3e4f5a67891',
      'subnet-0c1d2e3f4a5b67892',
    ]);
    assert.equal(await open.page.getByRole('button', { name: 'Create…' }).isDisabled(), true);
    for (const words of ['there already', 'shared from elsewhere', 'there, not serving', 'reached in another way'])
      assert.equal(await plan.getByText(words).count(), 1, words);
    await plan.locator('.findings').getByRole('button', { name: 'Show in the file' }).first().click();
    assert.deepEqual(await open.requests(), [{ type: 'reveal', path: 'network.vpc.subnets' }]);
  });

  it('sets a command apart, and chooses it whole by one click', async () => {
    await open.snapshot(plannerStates.existingVpc);
    const command = open.page.locator('.findings li').first().locator('code');
    await command.click();
    const chosen = String(await open.page.evaluate('globalThis.getSelection().toString()')).trim();
    assert.match(
      chosen,
      /^aws ec2 modify-vpc-endpoint .* --add-route-table-ids rtb-0a1b2c3d4e5f67890 --region eu-west-1$/,
    );
    assert.equal(chosen, await command.textContent());
  });

  it('offers the account’s VPCs, and takes sensible subnets with the chosen one', async () => {
    await open.snapshot(plannerStates.vpcUnchosen);
    assert.equal(await open.page.getByRole('group', { name: 'Subnets' }).count(), 0);
    await open.page.getByRole('combobox', { name: 'Which VPC' }).click();
    await open.page.locator('vscode-option', { hasText: 'the-network-team' }).click();
    const value = { id: 'vpc-0a1b2c3d4e5f67890', subnets: ['subnet-0a1b2c3d4e5f67890', 'subnet-0b1c2d3e4f5a67891'] };
    assert.deepEqual(await open.requests(), [edit('network.vpc', value)]);
  });

  it('offers its subnets with zone, free addresses and reach, and its groups for the API', async () => {
    await open.snapshot(plannerStates.vpcChosen);
    const boxes = open.page.getByRole('group', { name: 'Subnets' }).getByRole('checkbox');
    assert.equal(await boxes.count(), 4);
    const named = (text: string) => boxes.filter({ hasText: text });
    assert.match(
      (await named('with-a-long-name').textContent()) ?? '',
      /eu-west-1a · 10\.0\.2\.0\/24 · 243 free ·\s+private/,
    );
    assert.equal(
      await named('payments-public-c')
        .textContent()
        .then(text => text?.includes('public')),
      true,
    );
    assert.equal(await named('payments-d').getAttribute('aria-disabled'), 'true');
    await named('payments-public-c').click();
    await named('with-a-long-name').click();
    const [first, second, third] = ['subnet-0a1b2c3d4e5f67890', 'subnet-0b1c2d3e4f5a67891', 'subnet-0c1d2e3f4a5b67892'];
    assert.deepEqual(await open.requests(), [
      edit('network.vpc.subnets', [first, second, third]),
      edit('network.vpc.subnets', [second]),
    ]);
    await open.page.locator('details', { hasText: 'Addresses of pods' }).locator('summary').click();
    await open.page.getByRole('combobox', { name: 'Add a security group of this VPC' }).click();
    await open.page.locator('vscode-option', { hasText: 'vpn-clients' }).click();
    assert.deepEqual(
      (await open.requests()).at(-1),
      edit('network.apiAccess.securityGroups', ['sg-0a1b2c3d4e5f67890']),
    );
  });

  it('says while it looks, what was refused and that there is none, and lets ids be typed', async () => {
    await open.snapshot(plannerMoments.vpcsLoading);
    await open.page.getByText('Looking at the VPCs of eu-west-1…').waitFor();
    for (const [state, words] of [
      [plannerStates.vpcsRefused, /DescribeVpcs is denied/],
      [plannerMoments.vpcsNone, /no VPC in eu-west-1/],
    ] as const) {
      await open.snapshot(state);
      await open.page.getByText(words).waitFor();
      assert.equal(await field('network.vpc.id').locator('input').count(), 1);
      await press('Look again');
      assert.deepEqual((await open.requests()).at(-1), { type: 'reload-networks' });
    }
    await open.snapshot(plannerStates.vpcGone);
    await open.page
      .getByRole('status')
      .getByText(/does not exist in eu-west-1.*made without the account/)
      .waitFor();
  });

  it('keeps Create… back, with the reason, while the VPC is looked at or unsound; gives the ticket', async () => {
    const create = open.page.getByRole('button', { name: 'Create…' });
    await open.snapshot(plannerMoments.vpcLooking);
    assert.equal(await create.isDisabled(), true);
    await open.page.getByText('The VPC is being looked at').waitFor();
    await open.snapshot(plannerStates.vpcChosen);
    assert.equal(await create.isDisabled(), false);
    await open.snapshot(plannerStates.existingVpc);
    assert.equal(
      await open.page.locator('vscode-button[title]').getAttribute('title'),
      'Mend the VPC first: rtb-0a1b2c3d4e5f67890',
    );
    await press('Copy ticket for the network team');
    await press('Save ticket…');
    assert.deepEqual(await open.requests(), [{ type: 'copy-ticket' }, { type: 'save-ticket' }]);
  });

  it('shows a refusal once, until it is dismissed', async () => {
    await open.send({ type: 'refusal', code: 'x', message: 'The file is read-only.', fix: 'Make it writable.' });
    await open.page.getByRole('alert').getByText('The file is read-only. Make it writable.').waitFor();
    await open.page.getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await open.page.getByRole('alert').count(), 0);
  });
});
