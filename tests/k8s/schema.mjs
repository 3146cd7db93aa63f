// SPDX-License-Identifier: Apache-2.0
//
// One object against Kubernetes' own schema (npm package kubernetes-models), unknown fields refused.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// io.k8s.api.apps.v1.Deployment is IoK8sApiAppsV1Deployment in the package.
function schemaName(apiVersion, kind) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const capital = (word) => word[0].toUpperCase() + word.slice(1);
  return `IoK8sApi${capital(group.split('.')[0])}${capital(version)}${kind}`;
}

// The schemas permit additional properties, and come compiled: a validator reads each property that it knows, and lists the
// keys of a map before it reads them. So a property that nobody reads is one that the schema does not know.
function observe(value, path, unread) {
  if (value === null || typeof value !== 'object') return value;
  const children = new Map();
  for (const key of Object.keys(value)) {
    unread.add(`${path}/${key}`);
    children.set(key, observe(value[key], `${path}/${key}`, unread));
  }
  return new Proxy(value, {
    get(target, key) {
      unread.delete(`${path}/${String(key)}`);
      return children.has(key) ? children.get(key) : target[key];
    },
  });
}

// What is wrong with `object`, as sentences.
export async function schemaErrors(object, npm) {
  const { apiVersion, kind } = object;
  if (!apiVersion || !kind) return ['has no apiVersion or no kind'];
  const file = join(npm, 'node_modules/kubernetes-models/_schemas', `${schemaName(apiVersion, kind)}.js`);
  if (!existsSync(file)) return [`apiVersion ${apiVersion} has no kind ${kind}`];
  const { validate } = await import(pathToFileURL(file));
  const unread = new Set();
  validate(observe(object, '', unread));
  const errors = (validate.errors ?? []).map((e) => `${e.instancePath || '/'}: ${e.keyword} ${JSON.stringify(e.params)}`);
  // Of an unknown object only the object itself is told, not what is in it.
  const unknown = [...unread].filter((path) => !unread.has(path.slice(0, path.lastIndexOf('/'))));
  return [...errors, ...unknown.map((path) => `${path}: unknown field`)];
}
