// The simulated GitHub: commits, runs with their jobs, deployments.

import { h, keyed, replace } from './dom.js';
import { on, state, changed } from './store.js';

const short = (sha) => sha.slice(0, 7);

/** code shows GitHub beside the channel. */
export function code() {
  const panel = document.getElementById('panel-code');
  const commits = h('ol', { class: 'commits' });
  const runs = h('ol', { class: 'runs' });
  const deployments = h('ol', { class: 'deployments' });
  const name = h('p', { class: 'repo' });
  replace(panel, name,
    h('h3', {}, 'Workflow runs'), runs,
    h('h3', {}, 'Commits on main'), commits,
    h('h3', {}, 'Deployments'), deployments);
  on(['code'], () => {
    const c = state.code;
    name.textContent = c.repo;
    keyed(runs, c.runs.length ? c.runs.slice(0, 6) : [{ id: 'none' }], (r) => r.id, (r) => (r.title === undefined ? h('li', { class: 'none' }, 'None yet. slipway starts the first one.') : run(r)));
    keyed(commits, c.commits.map((one) => ({ ...one, live: one.sha === c.live })), (one) => one.sha, commit);
    keyed(deployments, c.deployments.length ? c.deployments.slice(0, 6) : [{ id: 'none' }], (d) => d.id, (d) => (d.sha === undefined ? h('li', { class: 'none' }, 'None yet.') : deployment(d)));
  });
}

/** statusOf is how a run or a job stands, in one word. */
function statusOf(r) {
  if (r.status !== 'completed') return r.status.replaceAll('_', ' ');
  return r.conclusion.replaceAll('_', ' ');
}

function sign(r) {
  const status = statusOf(r);
  return h('span', { class: 'sign ' + status.replaceAll(' ', '-'), role: 'img', 'aria-label': status });
}

function run(r) {
  return h('li', { class: 'run', id: 'run-' + r.id },
    h('div', { class: 'line' }, sign(r), h('strong', {}, r.title), h('span', { class: 'state' }, statusOf(r))),
    h('p', { class: 'sub' }, h('code', {}, short(r.inputs?.sha ?? r.head_sha)), ' ', r.subject),
    h('ul', { class: 'jobs' }, (r.jobs ?? []).map((j) => h('li', {}, sign(j), j.name))));
}

function commit(c) {
  return h('li', { class: 'commit', id: 'commit-' + c.sha },
    h('code', {}, short(c.sha)),
    h('span', { class: 'subject' }, c.subject),
    c.live && h('span', { class: 'live' }, 'live'),
    h('span', { class: 'who' }, c.author));
}

function deployment(d) {
  return h('li', { class: 'deployment' },
    h('span', { class: 'sign ' + d.state, role: 'img', 'aria-label': d.state.replaceAll('_', ' ') }),
    h('code', {}, short(d.sha)), h('span', { class: 'subject' }, d.environment), h('span', { class: 'state' }, d.state.replaceAll('_', ' ')));
}

/** showInCode shows what a link to GitHub leads to, if it is here. */
export function showInCode(url) {
  const at = url.match(/\/actions\/runs\/(\d+)/);
  const of = url.match(/\/commit\/([0-9a-f]+)/) ?? url.match(/\/compare\/[0-9a-f]+\.\.\.([0-9a-f]+)/);
  const target = at ? document.getElementById('run-' + at[1]) : of ? document.querySelector('[id^="commit-' + of[1].slice(0, 7) + '"]') : null;
  if (!target) return false;
  state.tab = 'code';
  document.body.dataset.view = 'code';
  changed('tab');
  target.scrollIntoView({ block: 'center' });
  target.classList.remove('found');
  requestAnimationFrame(() => target.classList.add('found'));
  return true;
}
