/** What a person might deploy first. The image is in the account's own registry: a private cluster reaches no other. */
export function deploymentManifest(namespace: string, { replicas = 2, greeting = 'hello' } = {}): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata: {name: greeting, namespace: ${namespace}}
data: {greeting: ${greeting}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ${namespace}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: 000000000000.dkr.ecr.eu-west-1.amazonaws.com/web:1.27
          ports: [{containerPort: 80}]
          envFrom: [{configMapRef: {name: greeting}}]
`;
}
