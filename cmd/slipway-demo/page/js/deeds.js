// What slipway did, as it was seen from outside, and why.

import { h, keyed } from './dom.js';
import { on, state } from './store.js';

const WHERE = { slack: 'Slack', github: 'GitHub', hook: 'GitHub' };

/** deeds shows the newest deeds, the newest first. */
export function deeds() {
  const panel = document.getElementById('panel-deeds');
  const list = h('ol', { class: 'deeds' });
  panel.replaceChildren(h('p', { class: 'lead' }, 'What slipway asked of Slack and GitHub, seen on the wire.'), list);
  on(['deeds'], () => keyed(list, [...state.deeds].reverse(), (d) => d.at + d.says, deed));
}

/** deed shows one of them. */
export function deed(d) {
  return h('li', { class: 'deed' + (d.bad ? ' bad' : '') },
    h('p', {}, h('span', { class: 'where ' + d.where }, WHERE[d.where]), d.says, d.times > 1 && h('span', { class: 'times' }, ' ×' + d.times), d.bad && h('span', { class: 'wrong' }, ' (' + d.bad + ')')),
    h('p', { class: 'why' }, d.why));
}
