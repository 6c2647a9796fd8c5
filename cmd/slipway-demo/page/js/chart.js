// Slack's charts (data_visualization), drawn as pictures with a table for whoever
// cannot see them.

import { h, svg } from './dom.js';

const WIDTH = 520;
const HEIGHT = 180;
const LEFT = 44;
const BOTTOM = 22;

/** chart shows a data_visualization block. */
export function chart(b) {
  const c = b.chart;
  return h('figure', { class: 'b-chart' },
    h('figcaption', {}, b.title),
    c.type === 'pie' ? pie(c) : series(c),
    c.axis_config && h('p', { class: 'axis' }, [c.axis_config.y_label, c.axis_config.x_label].filter(Boolean).join(' · ')),
    legend(c.type === 'pie' ? c.segments.map((s) => s.label + ': ' + s.value) : c.series.map((s) => s.name)),
    asTable(c));
}

function legend(names) {
  return h('ul', { class: 'legend', 'aria-hidden': 'true' }, names.map((name, i) => h('li', {}, h('span', { class: 'swatch c' + (i % 6) }), name)));
}

function series(c) {
  const categories = c.axis_config.categories;
  const values = c.series.flatMap((s) => s.data.map((p) => p.value));
  const low = Math.min(0, ...values);
  const high = Math.max(...values, low + 1e-9);
  const x = (i) => LEFT + ((i + 0.5) * (WIDTH - LEFT - 8)) / categories.length;
  const y = (v) => 8 + ((high - v) / (high - low)) * (HEIGHT - BOTTOM - 8);
  const grid = [low, (low + high) / 2, high].map((v) => [
    svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - 8, y1: y(v), y2: y(v) }),
    svg('text', { x: LEFT - 6, y: y(v) + 4, 'text-anchor': 'end' }, String(Number(v.toPrecision(3)))),
  ]);
  const every = Math.ceil(categories.length / 6);
  // Of the places that are named, one is where something happened.
  const first = Math.max(0, categories.findIndex((name) => name.startsWith('▲'))) % every;
  const ticks = categories.map((name, i) => (i % every === first ? svg('text', { x: x(i), y: HEIGHT - 5, 'text-anchor': 'middle' }, name) : null));
  const drawn = c.series.map((s, n) => {
    const points = categories.map((name, i) => [x(i), y(s.data.find((p) => p.label === name)?.value ?? 0)]);
    if (c.type === 'bar') {
      const wide = Math.max(3, (WIDTH - LEFT) / categories.length / (c.series.length + 1));
      return points.map(([px, py]) => svg('rect', { class: 'c' + (n % 6), x: px - (wide * c.series.length) / 2 + wide * n, y: Math.min(py, y(0)), width: wide - 1, height: Math.abs(y(0) - py) }));
    }
    const path = points.map(([px, py], i) => (i ? 'L' : 'M') + px.toFixed(1) + ' ' + py.toFixed(1)).join(' ');
    const last = points[points.length - 1];
    return [
      c.type === 'area' && svg('path', { class: 'area c' + (n % 6), d: path + ' L' + last[0] + ' ' + y(0) + ' L' + points[0][0] + ' ' + y(0) + ' Z' }),
      svg('path', { class: 'line c' + (n % 6), d: path }),
    ];
  });
  return svg('svg', { viewBox: '0 0 ' + WIDTH + ' ' + HEIGHT, class: 'drawing', 'aria-hidden': 'true' }, grid, drawn, ticks);
}

function pie(c) {
  const whole = c.segments.reduce((sum, s) => sum + s.value, 0);
  let at = -Math.PI / 2;
  const cut = c.segments.map((s, i) => {
    const to = at + (s.value / whole) * 2 * Math.PI * 0.99999;
    const edge = (a) => (80 + 70 * Math.cos(a)).toFixed(2) + ' ' + (80 + 70 * Math.sin(a)).toFixed(2);
    const d = 'M80 80 L' + edge(at) + ' A70 70 0 ' + (to - at > Math.PI ? 1 : 0) + ' 1 ' + edge(to) + ' Z';
    at = to;
    return svg('path', { class: 'slice c' + (i % 6), d });
  });
  return svg('svg', { viewBox: '0 0 160 160', class: 'drawing pie', 'aria-hidden': 'true' }, cut);
}

function asTable(c) {
  const rows = c.type === 'pie' ? c.segments.map((s) => [s.label, s.value]) : c.axis_config.categories.map((name) => [name, ...c.series.map((s) => s.data.find((p) => p.label === name)?.value ?? '')]);
  const head = c.type === 'pie' ? ['', 'Value'] : ['', ...c.series.map((s) => s.name)];
  return h('table', { class: 'unseen' },
    h('thead', {}, h('tr', {}, head.map((cell) => h('th', { scope: 'col' }, String(cell))))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell) => h('td', {}, String(cell)))))));
}
