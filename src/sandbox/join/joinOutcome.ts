/** AWS services that a node needs; each with why it cannot be reached, or undefined. */
export interface Obstacles {
  readonly ec2: string | undefined;
  readonly 'ecr.api': string | undefined;
  readonly 'ecr.dkr': string | undefined;
  readonly s3: string | undefined;
}

/** Everything that decides whether an instance becomes a node, gathered from what AWS would tell of it. */
export interface JoinFacts {
  readonly obstacles: Obstacles;
  /** Why the cluster's endpoint cannot be reached, or undefined. */
  readonly clusterEndpoint: string | undefined;
  /** Whether the cluster lets nodes of this role in, by an access entry of their type. */
  readonly admitted: boolean;
  readonly role: { readonly worker: boolean; readonly pullImages: boolean; readonly cni: boolean };
  /** DaemonSets that are in the cluster. */
  readonly installed: { readonly cni: boolean; readonly kubeProxy: boolean };
  /** What is wrong with the user data, where the node has to bring its own. */
  readonly userData?: string | undefined;
  /** Whether the instance's subnet has a way out. */
  readonly internet: boolean;
}

export interface JoinOutcome {
  readonly registered: boolean;
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** Whether a node registers with its cluster, and becomes Ready; with the reasons why not. */
export function joinOutcome(facts: JoinFacts): JoinOutcome {
  const { obstacles, role, installed } = facts;
  const registering = [
    facts.userData,
    // nodeadm asks EC2 for the instance's private DNS name before it starts the kubelet.
    obstacles.ec2 && `nodeadm waits for ec2:DescribeInstances: ${obstacles.ec2}`,
    !role.worker && 'the node role lacks AmazonEKSWorkerNodePolicy',
    facts.clusterEndpoint && `the cluster's endpoint cannot be reached: ${facts.clusterEndpoint}`,
    !facts.admitted && 'the cluster has no access entry for the node role',
  ].filter(text => typeof text === 'string');
  const images = [obstacles['ecr.api'], obstacles['ecr.dkr'], obstacles.s3].filter(text => text !== undefined);
  const becomingReady = [
    ...images.map(text => `image of aws-node cannot be pulled: ${text}`),
    !role.pullImages && 'the node role lacks AmazonEC2ContainerRegistryPullOnly',
    !installed.cni && 'cni plugin not initialized: there is no vpc-cni',
    !installed.kubeProxy && 'aws-node cannot reach the Kubernetes service: there is no kube-proxy',
    installed.cni && !role.cni && 'aws-node may not assign addresses: the node role lacks AmazonEKS_CNI_Policy',
  ].filter(text => typeof text === 'string');
  const registered = registering.length === 0;
  const ready = registered && becomingReady.length === 0;
  return { registered, ready, reasons: registered ? becomingReady : registering };
}
