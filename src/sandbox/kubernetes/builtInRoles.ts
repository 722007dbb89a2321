/** One RBAC rule as a Role holds it. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const core = ['configmaps', 'pods', 'serviceaccounts', 'services'];
const apps = ['daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'replicasets/scale'];
const reviews = ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'];

const everything: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];
const view: readonly PolicyRule[] = [
  {
    apiGroups: [''],
    resources: [...core, 'events', 'namespaces', 'pods/log', 'pods/status', 'services/status'],
    verbs: read,
  },
  {
    apiGroups: ['apps'],
    resources: [...apps, ...apps.filter(name => !name.includes('/')).map(name => `${name}/status`)],
    verbs: read,
  },
];
const edit: readonly PolicyRule[] = [
  ...view,
  { apiGroups: [''], resources: ['secrets', 'pods/attach', 'pods/exec', 'pods/portforward'], verbs: read },
  {
    apiGroups: [''],
    resources: [...core, 'events', 'secrets', 'pods/attach', 'pods/exec', 'pods/portforward'],
    verbs: write,
  },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] },
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  { apiGroups: ['apps'], resources: apps, verbs: write },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: [...read, ...write] },
];
const admin: readonly PolicyRule[] = [
  ...edit,
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings', 'roles'], verbs: [...read, ...write] },
];
const discovery = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];

/** The ClusterRoles that every cluster has, for the kinds served here, and the groups that are bound to them. */
export const builtInRoles: readonly { name: string; rules: readonly PolicyRule[]; groups: readonly string[] }[] = [
  { name: 'cluster-admin', rules: everything, groups: ['system:masters'] },
  { name: 'admin', rules: admin, groups: [] },
  { name: 'edit', rules: edit, groups: [] },
  { name: 'view', rules: view, groups: [] },
  {
    name: 'system:discovery',
    rules: [{ nonResourceURLs: discovery, verbs: ['get'] }],
    groups: ['system:authenticated'],
  },
  {
    name: 'system:basic-user',
    rules: [
      { apiGroups: ['authorization.k8s.io'], resources: reviews, verbs: ['create'] },
      { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
    ],
    groups: ['system:authenticated'],
  },
];

/** What EKS's access policies permit, by the last part of their ARN; policies for AWS's own components permit a user nothing here. */
export const accessPolicyRules: Readonly<Record<string, readonly PolicyRule[]>> = {
  AmazonEKSClusterAdminPolicy: everything,
  AmazonEKSAdminPolicy: admin,
  AmazonEKSAdminViewPolicy: [{ apiGroups: ['*'], resources: ['*'], verbs: read }],
  AmazonEKSEditPolicy: edit,
  AmazonEKSViewPolicy: view,
  AmazonEKSSecretReaderPolicy: [{ apiGroups: [''], resources: ['secrets'], verbs: read }],
};
