// SPDX-License-Identifier: Apache-2.0
//
// open.mjs PROGRAM FOLDER: has the program write samples into the folder, checks them against OMG's XML schema, opens each
// with bpmn.io's parser and viewer, expects no warnings and everything drawn, and saves it as bpmn.io would; then has the
// program compare the saved files with its own. Last, files that are broken must be noticed, or the check would be worth
// nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open, root } from './browser.mjs';

const [program, folder] = process.argv.slice(2);
const { Viewer, BpmnModdle, container } = await open();
const moddle = new BpmnModdle();

const schema = join(root, 'build/npm/node_modules/bpmn-moddle/resources/bpmn/xsd/BPMN20.xsd');

// What the schema says against files.
function schemaErrors(files) {
  const { status, stderr, error } = spawnSync('xmllint', ['--noout', '--nonet', '--schema', schema, ...files], { encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? [] : stderr.split('\n').filter((line) => line.includes('error'));
}

// All flow elements of a process, those of sub-processes as well.
const flowElements = (level) =>
  (level.flowElements ?? []).flatMap((element) => [element, ...flowElements(element)]);

async function check(xml) {
  const failures = [];
  const { rootElement, warnings, elementsById } = await moddle.fromXML(xml);
  failures.push(...warnings.map((warning) => `bpmn-moddle: ${warning.message}`));
  const viewer = new Viewer({ container });
  const imported = await viewer.importXML(xml);
  failures.push(...imported.warnings.map((warning) => `bpmn-js: ${warning.message}`));
  const drawn = viewer.get('elementRegistry');
  const [processElement] = rootElement.rootElements;
  for (const { id, $type, name, text } of [...flowElements(processElement), ...(processElement.artifacts ?? [])]) {
    const graphics = drawn.getGraphics(id);
    if (!graphics || graphics.querySelectorAll('path, rect, circle, polygon').length === 0) failures.push(`${id} is not drawn`);
    const label = $type === 'bpmn:ExclusiveGateway' || $type === 'bpmn:ParallelGateway' || $type === 'bpmn:SequenceFlow';
    const shown = label ? drawn.getGraphics(`${id}_label`) : graphics;
    const words = (name ?? text ?? '').split(/\s+/).join('');
    if (words && !shown?.textContent.split(/\s+/).join('').startsWith(words.slice(0, 8))) failures.push(`${id} does not show '${words}'`);
  }
  viewer.destroy();
  const { xml: saved } = await moddle.toXML(rootElement, { format: true });
  return { failures, saved, count: Object.keys(elementsById).length };
}

rmSync(folder, { recursive: true, force: true });
execFileSync(program, ['write', folder]);
let failed = 0;
const fail = (text) => { console.log(text); failed += 1; };
const files = readdirSync(folder).filter((file) => file.endsWith('.bpmn'));
let elements = 0;
schemaErrors(files.map((file) => join(folder, file))).slice(0, 10).forEach(fail);
for (const file of files) {
  const { failures, saved, count } = await check(readFileSync(join(folder, file), 'utf8'));
  failures.slice(0, 10).forEach((failure) => fail(`${file}: ${failure}`));
  writeFileSync(join(folder, `${file}.saved`), saved);
  elements += count;
}
execFileSync(program, ['compare', folder], { stdio: 'inherit' });

console.error = () => {}; // bpmn-js tells of what it cannot draw there as well
const sample = readFileSync(join(folder, 'deal-desk-approval.bpmn'), 'utf8');
for (const [what, broken] of [
  ['a flow to nowhere', sample.replace(/targetRef="[^"]*"/, 'targetRef="nowhere"')],
  ['a shape of nothing', sample.replace(/(BPMNShape [^>]*bpmnElement=")[^"]*/, '$1nothing')],
  ['an id twice', sample.replace(/(<bpmn:userTask id=")[^"]*/, '$1process_deal-desk-approval')],
  ['a task without shape', sample.replace(/<bpmndi:BPMNShape id="triage_di"[^]*?<\/bpmndi:BPMNShape>/, '')],
]) {
  const { failures } = broken === sample ? { failures: [] } : await check(broken);
  if (failures.length === 0) fail(`${what} was not noticed`);
}
const wrong = join(folder, 'wrong.xml');
writeFileSync(wrong, sample.replace('<bpmn:userTask ', '<bpmn:userTask target="P2D" '));
if (schemaErrors([wrong]).length === 0) fail('an attribute that BPMN does not have was not noticed');
console.log(`${files.length} files with ${elements} elements opened and saved by bpmn.io's tools`);
process.exitCode = failed > 0 ? 1 : 0;
