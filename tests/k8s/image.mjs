// SPDX-License-Identifier: Apache-2.0
//
// What can be said of the Containerfile without a container engine. Arguments: the programs, built on this machine from the same
// packages, whose libraries the image must hold.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './render.mjs';

// In every Debian image, because apt itself needs them.
const kAlwaysThere = ['libc6', 'libgcc-s1', 'libstdc++6'];
// No libraries, but files that programs read: time zones, and whom to trust where webhooks go by HTTPS.
const kReadAtRunTime = ['tzdata', 'ca-certificates'];

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8' });
const failures = [];
const check = (holds, sentence) => holds || failures.push(sentence);
const difference = (a, b) => a.filter((x) => !b.includes(x));

// The stages, each a list of [instruction, arguments].
function stagesOf(text) {
  const lines = text.replace(/^#.*\n/gm, '').replace(/\\\n/g, ' ').split('\n').filter((line) => line.trim());
  const stages = [];
  for (const line of lines) {
    const [, instruction, rest] = /^([A-Z]+) +(.*)$/.exec(line);
    if (instruction === 'FROM') stages.push([]);
    stages.at(-1).push([instruction, rest.trim().replace(/ +/g, ' ')]);
  }
  return stages;
}

const argumentsOf = (stage, instruction) => stage.filter(([name]) => name === instruction).map(([, rest]) => rest);
const packagesOf = (stage) => /apt-get install ([^&]*)/.exec(argumentsOf(stage, 'RUN').join(' && '))[1]
  .split(' ').filter((word) => word && !word.startsWith('-'));

const [builder, runtime, ...more] = stagesOf(readFileSync(join(root, 'k8s/image/Containerfile'), 'utf8'));
check(more.length === 0, 'the Containerfile has more than two stages');

function checkBuilderPackages() {
  const wanted = /^build_packages=\(([^)]*)\)/m.exec(readFileSync(join(root, 'dev'), 'utf8'))[1].split(/\s+/).filter(Boolean);
  const found = packagesOf(builder);
  check(difference(wanted, found).length === 0, `the builder lacks packages of ./dev: ${difference(wanted, found)}`);
  check(difference(found, wanted).length === 0, `the builder has packages that ./dev has not: ${difference(found, wanted)}`);
}

// [source, target] of every COPY from the tree. Patterns are of the form folder/*.suffix.
function copiesOf(stage) {
  return argumentsOf(stage, 'COPY').filter((rest) => !rest.startsWith('--from=')).flatMap((rest) => {
    const words = rest.split(' ');
    return words.slice(0, -1).map((source) => [source, words.at(-1)]);
  });
}

function checkCopies() {
  const permitted = readFileSync(join(root, 'k8s/image/Containerfile.dockerignore'), 'utf8').split('\n')
    .filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  for (const [source] of [...copiesOf(builder), ...copiesOf(runtime)]) {
    check(source.includes('*') ? run('sh', '-c', `ls ${join(root, source)} 2>/dev/null || true`) : existsSync(join(root, source)),
      `COPY ${source}: there is no such file`);
    check(permitted.includes(source.split('/')[0]), `COPY ${source}: Containerfile.dockerignore hides it`);
  }
  const built = argumentsOf(builder, 'RUN').join(' ');
  for (const rest of argumentsOf(runtime, 'COPY').filter((r) => r.startsWith('--from='))) {
    for (const source of rest.split(' ').slice(1, -1)) {
      check(new RegExp(`ninja[^&]* ${basename(source)}( |$)`).test(built), `COPY ${source}: the builder does not build it`);
    }
  }
}

// The builder's tree must be enough to configure.
function checkConfigures() {
  const tree = mkdtempSync(join(tmpdir(), 'plumbline-image-'));
  try {
    for (const [source, target] of copiesOf(builder)) {
      cpSync(join(root, source), join(tree, target === './' ? source : target), { recursive: true });
    }
    const configure = /cmake --preset[^&]*/.exec(argumentsOf(builder, 'RUN').join(' '))[0].trim().split(' ');
    execFileSync(configure[0], configure.slice(1), { cwd: tree, stdio: 'pipe' });
  } catch (error) {
    failures.push(`the tree of the builder does not configure: ${error.stderr ?? error}`);
  } finally {
    rmSync(tree, { recursive: true });
  }
}

function checkRuntimeSettings() {
  check(/^[1-9]\d*(:\d+)?$/.test(argumentsOf(runtime, 'USER').at(-1) ?? ''), 'USER must be a number and not root');
  check(argumentsOf(runtime, 'FROM')[0].endsWith('/debian:12-slim'), 'the runtime stage must stand on debian:12-slim');
  check(argumentsOf(builder, 'FROM')[0].includes('/debian:12 '), 'the builder must stand on debian:12, whose libraries the runtime has');
}

// What apt installs along with `packages`, as far as this machine has it too.
function closure(packages) {
  const seen = new Set();
  const queue = [...packages];
  while (queue.length > 0) {
    const name = queue.pop();
    if (seen.has(name)) continue;
    seen.add(name);
    const depends = run('sh', '-c', `dpkg-query -W -f '\${Depends}, \${Pre-Depends}\\n' '${name}' 2>/dev/null || true`);
    queue.push(...depends.split(/[,|\n]/).map((d) => d.trim().split(/[ :(]/)[0]).filter(Boolean));
  }
  return seen;
}

// The package of a library file. dpkg knows a file by the path before or after /lib became a link to /usr/lib.
function packageOf(file) {
  const real = realpathSync(file);
  const names = [file, real, real.replace(/^\/usr/, ''), `/usr${real}`];
  const found = run('sh', '-c', `dpkg -S ${names.join(' ')} 2>/dev/null || true`);
  return found.split(':')[0] || `(no package owns ${file})`;
}

function checkLibraries(programs) {
  const installed = packagesOf(runtime);
  const available = closure([...installed, ...kAlwaysThere]);
  const direct = new Set();
  for (const program of programs) {
    if (!existsSync(program)) {
      failures.push(`${program} is not built`);
      continue;
    }
    const loaded = new Map([...run('ldd', program).matchAll(/(\S+) => (\/\S+)/g)].map(([, name, file]) => [name, file]));
    const needed = [...run('readelf', '-d', program).matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name);
    for (const [name, file] of loaded) {
      const owner = packageOf(file);
      check(available.has(owner), `${basename(program)} loads ${name} of ${owner}, which the image does not install`);
      if (needed.includes(name)) direct.add(owner);
    }
  }
  const named = [...direct].filter((name) => !kAlwaysThere.includes(name));
  check(difference(named, installed).length === 0, `the image must name the packages ${difference(named, installed)}`);
  console.log(`${programs.length} programs need ${named.sort().join(' ') || 'nothing'}`);
  return named;
}

// With all programs at hand, a library package that none of them needs is dead weight.
function checkNoSurplus(programs, named) {
  const copied = argumentsOf(runtime, 'COPY').filter((r) => r.startsWith('--from=')).flatMap((r) => r.split(' ').slice(1, -1).map((f) => basename(f)));
  if (difference(copied, programs.map((p) => basename(p))).length > 0) return;
  const surplus = difference(packagesOf(runtime), [...named, ...kReadAtRunTime]);
  check(surplus.length === 0, `no program needs the packages ${surplus}`);
}

const programs = process.argv.slice(2);
checkBuilderPackages();
checkCopies();
checkRuntimeSettings();
checkConfigures();
checkNoSurplus(programs, checkLibraries(programs));
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
