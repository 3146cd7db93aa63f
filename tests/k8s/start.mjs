// SPDX-License-Identifier: Apache-2.0
//
// Starts the programs given as arguments as the rendered Deployments would: their command line, their environment, their mounted files.
// Only addresses and the database are others. So every name and value of the ConfigMaps and of access.yaml is read by the program that
// must read it. And the base must not start without tokens.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { containersOf, deployments, environmentOf, ofKind, render, root } from './render.mjs';

const kLocal = ['--server.listen_address=127.0.0.1:0', '--server.admin_address=127.0.0.1:0', '--database.url=sqlite::memory:'];
const kOpen = ['--server.listen_address=0.0.0.0:0', '--server.admin_address=0.0.0.0:0', '--database.url=sqlite::memory:'];

// The example of the manual stands for the Secret that the deployer brings.
const example = /```yaml\n([^]*?)```/.exec(readFileSync(join(root, 'k8s/README.md'), 'utf8'))[1].replace(/^ {2}/gm, '');

function accessOf(objects) {
  const secret = ofKind(objects, 'Secret').find((object) => object.metadata.name.startsWith('plumbline-access'));
  return secret ? Buffer.from(secret.data['access.yaml'], 'base64').toString() : example;
}

// The output of `program` until it says that it is ready, which is then ended, or until it ends itself.
function outcome(program, args, env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let ready = false;
    const read = (data) => {
      output += data;
      if (/"ready"/.test(output)) {
        ready = true;
        child.kill('SIGKILL');
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', (error) => resolve({ ready, code: 127, output: String(error) }));
    child.on('close', (code) => resolve({ ready, code, output }));
  });
}

const programs = process.argv.slice(2);
const failures = [];
const folder = mkdtempSync(join(tmpdir(), 'plumbline-k8s-'));
const access = join(folder, 'access.yaml');

for (const { path } of deployments) {
  const objects = render(path);
  for (const program of programs) {
    const deployment = ofKind(objects, 'Deployment').find((object) => object.metadata.name === basename(program));
    const [container] = containersOf(deployment);
    const [{ mountPath }] = container.volumeMounts;
    const env = environmentOf(container, objects, (secret, key) => key);
    const args = container.args.map((arg) => arg.replace(mountPath, folder));

    writeFileSync(access, accessOf(objects));
    const started = await outcome(program, [...args, ...kLocal], env);
    if (!started.ready) failures.push(`${path}: ${basename(program)} did not start (exit code ${started.code}):\n${started.output}`);

    writeFileSync(access, 'server: {auth: {}}\n');
    const refused = await outcome(program, [...args, ...kOpen], env);
    if (refused.ready || refused.code === 0 || !refused.output.includes('auth')) {
      failures.push(`${path}: ${basename(program)} without tokens was not refused (exit code ${refused.code}):\n${refused.output}`);
    }
  }
}
rmSync(folder, { recursive: true });
if (failures.length === 0) console.log(`${programs.map((program) => basename(program)).join(', ') || 'no program'}: started as deployed, refused without tokens`);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
