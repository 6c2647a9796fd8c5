// The channels, their messages and threads.

import { h, icon, keyed, replace } from './dom.js';
import { emoji } from './emoji.js';
import { mrkdwn, dayOf } from './text.js';
import { blocks } from './blocks.js';
import { composer } from './composer.js';
import { menuButton } from './elements.js';
import { act, changed, go, messages, on, person, state } from './store.js';

const SAME = 5 * 60; // within so many seconds a person's messages stand together
const seen = new Map(); // the newest message that was looked at, by person and channel

/** chat shows the channels and what is said in them. */
export function chat() {
  replace(document.getElementById('composer-place'), composer({ id: 'composer', threadOf: () => '', label: labelOf }));
  on(['chat', 'place', 'me'], () => {
    if (!state.chat) return;
    if (!state.chat.places.some((p) => p.id === state.place)) state.place = state.chat.places[2].id; // another person's direct message
    places();
    head();
    drawMessages();
    drawThread();
  });
}

const here = () => state.chat.places.find((p) => p.id === state.place);
const labelOf = () => (state.chat ? 'Message ' + (here()?.direct ? '' : '#') + (here()?.name ?? '') : 'Message');

function places() {
  const items = [
    ...state.chat.places.map((p) => ({ ...p, on: p.id === state.place && !state.home, ...unread(p) })),
    { id: 'home', name: 'Home', home: true, on: state.home },
  ];
  keyed(document.getElementById('places'), items, (p) => p.id, (p) => h('li', { class: p.direct || p.home ? 'app' : '' },
    h('button', { type: 'button', class: 'place' + (p.on ? ' on' : '') + (p.fresh ? ' fresh' : ''), 'aria-current': p.on ? 'page' : undefined, onclick: () => (p.home ? go(state.place, { home: true }) : go(p.id)) },
      p.direct ? h('img', { src: 'icon.svg', alt: '', width: '20', height: '20' }) : icon(p.home ? 'house' : 'hash'),
      h('span', {}, p.name),
      p.called > 0 && h('span', { class: 'badge', 'aria-label': p.called + ' for you' }, String(p.called)))));
}

/** unread says whether there is something new in a channel, and what of it calls one. */
function unread(p) {
  const key = state.me + p.id;
  const list = messages(p.id);
  if (p.id === state.place && !state.home) seen.set(key, list.at(-1)?.ts ?? '0');
  const fresh = list.filter((m) => m.ts > (seen.get(key) ?? '0') && m.user !== state.me);
  const calls = (m) => p.direct || JSON.stringify(m.blocks ?? m.text).includes('@' + state.me);
  return { fresh: fresh.length > 0, called: fresh.filter(calls).length };
}

function head() {
  const p = here();
  keyed(document.getElementById('chat-head'), [{ ...p, home: state.home }], () => 'head', () => h('div', { class: 'chat-title' },
    h('h2', {}, p.direct || state.home ? h('img', { src: 'icon.svg', alt: '', width: '22', height: '22' }) : icon('hash'), state.home ? 'slipway' : p.name),
    p.direct || state.home ? appTabs() : h('p', { class: 'topic' }, p.topic)));
}

/** appTabs are those of the app: its Home, and the messages with it. */
function appTabs() {
  const direct = state.chat.places.find((p) => p.direct);
  const tab = (name, on, open) => h('button', { type: 'button', class: 'app-tab' + (on ? ' on' : ''), 'aria-pressed': String(on), onclick: open }, name);
  return h('div', { class: 'app-tabs' }, tab('Home', state.home, () => go(direct.id, { home: true })), tab('Messages', !state.home, () => go(direct.id)));
}

function drawMessages() {
  const list = document.getElementById('messages');
  document.getElementById('composer-place').hidden = state.home;
  if (state.home) {
    drawHome(list);
    return;
  }
  const where = state.me + state.place;
  const moved = list.dataset.where !== where;
  if (moved) list.replaceChildren();
  list.dataset.where = where;
  const atEnd = moved || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const newest = list.dataset.newest;
  keyed(list, rows(messages(state.place)), (m) => m.ts, row);
  list.dataset.newest = messages(state.place).at(-1)?.ts ?? '';
  if (atEnd || newest !== list.dataset.newest) list.scrollTop = list.scrollHeight;
}

/** rows are the messages outside of threads, each with what its place says of it. */
function rows(all) {
  const out = [{ ts: 'begin', begin: here() }];
  let before = null;
  for (const m of all.filter((m) => !m.thread)) {
    const day = dayOf(new Date(m.ts * 1000));
    if (!before || dayOf(new Date(before.ts * 1000)) !== day) {
      out.push({ ts: 'day-' + day, day });
      before = null;
    }
    const joined = before && before.user === m.user && !m.private && !before.private && m.ts - before.ts < SAME && !m.blocks;
    const replies = all.filter((r) => r.thread === m.ts && !r.deleted);
    out.push({ ...m, joined: Boolean(joined), replies: replies.length, latest: replies.at(-1)?.ts, repliers: [...new Set(replies.map((r) => r.user))] });
    before = m;
  }
  return out;
}

function row(m) {
  if (m.begin) return beginning(m.begin);
  if (m.day) return h('div', { class: 'day' }, h('span', {}, m.day));
  return message(m, true);
}

/** beginning says where one is, above all that was said. */
function beginning(p) {
  return h('div', { class: 'beginning' },
    h('h3', {}, p.direct ? h('img', { src: 'icon.svg', alt: '', width: '36', height: '36' }) : icon('hash'), p.name),
    h('p', {}, p.direct ? 'This is between you and slipway. What it tells you alone comes here.' : 'This is the very beginning of #' + p.name + '. ' + p.topic + '.'));
}

/** message shows a message, in a channel with the way to its thread. */
function message(m, inChannel) {
  const at = new Date(m.ts * 1000);
  const clock = at.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
  const author = authorOf(m.user);
  const press = (what) => act({ do: 'press', channel: state.place, ts: m.ts, ...what });
  const body = m.deleted ? [h('em', { class: 'gone' }, 'This message was deleted.')]
    : m.blocks ? blocks(m.blocks, press, { prefix: m.ts }) : [h('div', { class: 'b-text' }, mrkdwn(m.text), m.edited && h('span', { class: 'edited' }, ' (edited)'))];
  const toThread = () => {
    state.thread = m.ts;
    changed('place');
    document.querySelector('#thread textarea')?.focus();
  };
  return h('article', { class: 'message' + (m.joined ? ' joined' : '') + (m.private ? ' private' : ''), 'aria-label': author.name + ', ' + clock },
    h('div', { class: 'gutter' }, m.joined ? h('time', { class: 'small-time' }, clock) : avatar(m.user)),
    h('div', { class: 'content' },
      m.private && h('p', { class: 'only-you' }, icon('eye'), 'Only visible to you'),
      !m.joined && h('p', { class: 'by' }, h('strong', {}, author.name), author.app && h('span', { class: 'app-badge' }, 'APP'), h('time', { datetime: at.toISOString(), title: at.toLocaleString() }, clock)),
      h('div', { class: 'body' }, body),
      m.reacted && h('p', { class: 'reactions' }, m.reacted.map((name) => h('span', { class: 'reaction' }, emoji(':' + name + ':'), ' 1'))),
      inChannel && m.replies > 0 && h('button', { type: 'button', class: 'replies', onclick: toThread }, m.repliers.map((id) => avatar(id, 'tiny')), h('span', {}, m.replies === 1 ? '1 reply' : m.replies + ' replies'))),
    !m.private && !m.deleted && h('div', { class: 'hover' },
      inChannel && h('button', { type: 'button', 'aria-label': 'Reply in thread to ' + author.name + ', ' + clock, title: 'Reply in thread', onclick: toThread }, icon('reply')),
      menuButton(state.chat.shortcuts.map((s) => ({ text: { text: s.name }, description: { text: 'slipway' }, value: s.callback })),
        (callback) => act({ do: 'shortcut', channel: state.place, ts: m.ts, option: callback }),
        { class: 'more', 'aria-label': 'More actions on the message of ' + author.name + ', ' + clock, title: 'More actions', 'data-place': 'more/' + m.ts })));
}

function authorOf(id) {
  if (id === state.chat.bot) return { name: 'slipway', app: true };
  if (id === 'USLACKBOT') return { name: 'Slackbot' };
  return { name: person(id)?.name ?? id };
}

/** avatar is somebody's picture. */
export function avatar(id, size = '') {
  if (id === state.chat?.bot) return h('img', { class: 'avatar ' + size, src: 'icon.svg', alt: '', width: '36', height: '36' });
  const name = person(id)?.name ?? 'S';
  return h('span', { class: 'avatar p-' + name.toLowerCase() + ' ' + size, 'aria-hidden': 'true' }, name[0]);
}

function drawThread() {
  const pane = document.getElementById('thread');
  const root = messages(state.place).find((m) => m.ts === state.thread);
  pane.hidden = !root || state.home;
  document.body.classList.toggle('with-thread', !pane.hidden);
  if (pane.hidden) {
    pane.replaceChildren();
    return;
  }
  const opened = pane.dataset.of !== state.thread || !pane.firstChild;
  if (opened) {
    pane.dataset.of = state.thread;
    const shut = () => {
      state.thread = '';
      changed('place');
    };
    replace(pane,
      h('header', { class: 'chat-head' }, h('div', { class: 'chat-title' }, h('h2', {}, 'Thread'), h('p', { class: 'topic' }, (here().direct ? '' : '#') + here().name)), h('button', { type: 'button', class: 'x', 'aria-label': 'Close the thread', onclick: shut }, icon('close'))),
      h('div', { class: 'messages', role: 'log', 'aria-label': 'Replies', tabindex: '0' }),
      composer({ id: 'reply', threadOf: () => state.thread, label: () => 'Reply' }));
    pane.onkeydown = (event) => event.key === 'Escape' && shut();
  }
  const list = pane.querySelector('.messages');
  const atEnd = opened || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const replies = messages(state.place).filter((m) => m.thread === root.ts && !m.deleted);
  keyed(list, [{ ...root, root: true }, { ts: 'count', count: replies.length }, ...replies], (m) => m.ts, (m) => {
    if (m.ts === 'count') return h('div', { class: 'day count' }, h('span', {}, m.count === 1 ? '1 reply' : m.count + ' replies'));
    return message(m, false);
  });
  if (atEnd) list.scrollTop = list.scrollHeight; // what is new is said last
}

/** drawHome shows the App Home as the bot has published it. */
function drawHome(list) {
  list.dataset.where = 'home' + state.me;
  const view = state.chat.home;
  const press = (what) => act({ do: 'press', in_view: true, ...what });
  keyed(list, [view ?? { id: 'none' }], (v) => 'home-' + v.id, (v) => (v.blocks
    ? h('div', { class: 'home' }, blocks(v.blocks, press, { prefix: v.id }))
    : h('div', { class: 'home empty' }, h('img', { src: 'icon.svg', alt: '', width: '56', height: '56' }), h('h3', {}, 'slipway has not drawn this page yet'), h('p', {}, 'It is drawn when slipway hears that you have opened it.'))));
}
