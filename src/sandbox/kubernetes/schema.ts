// The one table of Kubernetes types: it drives decoding, defaults, validation, OpenAPI, and the merge keys of every patch.
//
// `name:type`, then `!` where required or `=value` for a default. Types: string int bool intstr any, a name of this table, `{T}` a map,
// `T[]` an atomic list, `T[+]` a set, `T[a,b]` a list keyed by `a` and `b` (strategic merge uses the first). `@` stands for what every kind has.
const table = {
  ObjectMeta:
    'name:string generateName:string namespace:string uid:string resourceVersion:string generation:int creationTimestamp:string deletionTimestamp:string deletionGracePeriodSeconds:int labels:{string} annotations:{string} ownerReferences:OwnerReference[uid] finalizers:string[+] managedFields:any selfLink:string',
  OwnerReference: 'apiVersion:string! kind:string! name:string! uid:string! controller:bool blockOwnerDeletion:bool',
  LabelSelector: 'matchLabels:{string} matchExpressions:LabelSelectorRequirement[]',
  LabelSelectorRequirement: 'key:string! operator:string! values:string[]',
  Condition:
    'type:string! status:string! reason:string message:string lastTransitionTime:string lastUpdateTime:string lastHeartbeatTime:string lastProbeTime:string observedGeneration:int',
  LocalObjectReference: 'name:string',
  ObjectReference:
    'apiVersion:string kind:string namespace:string name:string uid:string resourceVersion:string fieldPath:string',
  Namespace: '@ spec:NamespaceSpec={} status:NamespaceStatus={}',
  NamespaceSpec: 'finalizers:string[]',
  NamespaceStatus: 'phase:string=Active conditions:Condition[type]',
  Node: '@ spec:NodeSpec={} status:NodeStatus={}',
  NodeSpec:
    'podCIDR:string podCIDRs:string[+] providerID:string taints:Taint[] unschedulable:bool configSource:any externalID:string',
  Taint: 'key:string! value:string effect:string! timeAdded:string',
  NodeStatus:
    'capacity:{intstr} allocatable:{intstr} phase:string conditions:Condition[type] addresses:NodeAddress[type] nodeInfo:any images:any[] daemonEndpoints:any volumesInUse:string[] volumesAttached:any[] config:any runtimeHandlers:any[] features:any',
  NodeAddress: 'type:string! address:string!',
  Pod: '@ spec:PodSpec! status:PodStatus={}',
  PodSpec:
    'containers:Container[name]! initContainers:Container[name] ephemeralContainers:any[] volumes:Volume[name] restartPolicy:string=Always terminationGracePeriodSeconds:int=30 activeDeadlineSeconds:int dnsPolicy:string=ClusterFirst dnsConfig:any nodeSelector:{string} serviceAccountName:string serviceAccount:string automountServiceAccountToken:bool nodeName:string hostNetwork:bool hostPID:bool hostIPC:bool hostUsers:bool hostname:string subdomain:string setHostnameAsFQDN:bool shareProcessNamespace:bool securityContext:any={} imagePullSecrets:LocalObjectReference[name] affinity:any schedulerName:string=default-scheduler schedulingGates:any[] tolerations:Toleration[] hostAliases:HostAlias[ip] priorityClassName:string priority:int preemptionPolicy:string readinessGates:any[] runtimeClassName:string enableServiceLinks:bool=true overhead:any topologySpreadConstraints:any[] os:any resources:any resourceClaims:any[]',
  HostAlias: 'ip:string! hostnames:string[]',
  Toleration: 'key:string operator:string value:string effect:string tolerationSeconds:int',
  Container:
    'name:string! image:string! command:string[] args:string[] workingDir:string ports:ContainerPort[containerPort,protocol] env:EnvVar[name] envFrom:any[] resources:ResourceRequirements={} resizePolicy:any[] restartPolicy:string restartPolicyRules:any[] volumeMounts:VolumeMount[mountPath] volumeDevices:VolumeDevice[devicePath] livenessProbe:any readinessProbe:any startupProbe:any lifecycle:any terminationMessagePath:string=/dev/termination-log terminationMessagePolicy:string=File imagePullPolicy:string securityContext:any stdin:bool stdinOnce:bool tty:bool',
  ContainerPort: 'containerPort:int! protocol:string=TCP name:string hostPort:int hostIP:string',
  EnvVar: 'name:string! value:string valueFrom:any',
  ResourceRequirements: 'limits:{intstr} requests:{intstr} claims:any[]',
  VolumeMount:
    'mountPath:string! name:string! readOnly:bool recursiveReadOnly:string subPath:string subPathExpr:string mountPropagation:string',
  VolumeDevice: 'devicePath:string! name:string!',
  Volume:
    'name:string! configMap:any secret:any emptyDir:any hostPath:any projected:any persistentVolumeClaim:any downwardAPI:any csi:any ephemeral:any image:any nfs:any iscsi:any fc:any awsElasticBlockStore:any',
  PodStatus:
    'phase:string=Pending conditions:Condition[type] message:string reason:string nominatedNodeName:string hostIP:string hostIPs:any[] podIP:string podIPs:PodIP[ip] startTime:string initContainerStatuses:any[] containerStatuses:any[] ephemeralContainerStatuses:any[] qosClass:string resize:string observedGeneration:int',
  PodIP: 'ip:string!',
  PodTemplateSpec: 'metadata:ObjectMeta={} spec:PodSpec!',
  Deployment: '@ spec:DeploymentSpec! status:DeploymentStatus={}',
  DeploymentSpec:
    'replicas:int=1 selector:LabelSelector! template:PodTemplateSpec! strategy:DeploymentStrategy={} minReadySeconds:int revisionHistoryLimit:int=10 paused:bool progressDeadlineSeconds:int=600',
  DeploymentStrategy: 'type:string=RollingUpdate rollingUpdate:RollingUpdate',
  RollingUpdate: 'maxSurge:intstr maxUnavailable:intstr',
  DeploymentStatus:
    'observedGeneration:int replicas:int updatedReplicas:int readyReplicas:int availableReplicas:int unavailableReplicas:int terminatingReplicas:int conditions:Condition[type] collisionCount:int',
  ReplicaSet: '@ spec:ReplicaSetSpec! status:ReplicaSetStatus={}',
  ReplicaSetSpec: 'replicas:int=1 selector:LabelSelector! template:PodTemplateSpec! minReadySeconds:int',
  ReplicaSetStatus:
    'replicas:int fullyLabeledReplicas:int readyReplicas:int availableReplicas:int terminatingReplicas:int observedGeneration:int conditions:Condition[type]',
  DaemonSet: '@ spec:DaemonSetSpec! status:DaemonSetStatus={}',
  DaemonSetSpec:
    'selector:LabelSelector! template:PodTemplateSpec! updateStrategy:DaemonSetUpdateStrategy={} minReadySeconds:int revisionHistoryLimit:int=10',
  DaemonSetUpdateStrategy: 'type:string=RollingUpdate rollingUpdate:RollingUpdate',
  DaemonSetStatus:
    'currentNumberScheduled:int numberMisscheduled:int desiredNumberScheduled:int numberReady:int observedGeneration:int updatedNumberScheduled:int numberAvailable:int numberUnavailable:int collisionCount:int conditions:Condition[type]',
  Service: '@ spec:ServiceSpec! status:any',
  ServiceSpec:
    'ports:ServicePort[port,protocol] selector:{string} clusterIP:string clusterIPs:string[] type:string=ClusterIP externalIPs:string[] sessionAffinity:string=None sessionAffinityConfig:any loadBalancerIP:string loadBalancerSourceRanges:string[] loadBalancerClass:string allocateLoadBalancerNodePorts:bool externalName:string externalTrafficPolicy:string internalTrafficPolicy:string=Cluster healthCheckNodePort:int publishNotReadyAddresses:bool ipFamilies:string[] ipFamilyPolicy:string=SingleStack trafficDistribution:string',
  ServicePort: 'port:int! protocol:string=TCP name:string targetPort:intstr nodePort:int appProtocol:string',
  ConfigMap: '@ data:{string} binaryData:{string} immutable:bool',
  Secret: '@ data:{string} stringData:{string} type:string=Opaque immutable:bool',
  ServiceAccount:
    '@ secrets:ObjectReference[name] imagePullSecrets:LocalObjectReference[] automountServiceAccountToken:bool',
  Event:
    '@ involvedObject:ObjectReference! reason:string message:string source:any firstTimestamp:string lastTimestamp:string count:int type:string eventTime:string series:any action:string related:any reportingComponent:string reportingInstance:string',
  Role: '@ rules:PolicyRule[]',
  ClusterRole: '@ rules:PolicyRule[] aggregationRule:any',
  PolicyRule: 'verbs:string[]! apiGroups:string[] resources:string[] resourceNames:string[] nonResourceURLs:string[]',
  RoleBinding: '@ roleRef:RoleRef! subjects:Subject[]',
  ClusterRoleBinding: '@ roleRef:RoleRef! subjects:Subject[]',
  RoleRef: 'apiGroup:string=rbac.authorization.k8s.io kind:string! name:string!',
  Subject: 'kind:string! name:string! namespace:string apiGroup:string',
  Lease: '@ spec:LeaseSpec',
  LeaseSpec:
    'holderIdentity:string leaseDurationSeconds:int acquireTime:string renewTime:string leaseTransitions:int strategy:string preferredHolder:string',
  Scale: '@ spec:ScaleSpec={} status:any',
  ScaleSpec: 'replicas:int=0',
  SelfSubjectAccessReview: '@ spec:SelfSubjectAccessReviewSpec! status:any',
  SelfSubjectAccessReviewSpec: 'resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes',
  ResourceAttributes:
    'namespace:string verb:string group:string version:string resource:string subresource:string name:string fieldSelector:any labelSelector:any',
  NonResourceAttributes: 'path:string verb:string',
  SelfSubjectRulesReview: '@ spec:SelfSubjectRulesReviewSpec! status:any',
  SelfSubjectRulesReviewSpec: 'namespace:string',
  SelfSubjectReview: '@ status:any',
  DeleteOptions: '@ gracePeriodSeconds:int preconditions:Preconditions propagationPolicy:string dryRun:string[]',
  Preconditions: 'uid:string resourceVersion:string',
} as const satisfies Record<string, string>;

export type ScalarName = 'string' | 'int' | 'bool' | 'intstr' | 'any';
export type TypeRef =
  | { readonly form: 'scalar'; readonly name: ScalarName }
  | { readonly form: 'object'; readonly name: string }
  | { readonly form: 'map'; readonly of: TypeRef }
  | { readonly form: 'list'; readonly of: TypeRef; readonly keys: readonly string[]; readonly set: boolean };
export interface Field {
  readonly type: TypeRef;
  readonly required: boolean;
  readonly initial?: string;
}
export type ObjectType = ReadonlyMap<string, Field>;

export const anyType: TypeRef = { form: 'scalar', name: 'any' };
const everyKind = 'apiVersion:string kind:string metadata:ObjectMeta ';
const parsed = new Map<string, ObjectType>(
  Object.entries(table).map(([name, text]) => [name, parseObject(text.replace(/^@ /, everyKind))]),
);

/** The type called `name`; a name that the table does not hold is a mistake of the sandbox. */
export function objectType(name: string): ObjectType {
  const type = parsed.get(name);
  if (!type) throw new Error(`no schema for ${name}`);
  return type;
}

export function objectTypeNames(): string[] {
  return [...parsed.keys()];
}

/** The type of `key` below a value of type `type`; what the table does not know is `any`. */
export function fieldType(type: TypeRef, key: string): TypeRef {
  if (type.form === 'map') return type.of;
  return (type.form === 'object' && objectType(type.name).get(key)?.type) || anyType;
}

function parseObject(text: string): ObjectType {
  const fields = text.split(' ').map(word => {
    const [, name = '', type = '', required, initial] = /^(\w+):([^!=]+)(!)?(?:=(.*))?$/.exec(word) ?? [];
    const field: Field = { type: parseType(type), required: required === '!' };
    return [name, initial === undefined ? field : { ...field, initial }] as const;
  });
  return new Map(fields);
}

function parseType(text: string): TypeRef {
  const list = /^(.*)\[(.*)\]$/.exec(text);
  if (list) {
    const [, of = '', keys = ''] = list;
    return { form: 'list', of: parseType(of), keys: /^\w/.test(keys) ? keys.split(',') : [], set: keys === '+' };
  }
  if (text.startsWith('{')) return { form: 'map', of: parseType(text.slice(1, -1)) };
  if (/^[A-Z]/.test(text)) return { form: 'object', name: text };
  return { form: 'scalar', name: text as ScalarName };
}
