// SPDX-License-Identifier: Apache-2.0
//
// What no schema sees: whether the objects of one rendering fit together. Every function returns sentences, none if all is well.
import { containersOf, environmentOf, matches, nameOf, ofKind } from './render.mjs';

const podsOf = (objects) => ofKind(objects, 'Deployment').map((deployment) => ({
  name: deployment.metadata.name,
  labels: deployment.spec.template.metadata.labels,
  ports: containersOf(deployment).flatMap((container) => container.ports ?? []),
  deployment,
}));

function services(objects) {
  const pods = podsOf(objects);
  return ofKind(objects, 'Service').flatMap((service) => {
    const chosen = pods.filter((pod) => matches({ matchLabels: service.spec.selector }, pod.labels));
    if (chosen.length !== 1) return [`${nameOf(service)} selects ${chosen.length} Deployments`];
    return service.spec.ports
      .filter(({ targetPort, port }) => !chosen[0].ports.some((p) => p.name === targetPort || p.containerPort === (targetPort ?? port)))
      .map(({ targetPort }) => `${nameOf(service)} sends to the port ${targetPort}, which ${chosen[0].name} does not have`);
  });
}

function selectors(objects) {
  const pods = podsOf(objects);
  const own = ofKind(objects, 'Deployment')
    .filter((d) => !matches(d.spec.selector, d.spec.template.metadata.labels) ||
      pods.filter((pod) => matches(d.spec.selector, pod.labels)).length !== 1)
    .map((d) => `${nameOf(d)} does not select its own pods alone`);
  const budgets = ofKind(objects, 'PodDisruptionBudget')
    .filter((b) => pods.filter((pod) => matches(b.spec.selector, pod.labels)).length !== 1)
    .map((b) => `${nameOf(b)} does not select one Deployment`);
  const spread = pods.flatMap((pod) => (pod.deployment.spec.template.spec.topologySpreadConstraints ?? [])
    .filter((s) => !matches(s.labelSelector, pod.labels))
    .map((s) => `${nameOf(pod.deployment)} spreads others by ${s.topologyKey}`));
  return [...own, ...budgets, ...spread];
}

function references(objects, external) {
  const exists = (kind, name, key) => {
    const object = ofKind(objects, kind).find((o) => o.metadata.name === name);
    const keys = object ? Object.keys(object.data ?? {}) : kind === 'Secret' ? external[name] : undefined;
    return keys !== undefined && (key === undefined || keys.includes(key));
  };
  return ofKind(objects, 'Deployment').flatMap((deployment) => {
    const { serviceAccountName, volumes = [] } = deployment.spec.template.spec;
    const wanted = [['ServiceAccount', serviceAccountName]];
    for (const volume of volumes) {
      if (volume.secret) wanted.push(['Secret', volume.secret.secretName]);
      if (volume.configMap) wanted.push(['ConfigMap', volume.configMap.name]);
      if (volume.persistentVolumeClaim) wanted.push(['PersistentVolumeClaim', volume.persistentVolumeClaim.claimName]);
    }
    const errors = [];
    for (const container of containersOf(deployment)) {
      for (const { configMapRef } of container.envFrom ?? []) wanted.push(['ConfigMap', configMapRef.name]);
      for (const { valueFrom } of container.env ?? []) {
        if (valueFrom?.secretKeyRef) wanted.push(['Secret', valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key]);
      }
      for (const { name } of container.volumeMounts ?? []) {
        if (!volumes.some((volume) => volume.name === name)) errors.push(`${nameOf(deployment)} mounts ${name}, which is no volume`);
      }
    }
    return [...errors, ...wanted.filter((w) => !exists(...w)).map((w) => `${nameOf(deployment)} refers to ${w.join(' ')}, which nobody brings`)];
  });
}

function probes(objects) {
  return podsOf(objects).flatMap((pod) => containersOf(pod.deployment).flatMap((container) =>
    ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((kind) => {
      const probe = container[kind];
      if (!probe) return kind === 'startupProbe' ? [] : [`${pod.name} has no ${kind}`];
      const port = probe.grpc?.port ?? probe.tcpSocket?.port;
      const known = probe.exec || pod.ports.some((p) => p.containerPort === port);
      return known ? [] : [`${pod.name}: the ${kind} asks the port ${port}, which the container does not have`];
    })));
}

// Whether the policies let pod `from` reach `port` of pod `to`, at both ends.
function reaches(policies, from, to, port) {
  const end = (type, self, peer, rules, peers) => {
    const bound = policies.filter((p) => p.spec.policyTypes.includes(type) && matches(p.spec.podSelector, self.labels));
    return bound.length === 0 || bound.some((p) => (p.spec[rules] ?? []).some((rule) =>
      (!rule.ports || rule.ports.some((q) => q.port === port && (q.protocol ?? 'TCP') === 'TCP')) &&
      (!rule[peers] || rule[peers].some((r) => r.podSelector && matches(r.podSelector, peer.labels)))));
  };
  return end('Egress', from, to, 'egress', 'to') && end('Ingress', to, from, 'ingress', 'from');
}

// Every address in the environment of a program: "name:port" of an upstream, or a URL.
function addresses(objects) {
  const pods = podsOf(objects);
  const policies = ofKind(objects, 'NetworkPolicy');
  return pods.flatMap((pod) => containersOf(pod.deployment).flatMap((container) => {
    const environment = environmentOf(container, objects, () => 'external');
    return Object.entries(environment).flatMap(([variable, value]) => {
      // What others reach it by is nobody's upstream.
      if (variable.endsWith('_PUBLIC_URL')) return [];
      const url = /^[a-z]+:\/\/(?:[^@/]*@)?([^/:]+):(\d+)/.exec(value);
      const upstream = /_(?<!(?:LISTEN|ADMIN)_)ADDRESS$/.test(variable) && /^([^:]+):(\d+)$/.exec(value);
      const [, host, port] = url || upstream || [];
      if (!host) return [];
      const service = ofKind(objects, 'Service').find((s) => s.metadata.name === host);
      const at = service?.spec.ports.find((p) => p.port === Number(port));
      if (!at) return [`${pod.name}: ${variable} names ${host}:${port}, which no Service offers`];
      const target = pods.find((p) => matches({ matchLabels: service.spec.selector }, p.labels));
      const number = target?.ports.find((p) => p.name === at.targetPort)?.containerPort;
      return reaches(policies, pod, target, number) ? [] : [`${pod.name}: no NetworkPolicy lets it reach ${host}:${port}`];
    });
  }));
}

function policies(objects) {
  const pods = podsOf(objects);
  const all = ofKind(objects, 'NetworkPolicy');
  const chosen = (selector) => pods.filter((pod) => matches(selector, pod.labels));
  const errors = all.flatMap((policy) => {
    const self = chosen(policy.spec.podSelector);
    const rules = [...(policy.spec.ingress ?? []).map((r) => [r.from, self, r]), ...(policy.spec.egress ?? []).map((r) => [r.to, undefined, r])];
    return [
      ...(self.length === 0 ? [`${nameOf(policy)} selects nothing`] : []),
      ...rules.flatMap(([peers = [], target, rule]) => peers.flatMap((peer) => {
        // Callers are of other applications, known by their label only.
        if (peer.podSelector?.matchLabels?.['plumbline-client'] === 'true') return [];
        const others = chosen(peer.podSelector ?? {});
        const listening = target ?? others;
        return [
          ...(others.length === 0 ? [`${nameOf(policy)}: a peer is nobody: ${JSON.stringify(peer)}`] : []),
          ...(rule.ports ?? []).filter((q) => !listening.every((pod) => pod.ports.some((p) => p.containerPort === q.port)))
            .map((q) => `${nameOf(policy)}: nobody listens on ${q.port}`),
        ];
      })),
    ];
  });
  const open = pods.filter((pod) => ['Ingress', 'Egress'].some((type) =>
    !all.some((p) => p.spec.policyTypes.includes(type) && matches(p.spec.podSelector, pod.labels))));
  return [...errors, ...open.map((pod) => `${pod.name} is behind no NetworkPolicy`)];
}

export function wiringErrors(objects, external) {
  const twice = objects.map(nameOf).filter((name, i, all) => all.indexOf(name) !== i).map((name) => `${name} is there twice`);
  return [...twice, ...services(objects), ...selectors(objects), ...references(objects, external), ...probes(objects),
    ...addresses(objects), ...policies(objects)];
}
