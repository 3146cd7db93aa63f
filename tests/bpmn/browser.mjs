// SPDX-License-Identifier: Apache-2.0
//
// As much of a browser as bpmn-js needs to draw: jsdom, and in place of the layout that it has not (sizes of texts,
// matrices) stand-ins. Where things are is known from the diagram itself; only the breaking of lines depends on these.
import { createRequire } from 'node:module';
import { join, resolve, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(join(root, 'build/npm/package.json'));

const kCharacter = 6; // pixels, at bpmn-js' 12 px Arial
const kLine = 14;

class Matrix {
  constructor() { Object.assign(this, { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }); }
  inverse() { return this; }
  multiply() { return this; }
  translate() { return this; }
  scale() { return this; }
  rotate() { return this; }
}

const list = () => ({
  numberOfItems: 0, clear() {}, initialize() {}, appendItem() {},
  consolidate: () => ({ matrix: new Matrix() }), createSVGTransformFromMatrix: () => ({ matrix: new Matrix() }),
});
const transform = () => ({ matrix: new Matrix(), setMatrix() {}, setTranslate() {}, setRotate() {}, setScale() {} });

function standIn(window) {
  const element = window.SVGElement.prototype;
  element.getBBox = function getBBox() {
    return { x: 0, y: 0, width: kCharacter * this.textContent.length, height: kLine };
  };
  element.getCTM = element.getScreenCTM = () => new Matrix();
  Object.defineProperty(element, 'transform', { get: () => ({ baseVal: list() }) });
  const svg = window.SVGSVGElement.prototype;
  svg.createSVGMatrix = () => new Matrix();
  svg.createSVGTransform = transform;
  svg.createSVGTransformFromMatrix = transform;
  window.HTMLCanvasElement.prototype.getContext = () => ({
    measureText: (text) => ({ width: kCharacter * text.length, actualBoundingBoxAscent: 9, actualBoundingBoxDescent: 3 }),
  });
}

// The classes Viewer (bpmn-js) and BpmnModdle (bpmn-moddle), and an element to draw into.
export async function open() {
  const { JSDOM } = require('jsdom');
  const { window } = new JSDOM('<div id="canvas"></div>');
  standIn(window);
  for (const name of ['document', 'Element', 'SVGElement', 'HTMLElement', 'Node', 'DOMParser']) globalThis[name] = window[name];
  Object.assign(globalThis, { window, SVGMatrix: Matrix });
  globalThis.CSS ??= { escape: (text) => text.replace(/[^\w-]/g, (c) => `\\${c}`) };
  const Viewer = require('bpmn-js/dist/bpmn-viewer.development.js');
  const { BpmnModdle } = await import(require.resolve('bpmn-moddle'));
  return { Viewer, BpmnModdle, container: window.document.getElementById('canvas') };
}
