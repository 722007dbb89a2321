/** Tags by which Private EKS knows its own work; a spec cannot set them. No stack without the first is ever deleted. */
export const ownTagPrefix = 'private-eks:';
export const clusterTag = `${ownTagPrefix}cluster`;
/** On stacks only: the hash of the spec (`Plan.specHash`) and the run that last made or changed the stack. */
export const specHashTag = `${ownTagPrefix}spec-hash`;
export const runTag = `${ownTagPrefix}run`;
