import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { PrivateEksError } from '../../../../src/core/errors.ts';
import { mergeKubeconfig } from '../../../../src/core/kube/merge/mergeKubeconfig.ts';
import { unmergeKubeconfig } from '../../../../src/core/kube/merge/unmergeKubeconfig.ts';
import { updateMerged } from '../../../../src/core/kube/merge/updateMerged.ts';
import type { KubeconfigEntry } from '../../../../src/core/kube/merge/kubeconfigEntry.ts';
import { entries, roundTrip } from './kubeconfigRoundTrip.ts';

const name = 'private-eks/payments.eu-west-1/Admin';

const mine = `# my clusters
apiVersion: v1
kind: Config
current-context: home   # the one on the shelf
clusters:
# the shelf
- name: "home"
  cluster: {server: https://shelf:6443}
contexts:
  - context:
      cluster: home
      user: home
    name: home
users:
- name: home
  user:
    token: S3CRET-TOKEN # never show this
`;

describe('merging into a kubeconfig', () => {
  it('puts an entry first in each list and leaves every other byte', () => {
    const { text, parts } = mergeKubeconfig(mine, entries, 'config');
    assert.equal(
      text.replace(/certificate-authority-data: \S+/, 'certificate-authority-data: …'),
      `# my clusters
apiVersion: v1
kind: Config
current-context: home   # the one on the shelf
clusters:
- name: ${name}
  cluster:
    server: https://127.0.0.1:50443
    tls-server-name: ABC.gr7.eu-west-1.eks.amazonaws.com
    certificate-authority-data: …
# the shelf
- name: "home"
  cluster: {server: https://shelf:6443}
contexts:
  - name: ${name}
    context:
      cluster: ${name}
      user: ${name}
  - context:
      cluster: home
      user: home
    name: home
users:
- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: "C:\\\\Users\\\\Jürgen Ö\\\\private-eks-token.cmd"
      args:
      - token
      - "--cluster"
      - payments
      - "--region"
      - eu-west-1
      env:
      - name: AWS_PROFILE
        value: "yes"
      - name: AWS_REGION
        value: eu-west-1
      interactiveMode: Never
      provideClusterInfo: false
- name: home
  user:
    token: S3CRET-TOKEN # never show this
`,
    );
    assert.equal(unmergeKubeconfig(text, parts, 'config').text, mine);
  });

  // `npm run soak:kubeconfig` does it with 100,000.
  it('changes nothing else in hundreds of random kubeconfigs, and the undo gives every byte back', function () {
    this.timeout(60_000);
    let refused = 0;
    let runs = 0;
    fc.assert(
      fc.property(fc.nat(), seed => {
        runs++;
        if (roundTrip(seed).refused !== undefined) refused++;
      }),
      { numRuns: 500 },
    );
    assert.ok(refused < runs / 100, `${refused} of ${runs} were refused`);
  });

  const shapes: Record<string, string> = {
    'no text at all': '',
    'a comment alone': '# soon',
    'an empty document with its end': '---\n...\n# not ours\n',
    'JSON on one line': '{"clusters": [], "users": null}',
    'pretty JSON with tabs': '{\n\t"users": [\n\t\t{"name": "a"}\n\t],\n\t"kind": "Config"\n}\n',
    'a comma at the end of a flow list': 'clusters: [{name: a}, ]\n',
    CRLF: 'apiVersion: v1\r\nclusters:\r\n- name: a\r\n',
    'a byte order mark before a quoted key': '\uFEFF"apiVersion": v1\n"clusters": null\n',
    'what kubectl writes for nothing':
      'apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: ""\nkind: Config\npreferences: {}\nusers: null\n',
    'an indented root': '  clusters:\n  users: []\n',
    'explicit keys': '? clusters\n: - name: a\n? users\n:\n? contexts\n: []\n',
    'a block text at the very end': 'kind: Config\nnote: |\n  no line break',
    'anchors and tags': 'clusters: &all !!seq\n- &a {name: a}\nx: *a\n',
    'an anchor on its own line': 'clusters:\n  &all\n  - name: a\n',
  };
  for (const [title, text] of Object.entries(shapes))
    it(`takes ${title}`, () => {
      const merged = mergeKubeconfig(text, entries, 'config');
      const read = parse(merged.text.replace(/^\uFEFF/, '')) as Record<string, { name: string }[]>;
      for (const { list } of entries) assert.equal(read[list]?.[0]?.name, name);
      if (text.includes('\r\n')) assert.doesNotMatch(merged.text, /(?<!\r)\n/);
      else assert.doesNotMatch(merged.text, /\r/);
      assert.equal(unmergeKubeconfig(merged.text, merged.parts, 'config').text, text);
      if (text.startsWith('{')) assert.doesNotThrow(() => void JSON.parse(merged.text));
    });

  const refusals: Record<string, readonly [text: string, code: string, message: RegExp]> = {
    'text that does not parse': ['a: [1\nb: "\n', 'kubeconfig-unreadable', /^config:\d+:\d+: .*Nothing was written\.$/],
    'a tab as indentation': ['clusters:\n\t- name: a\n', 'kubeconfig-unreadable', /^config:2:1: a tab/],
    'two documents': ['a: b\n---\nc: d\n', 'kubeconfig-unreadable', /^config:2:1: a second document/],
    'a key twice': ['users: []\nusers: []\n', 'kubeconfig-unreadable', /^config:2:1: this key stands there twice/],
    'a list': ['- a\n', 'kubeconfig-unreadable', /^config:1:1: this is not a kubeconfig/],
    'a list by an alias': ['x: &x []\nusers: *x\n', 'kubeconfig-unsupported', /users is not a list/],
    'lists by a merge key': ['<<: {clusters: [{name: z}]}\n', 'kubeconfig-unsupported', /mean something else/],
    'a billion laughs': [
      `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 8 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(',')}]`).join('\n')}\n`,
      'kubeconfig-unreadable',
      /aliases/,
    ],
    'a name that is taken': [
      `clusters:\n- cluster: {server: https://user:S3CRET@old:8443/}\n  name: ${name}\n`,
      'kubeconfig-name-taken',
      /^config:2:3: there is a cluster "private-eks\/payments\.eu-west-1\/Admin" already \(server old:8443\), and it is not ours\.$/,
    ],
    'a user’s name that is taken': [
      `{"users": [{"name": "${name}", "user": {"token": "S3CRET"}}]}`,
      'kubeconfig-name-taken',
      /user .*\(a token\)/,
    ],
  };
  for (const [title, [text, code, message]] of Object.entries(refusals))
    it(`refuses ${title}, with the place and nothing of what stands there`, () => {
      assert.throws(
        () => mergeKubeconfig(text, entries, 'config'),
        (error: unknown) => {
          assert.ok(error instanceof PrivateEksError);
          assert.equal(error.code, code);
          assert.match(error.message, message);
          assert.doesNotMatch(JSON.stringify([error.message, error.fix, error.cause]), /S3CRET/);
          return true;
        },
      );
    });
});

describe('the undo of a merge', () => {
  const { text, parts } = mergeKubeconfig(mine, entries, 'config');
  const undo = (now: string) => unmergeKubeconfig(now, parts, 'config');

  it('keeps what others edited meanwhile, byte for byte', () => {
    const edit = (all: string) =>
      `${all.replace('# the shelf', '# the shelf, upstairs').replace('https://shelf', 'https://shelf.lan')}# and a note\n`;
    assert.equal(undo(edit(text)).text, edit(mine));
  });

  it('finds the entries in a file that kubectl wrote anew', () => {
    const sorted = stringify(parse(text), { sortMapEntries: true, indentSeq: false });
    const { text: left, kept, removed } = undo(sorted);
    assert.deepEqual([removed.length, kept], [3, []]);
    assert.equal(left, stringify(parse(mine), { sortMapEntries: true, indentSeq: false }));
  });

  it('finds them in JSON, too', () => {
    const json = JSON.stringify(parse(text), undefined, 4);
    assert.deepEqual(JSON.parse(undo(json).text), parse(mine));
    assert.deepEqual(JSON.parse(undo(JSON.stringify(parse(text))).text), parse(mine));
  });

  it('takes lists that came with the merge out again, also from a file written anew', () => {
    const merged = mergeKubeconfig('', entries, 'config');
    const anew = stringify(
      { ...(parse(merged.text) as object), preferences: {}, 'current-context': name },
      { indentSeq: false },
    );
    const result = unmergeKubeconfig(anew, merged.parts, 'config');
    assert.deepEqual(parse(result.text), {
      apiVersion: 'v1',
      kind: 'Config',
      preferences: {},
      'current-context': name,
    });
    assert.deepEqual([result.isBare, result.isCurrentGone], [true, true]);
  });

  it('leaves a list that came with the merge where others were added to it', () => {
    const merged = mergeKubeconfig('', entries, 'config');
    const more = merged.text.replace('contexts:\n', 'contexts:\n- name: other\n  context: {cluster: x, user: y}\n');
    const result = unmergeKubeconfig(more, merged.parts, 'config');
    assert.equal(
      result.text,
      'apiVersion: v1\nkind: Config\ncontexts:\n- name: other\n  context: {cluster: x, user: y}\n',
    );
    assert.equal(result.isBare, false);
  });

  it('leaves an entry that somebody changed, says where, and takes the others out', () => {
    const changed = text.replace(`      user: ${name}\n`, `      user: ${name}\n      namespace: team\n`);
    const { kept, removed, dangling, text: left } = undo(changed);
    assert.deepEqual(
      removed.map(({ list }) => list),
      ['clusters', 'users'],
    );
    assert.deepEqual(kept, [{ list: 'contexts', name, place: '10:5', reason: 'changed' }]);
    assert.deepEqual(dangling, [name]);
    assert.match(left, /namespace: team/);
  });

  it('takes fields that an older kubectl left out for no change', () => {
    assert.equal(undo(text.replace('      interactiveMode: Never\n', '')).kept.length, 0);
  });

  it('says when contexts of others, or current-context, still speak of what is gone', () => {
    const used = text
      .replace('current-context: home ', `current-context: ${name} `)
      .replace('users:\n', `  - {name: mine, context: {cluster: ${name}, user: home}}\nusers:\n`);
    const { dangling, isCurrentGone } = undo(used);
    assert.deepEqual([dangling, isCurrentGone], [['mine'], true]);
  });

  it('does nothing where everything is gone already', () => {
    const { removed, kept, text: left } = undo(mine);
    assert.deepEqual([removed, kept, left], [[], [], mine]);
  });

  it('is not misled by a copy of an entry in a text', () => {
    const [part] = parts;
    assert.ok(part);
    const copy = part.inserted
      .split('\n')
      .filter(Boolean)
      .map(line => `  ${line}\n`)
      .join('');
    assert.equal(undo(`${text}note: |\n${copy}`).text, `${mine}note: |\n${copy}`);
  });

  it('keeps random edits of random files', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat({ max: 5 }), (note, line) => {
        const safe = note.replaceAll(/[\r\n]/g, ' ').replaceAll(/[^\x20-\x7e]/g, '');
        const edit = (all: string) => {
          // A line of the user's own part, of which both texts have one.
          const anchor = mine.split('\n')[line] ?? '';
          return all.replace(anchor, () => `# ${safe}\n${anchor}`);
        };
        assert.equal(undo(edit(text)).text, edit(mine));
      }),
    );
  });
});

describe('bringing a merge up to date', () => {
  const first = mergeKubeconfig(mine, entries, 'config');
  const moved: readonly KubeconfigEntry[] = entries.map(entry =>
    entry.list === 'clusters' && typeof entry.value === 'object'
      ? { ...entry, value: { ...entry.value, server: 'https://127.0.0.1:50444' } }
      : entry,
  );

  it('changes the port alone, and the undo still gives every byte back', () => {
    const { text, parts, kept } = updateMerged(first.text, first.parts, moved, 'config', false);
    assert.equal(text, first.text.replace('127.0.0.1:50443', '127.0.0.1:50444'));
    assert.deepEqual(kept, []);
    assert.equal(unmergeKubeconfig(text, parts, 'config').text, mine);
  });

  it('keeps the namespace that somebody set in the context', () => {
    const withNamespace = first.text.replace(`      user: ${name}\n`, `      user: ${name}\n      namespace: team\n`);
    const { text, kept } = updateMerged(withNamespace, first.parts, moved, 'config', false);
    assert.equal(text, withNamespace.replace('127.0.0.1:50443', '127.0.0.1:50444'));
    assert.deepEqual(kept, []);
  });

  it('does not bring back what somebody took out, unless asked to', () => {
    assert.equal(updateMerged(mine, first.parts, moved, 'config', false).text, mine);
    assert.match(updateMerged(mine, first.parts, moved, 'config', true).text, /127\.0\.0\.1:50444/);
  });

  it('leaves an entry that somebody changed as it is, and says so', () => {
    const changed = first.text.replace('tls-server-name: ABC', 'tls-server-name: other');
    const { text, kept } = updateMerged(changed, first.parts, moved, 'config', true);
    assert.equal(text, changed);
    assert.deepEqual(
      kept.map(({ list, reason }) => [list, reason]),
      [['clusters', 'changed']],
    );
  });
});
