// SPDX-License-Identifier: Apache-2.0
//
// What the other scripts share: rendering, and reading what was rendered.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const npm = join(root, 'build/npm');
export const yaml = createRequire(join(npm, 'package.json'))('yaml');

// The two ways to deploy; `external` are the Secrets that the deployer brings, with the keys that k8s/README.md documents.
export const deployments = [
  {
    path: 'k8s/base',
    external: {
      'plumbline-access': ['access.yaml'],
      'plumbline-credentials': ['catalog-database-url', 'onboarding-database-url', 'analytics-database-url',
        'redis-password', 'catalog-token', 'analytics-token'],
    },
  },
  { path: 'k8s/overlays/laptop', external: {} },
];

// The objects of a kustomization, by the kubectl of the environment variable KUBECTL or of PATH.
export function render(path) {
  const text = execFileSync(process.env.KUBECTL ?? 'kubectl', ['kustomize', join(root, path)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const objects = yaml.parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  }).filter(Boolean);
  // Long values are wrapped; Kubernetes' base64 passes over line ends, the schema's does not.
  for (const { data } of ofKind(objects, 'Secret')) {
    for (const key of Object.keys(data)) data[key] = data[key].replaceAll('\n', '');
  }
  return objects;
}

export const nameOf = (object) => `${object.kind} ${object.metadata?.name}`;
export const ofKind = (objects, kind) => objects.filter((object) => object.kind === kind);
export const containersOf = (deployment) => deployment.spec.template.spec.containers;

// Whether a label selector matches; an empty one matches everything.
export function matches(selector, labels) {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`the operator ${operator} is not known here`);
      return values.includes(labels[key]);
    });
}

// The environment of a container as the kubelet makes it: envFrom, then env with $(NAME) replaced. A value of an external
// Secret is external(secret, key).
export function environmentOf(container, objects, external) {
  const data = (kind, name) => ofKind(objects, kind).find((object) => object.metadata.name === name)?.data;
  const environment = {};
  for (const { configMapRef } of container.envFrom ?? []) Object.assign(environment, data('ConfigMap', configMapRef.name));
  for (const { name, value, valueFrom } of container.env ?? []) {
    const { name: secret, key } = valueFrom?.secretKeyRef ?? {};
    const encoded = secret && data('Secret', secret)?.[key];
    environment[name] = !secret ? value.replace(/\$\((\w+)\)/g, (whole, other) => environment[other] ?? whole)
      : encoded ? Buffer.from(encoded, 'base64').toString() : external(secret, key);
  }
  return environment;
}
