// SPDX-License-Identifier: Apache-2.0
//
// What this project asks of every Deployment: hardened, bounded, upgraded without a gap, ended after its drain.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { containersOf, environmentOf, nameOf, ofKind, root } from './render.mjs';

const kLabels = ['app.kubernetes.io/name', 'app.kubernetes.io/component', 'app.kubernetes.io/part-of'];
// common/rpc/server.h: a watchdog ends the process this long after the drain should be over.
const kWatchdogSeconds = 5;

const version = /^project\(plumbline VERSION (\S+)/m.exec(readFileSync(join(root, 'CMakeLists.txt'), 'utf8'))[1];
const isOurs = (container) => container.image.startsWith('plumbline:');
const bytes = (quantity) => {
  const [, number, unit] = /^(\d+)(Ki|Mi|Gi|)$/.exec(quantity) ?? [0, 0, ''];
  return number * 1024 ** ['', 'Ki', 'Mi', 'Gi'].indexOf(unit);
};

function hardened(pod) {
  const { securityContext: context = {} } = pod;
  return [
    [context.runAsNonRoot === true && context.runAsUser > 0, 'must run as a numeric user that is not root'],
    [context.seccompProfile?.type === 'RuntimeDefault', 'needs the seccomp profile RuntimeDefault'],
    [pod.automountServiceAccountToken === false, 'must not mount a service account token'],
    [pod.enableServiceLinks === false, 'must switch service links off'],
    ...pod.containers.flatMap(({ securityContext: own = {}, resources = {} }) => [
      [own.allowPrivilegeEscalation === false, 'must not allow privilege escalation'],
      [own.readOnlyRootFilesystem === true, 'needs a read-only root file system'],
      [own.capabilities?.drop?.includes('ALL'), 'must drop all capabilities'],
      ...['cpu', 'memory'].flatMap((what) => ['requests', 'limits'].map((bound) => [resources[bound]?.[what], `has no ${what} in ${bound}`])),
    ]),
  ];
}

// `pod` of one of our own programs.
function ours(deployment, container, objects) {
  const pod = deployment.spec.template.spec;
  const environment = environmentOf(container, objects, () => 'external');
  const seconds = (name) => Number(/^(\d+)s$/.exec(environment[`PLUMBLINE_SERVER_${name}`] ?? '')?.[1]);
  const drain = seconds('DRAIN_DELAY') + seconds('DRAIN_TIMEOUT');
  const { readinessProbe: ready, livenessProbe: live, startupProbe: start } = container;
  const admin = Number(environment.PLUMBLINE_SERVER_ADMIN_ADDRESS?.split(':').pop());
  const api = Number(environment.PLUMBLINE_SERVER_LISTEN_ADDRESS?.split(':').pop());
  const memory = Number(environment.PLUMBLINE_LOG_MEMORY_BYTES ?? 0);
  const { rollingUpdate } = deployment.spec.strategy;
  return [
    [container.image === `plumbline:${version}`, `must run plumbline:${version}, the version of CMakeLists.txt`],
    [container.command?.[0] === deployment.metadata.name, 'must run the program of its name'],
    [rollingUpdate?.maxUnavailable === 0, 'must keep all replicas during an upgrade (maxUnavailable 0)'],
    [drain + kWatchdogSeconds < pod.terminationGracePeriodSeconds, `is killed before its drain of ${drain} s is over`],
    [seconds('DRAIN_DELAY') > ready?.periodSeconds * ready?.failureThreshold, 'stops listening before the readiness probe sees it'],
    [live?.periodSeconds * live?.failureThreshold > drain, 'may be restarted by its liveness probe while it drains'],
    ...[start, ready, live].map((probe) => [probe?.grpc?.port === admin, 'needs gRPC probes on its admin port']),
    [container.ports.some((p) => p.name === 'grpc' && p.containerPort === api), 'does not offer the port that it listens on'],
    [memory * 1.25 < bytes(container.resources.limits?.memory), 'has too little memory for log_memory_bytes'],
    [environment.PLUMBLINE_SERVER_AUTH_ALLOW_ANONYMOUS === undefined, 'must say who may call in access.yaml alone'],
  ];
}

export function ruleErrors(objects) {
  const labels = objects.filter((o) => !['ConfigMap', 'Secret', 'NetworkPolicy'].includes(o.kind))
    .flatMap((o) => kLabels.filter((label) => !o.metadata.labels?.[label]).map((label) => `${nameOf(o)} has no label ${label}`));
  const namespaced = objects.filter((o) => o.metadata.namespace).map((o) => `${nameOf(o)} names a namespace`);
  const floating = ofKind(objects, 'Deployment').flatMap((d) => containersOf(d)
    .filter((c) => !/:[^:/]*\d[^:/]*$/.test(c.image)).map((c) => `${nameOf(d)} runs ${c.image}, which is no version`));
  const programs = ofKind(objects, 'Deployment').flatMap((deployment) => [
    ...hardened(deployment.spec.template.spec),
    ...containersOf(deployment).filter(isOurs).flatMap((container) => ours(deployment, container, objects)),
  ].filter(([holds]) => !holds).map(([, sentence]) => `${nameOf(deployment)} ${sentence}`));
  return [...labels, ...namespaced, ...floating, ...programs];
}
