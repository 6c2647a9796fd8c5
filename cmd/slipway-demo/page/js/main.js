// The page of the demo: a channel as Slack shows it, and what is around it.

import { h, icon, keyed, replace } from './dom.js';
import { become, changed, on, person, state } from './store.js';
import { avatar, chat } from './chat.js';
import { modals } from './modal.js';
import { code } from './code.js';
import { service } from './service.js';
import { deeds } from './deeds.js';
import { tour } from './tour.js';

const TABS = [['code', 'GitHub'], ['service', 'Service'], ['deeds', 'Deeds']];
const VIEWS = [['chat', 'Chat', 'chat'], ['tour', 'Tour', 'map'], ['code', 'GitHub', 'branch'], ['service', 'Service', 'pulse'], ['deeds', 'Deeds', 'list']];
const THEMES = ['auto', 'light', 'dark'];

state.tab = 'code';

function people() {
  const bar = document.getElementById('people');
  on(['chat', 'me'], () => {
    const all = state.chat?.people ?? [];
    keyed(bar, all.map((p) => ({ ...p, on: p.id === state.me })), (p) => p.id, (p) => h('button', {
      type: 'button', role: 'radio', class: 'person' + (p.on ? ' on' : ''), 'aria-checked': String(p.on), tabindex: p.on ? '0' : '-1',
      title: p.name + ': ' + p.about, 'data-place': 'person/' + p.id, onclick: () => become(p.id), onkeydown: (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        become(all[(all.findIndex((o) => o.id === p.id) + step + all.length) % all.length].id);
        bar.querySelector('[aria-checked="true"]')?.focus();
      },
    }, avatar(p.id, 'small'), h('span', { class: 'names' }, h('strong', {}, p.name), h('small', {}, p.role))));
    document.title = (person(state.me)?.name ?? 'slipway') + ' · slipway: the demo';
  });
}

function tabs() {
  const bar = document.getElementById('tabs');
  const show = (name) => {
    state.tab = name;
    changed('tab');
  };
  on(['tab'], () => {
    replace(bar, TABS.map(([name, label], i) => h('button', {
      type: 'button', role: 'tab', id: 'tab-' + name, class: 'tab', 'aria-selected': String(state.tab === name), 'aria-controls': 'panel-' + name,
      tabindex: state.tab === name ? '0' : '-1', onclick: () => show(name), onkeydown: (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        show(TABS[(i + step + TABS.length) % TABS.length][0]);
        bar.querySelector('[aria-selected="true"]').focus();
      },
    }, label)));
    for (const [name] of TABS) document.getElementById('panel-' + name).hidden = state.tab !== name;
  });
  changed('tab');
}

/** foot is how one gets around on a phone. */
function foot() {
  const bar = document.getElementById('foot');
  const draw = () => replace(bar, VIEWS.map(([view, label, picture]) => h('button', {
    type: 'button', class: 'view', 'aria-current': document.body.dataset.view === view ? 'page' : undefined, onclick: () => {
      document.body.dataset.view = view;
      if (TABS.some(([name]) => name === view)) state.tab = view;
      changed('tab');
    },
  }, icon(picture), h('span', {}, label))));
  on(['tab', 'place'], draw);
  draw();
}

function theme() {
  const button = document.getElementById('theme');
  let now = 'auto';
  try {
    now = localStorage.getItem('theme') ?? 'auto';
  } catch {
    // a browser that keeps nothing shows what the system wants
  }
  const show = () => {
    if (now === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = now;
    const label = { auto: 'Colours as the system has them', light: 'Light colours', dark: 'Dark colours' }[now];
    button.setAttribute('aria-label', label + '; change');
    button.title = label;
    replace(button, icon({ auto: 'half', light: 'sun', dark: 'moon' }[now]));
  };
  button.addEventListener('click', () => {
    now = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
    try {
      localStorage.setItem('theme', now);
    } catch {
      // then it holds until the page is closed
    }
    show();
  });
  show();
}

theme();
people();
chat();
modals();
code();
service();
deeds();
tabs();
foot();
tour();
become('U01ANNA');
