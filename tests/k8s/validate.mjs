// SPDX-License-Identifier: Apache-2.0
//
// Renders every way to deploy and refuses what Kubernetes would refuse, what would not connect, and what is not hardened.
// Then breaks the rendered objects one by one and expects each to be refused.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deployments, nameOf, npm, render, root, yaml } from './render.mjs';
import { ruleErrors } from './rules.mjs';
import { schemaErrors } from './schema.mjs';
import { wiringErrors } from './wiring.mjs';

async function errorsOf(objects, external) {
  const errors = [];
  for (const object of objects) {
    errors.push(...(await schemaErrors(object, npm)).map((error) => `${nameOf(object)}: ${error}`));
  }
  // The others read the objects as if they had the right shape.
  return errors.length > 0 ? errors : [...wiringErrors(objects, external), ...ruleErrors(objects)];
}

const container = (deployment) => deployment.spec.template.spec.containers[0];

// [object, how it is broken, what the refusal must say]
const broken = [
  ['Deployment plumbline-catalog', (d) => { d.spec.replica = 2; }, '/spec/replica: unknown field'],
  ['Deployment plumbline-catalog', (d) => { container(d).securityContext.readOnlyFilesystem = true; }, 'readOnlyFilesystem: unknown field'],
  ['Deployment plumbline-catalog', (d) => { container(d).livenessProbe.grpc.prt = 1; }, 'livenessProbe/grpc/prt: unknown field'],
  ['Deployment plumbline-catalog', (d) => { d.spec.replicas = 'two'; }, '/spec/replicas: type'],
  ['Deployment plumbline-catalog', (d) => { delete d.spec.selector; }, '/spec: required'],
  ['Deployment plumbline-catalog', (d) => { d.metadata.labels.number = 1; }, '/metadata/labels/number: type'],
  ['Deployment plumbline-catalog', (d) => { d.apiVersion = 'apps/v3'; }, 'has no kind'],
  ['NetworkPolicy plumbline-api', (p) => { p.spec.ingres = []; }, '/spec/ingres: unknown field'],
  ['Service plumbline-catalog', (s) => { s.spec.ports[0].prot = 'TCP'; }, 'prot: unknown field'],
  ['Service plumbline-catalog', (s) => { s.spec.selector = { 'app.kubernetes.io/name': 'plumbline-catalogue' }; }, 'selects 0 Deployments'],
  ['Service plumbline-catalog', (s) => { s.spec.ports[0].targetPort = 'http'; }, 'does not have'],
  ['Service plumbline-catalog', (s) => { s.spec.ports[0].port = 7699; }, 'which no Service offers'],
  ['Service plumbline-redis', (s) => { s.metadata.name = 'cache'; }, 'PLUMBLINE_CACHE_REDIS_URL names plumbline-redis:6379'],
  ['Deployment plumbline-catalog', (d) => { container(d).readinessProbe.grpc.port = 1; }, 'the readinessProbe asks the port 1'],
  ['Deployment plumbline-catalog', (d) => { container(d).envFrom[0].configMapRef.name = 'absent'; }, 'refers to ConfigMap absent'],
  ['Deployment plumbline-catalog', (d) => { container(d).env[0].valueFrom.secretKeyRef.key = 'absent'; }, 'plumbline-credentials'],
  ['Deployment plumbline-catalog', (d) => { container(d).volumeMounts[0].name = 'absent'; }, 'which is no volume'],
  ['Deployment plumbline-catalog', (d) => { container(d).image = 'plumbline:0.0.1'; }, 'the version of CMakeLists.txt'],
  ['Deployment plumbline-redis', (d) => { container(d).image = 'redis:latest'; }, 'which is no version'],
  ['Deployment plumbline-catalog', (d) => { d.spec.template.spec.terminationGracePeriodSeconds = 30; }, 'is killed before its drain'],
  ['Deployment plumbline-catalog', (d) => { d.spec.template.spec.enableServiceLinks = true; }, 'service links'],
  ['Deployment plumbline-catalog', (d) => { delete container(d).securityContext.capabilities; }, 'drop all capabilities'],
  ['Deployment plumbline-catalog', (d) => { delete container(d).resources.limits.memory; }, 'has no memory in limits'],
  ['Deployment plumbline-catalog', (d) => { container(d).env.push({ name: 'PLUMBLINE_SERVER_AUTH_ALLOW_ANONYMOUS', value: 'true' }); }, 'access.yaml alone'],
  ['PodDisruptionBudget plumbline-catalog', (b) => { b.spec.selector.matchLabels = { a: 'b' }; }, 'does not select one Deployment'],
  ['NetworkPolicy plumbline-api', (p) => { p.spec.podSelector.matchExpressions[0].values = ['nobody']; }, 'selects nothing'],
  ['NetworkPolicy plumbline-redis', (p) => { p.spec.ingress[0].ports[0].port = 1; }, 'nobody listens on 1'],
  ['NetworkPolicy plumbline-redis', (p) => { p.spec.ingress[0].from[0].podSelector.matchExpressions[0].values.shift(); }, 'no NetworkPolicy lets it reach plumbline-redis:6379'],
  ['NetworkPolicy plumbline-onboarding-upstreams', (p) => { p.spec.egress = []; }, 'no NetworkPolicy lets it reach plumbline-catalog:7600'],
  ['NetworkPolicy plumbline-closed', (p) => { p.spec.policyTypes = ['Ingress']; }, 'is behind no NetworkPolicy'],
];

const find = (objects, name) => objects.find((object) => nameOf(object) === name);

const failures = [];
const readme = readFileSync(join(root, 'k8s/README.md'), 'utf8');
for (const { path, external } of deployments) {
  const objects = render(path);
  failures.push(...(await errorsOf(objects, external)).map((error) => `${path}: ${error}`));
  for (const word of Object.entries(external).flat(2)) {
    if (!readme.includes(word)) failures.push(`k8s/README.md does not document ${word}`);
  }
  for (const [name, damage, expected] of broken) {
    const copy = structuredClone(objects);
    damage(find(copy, name));
    const errors = await errorsOf(copy, external);
    if (!errors.some((error) => error.includes(expected))) {
      failures.push(`${path}: ${name} broken by ${damage} was not refused with "${expected}" but with ${JSON.stringify(errors.slice(0, 3))}`);
    }
  }
  console.log(`${path}: ${objects.length} objects checked, ${broken.length} broken ones refused`);
}
// Examples are applied as they are, by themselves.
for (const file of readdirSync(join(root, 'k8s/examples'))) {
  for (const document of yaml.parseAllDocuments(readFileSync(join(root, 'k8s/examples', file), 'utf8'))) {
    const errors = [...document.errors, ...(await schemaErrors(document.toJS(), npm))];
    failures.push(...errors.map((error) => `k8s/examples/${file}: ${error}`));
  }
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
