const oldest = [22, 15] as const;

/** What to say to a Node that cannot run the command line (`version` as `process.versions.node` has it), or undefined. */
export function nodeTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `private-eks needs Node ${oldest.join('.')} or newer; this is Node ${version}. In its repository, "npm run private-eks -- ARGUMENTS" brings one.`;
}
