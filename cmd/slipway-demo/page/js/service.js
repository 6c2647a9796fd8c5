// The shop that is deployed, and the switches by which one breaks things.

import { h, keyed, replace, svg } from './dom.js';
import { act, on, state } from './store.js';

const SWITCHES = [
  { id: 'errors', name: 'Answer with errors', says: 'Four of five requests to the shop fail.' },
  { id: 'slow', name: 'Slow it down', says: 'Each answer takes 0.9 s; the probe allows 0.4 s.' },
  { id: 'fail_next', name: 'Fail the next run', says: 'The last step of the next workflow run fails.' },
  { id: 'webhooks', name: 'Webhooks arrive', says: 'Without them slipway reads the runs at intervals.', good: true },
  { id: 'redis', name: 'Redis runs', says: 'Without it slipway takes nothing that it could not keep.', good: true },
  { id: 'slipway', name: 'slipway runs', says: 'Off kills it, in the middle of whatever it does.', good: true },
];

/** service shows the panel. */
export function service() {
  const panel = document.getElementById('panel-service');
  const now = h('div', { class: 'now' });
  const graph = h('div', { class: 'graph' });
  const list = h('ul', { class: 'switches' });
  const log = h('ol', { class: 'log', tabindex: '0', 'aria-label': 'slipway’s log' });
  replace(panel, now, graph,
    h('h3', {}, 'Break it'), list,
    h('p', { class: 'buttons' }, h('button', { type: 'button', class: 'btn', onclick: () => act({ do: 'turn', switch: 'branch', on: true }) }, 'Move the branch')),
    h('details', {}, h('summary', {}, 'slipway’s log'), log));
  on(['service'], () => {
    const { shop, switches } = state.service;
    keyed(now, [{ shop: { ...shop, samples: [] }, rate: rate(shop.samples) }], () => 'now', drawNow);
    replace(graph, drawGraph(shop.samples));
    keyed(list, SWITCHES.map((s) => ({ ...s, on: switches[s.id] })), (s) => s.id, drawSwitch);
    keyed(log, state.service.log.map((line, i) => ({ line, i })), (l) => l.line + l.i, (l) => h('li', {}, told(l.line)));
  });
}

const rate = (samples) => {
  const last = samples.slice(-20);
  return last.length ? Math.round((100 * last.filter((s) => s.failed).length) / last.length) : 0;
};

function drawNow({ shop, rate: failing }) {
  const bad = failing > 0 || shop.slow;
  return h('div', { class: 'now-line' },
    h('span', { class: 'sign ' + (bad ? 'failure' : 'success'), 'aria-hidden': 'true' }),
    h('strong', {}, 'shop'), ' in production: ', h('code', {}, shop.live.slice(0, 7)),
    h('span', { class: 'numbers' }, failing + ' % errors', ' · ', shop.slow ? '900 ms' : '40 ms'));
}

/** drawGraph shows the last half minute of traffic, one bar a request. */
function drawGraph(samples) {
  const bars = samples.map((s, i) => {
    const high = Math.max(6, Math.min(38, (s.millis / 900) * 38));
    return svg('rect', { class: s.failed ? 'bad' : s.millis > 400 ? 'late' : 'good', x: (60 - samples.length + i) * 6, y: 40 - high, width: 4, height: high, rx: 1 });
  });
  const failed = samples.filter((s) => s.failed).length;
  return svg('svg', { viewBox: '0 0 360 40', role: 'img', 'aria-label': failed + ' of the last ' + samples.length + ' requests failed', preserveAspectRatio: 'none' }, bars);
}

function drawSwitch(s) {
  return h('li', {}, h('button', {
    type: 'button', role: 'switch', class: 'switch' + (s.good ? ' good' : ''), 'aria-checked': String(s.on), 'data-place': 'switch/' + s.id,
    onclick: () => act({ do: 'turn', switch: s.id, on: !s.on }),
  }, h('span', { class: 'knob', 'aria-hidden': 'true' }), h('span', { class: 'words' }, h('strong', {}, s.name), h('small', {}, s.says))));
}

/** told is a line of the log, without what a machine wants to know. */
function told(line) {
  try {
    const { level, msg, time, ...rest } = JSON.parse(line);
    const more = Object.entries(rest).map(([k, v]) => k + '=' + (typeof v === 'object' ? JSON.stringify(v) : v)).join(' ');
    return [h('b', { class: 'level ' + level.toLowerCase() }, level), ' ', msg, more && h('small', {}, ' ' + more)];
  } catch {
    return line;
  }
}
