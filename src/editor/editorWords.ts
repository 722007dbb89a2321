/** What the command line is told to do, and what it is called here. */
const gestures: readonly (readonly [RegExp, string])[] = [
  [/private-eks update (?:--rollback -f \S+?|-f \S+ --rollback)(?=[.;,]?(?:\s|$))/g, 'Roll back'],
  [/private-eks update -f \S+ --resume|private-eks upgrade \S+ --resume/g, 'Resume'],
  [/private-eks update -f \S+ --give-up|private-eks upgrade \S+ --give-up/g, 'Give it up'],
  [/private-eks update -f \S+ --dry-run/g, 'Update…'],
  [/private-eks upgrade \S+ --rollback/g, 'Upgrade…, then Roll back'],
  [/private-eks upgrade [^\s,.;]+/g, 'use Upgrade…'],
  [/private-eks delete \S+ --yes/g, 'Delete Cluster…'],
  [/make the cluster anew: --replace [^\s.]+/g, 'make the cluster anew: type its name'],
  [/name the cluster: --replace [^\s.]+/g, 'type its name when asked'],
  [/it goes only with --with-volumes/g, 'it goes only when you say so'],
  [/with --force/g, 'all the same'],
  [/ \(--resume\)/g, ''],
];

/** The core's advice names commands of the command line; here it names what can be clicked. Commands that have no counterpart stay. */
export function editorWords(text: string): string {
  const replaced = gestures.reduce((words, [command, gesture]) => words.replace(command, gesture), text);
  return replaced.replace(/(^|[.!?] )use Upgrade…/g, '$1Use Upgrade…');
}
