// What the page knows, and how it hears of it: server-sent events, one kind for each
// part of what is shown.

import { toast } from './dom.js';

export const state = {
  me: '',
  place: 'C0DEPLOYS', // the channel that is looked at
  home: false, // the App Home is looked at instead
  thread: '', // the message whose thread is open
  story: { world: 0, playing: false, words: '' },
  chat: null,
  code: null,
  service: null,
  deeds: [],
};

const PARTS = ['story', 'chat', 'code', 'service', 'deeds'];
const listeners = new Map();
let source = null;

/** on calls a function whenever one of the parts has changed. */
export function on(parts, listener) {
  for (const part of parts) listeners.set(part, [...(listeners.get(part) ?? []), listener]);
}

/** changed says that a part has changed. */
export function changed(part) {
  for (const listener of listeners.get(part) ?? []) listener();
}

/** become makes the page somebody's. */
export function become(person) {
  if (state.me === person && source) return;
  state.me = person;
  source?.close();
  source = new EventSource('look?as=' + encodeURIComponent(person));
  for (const part of PARTS) {
    source.addEventListener(part, (event) => {
      state[part] = JSON.parse(event.data);
      changed(part);
    });
  }
  source.addEventListener('open', () => document.body.classList.remove('away'));
  source.addEventListener('error', () => document.body.classList.add('away'));
  changed('me');
}

/** act does something as somebody; it is true if that went well. */
export async function act(what) {
  return (await ask(what)) !== null;
}

/** ask does something as somebody, and gives the answer; null: it did not go well. */
export async function ask(what) {
  try {
    const response = await fetch('act', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ as: state.me, ...what }),
    });
    const answer = await response.json().catch(() => ({ says: 'The demo did not understand this.' }));
    if (response.ok) return answer;
    toast(answer.says);
  } catch {
    toast('The demo does not answer. Is it still running in the terminal?');
  }
  return null;
}

/** until waits for a condition, which is looked at whenever anything changes. */
export function until(holds, patience = 60000) {
  return new Promise((resolve, reject) => {
    const begun = Date.now();
    const look = () => {
      if (holds()) return resolve();
      if (Date.now() - begun > patience) return reject(new Error('It took too long.'));
      setTimeout(look, 100);
    };
    look();
  });
}

export const person = (id) => state.chat?.people.find((p) => p.id === id);
export const messages = (place) => state.chat?.messages[place] ?? [];

/** go shows a channel, or the App Home. */
export function go(place, { home = false } = {}) {
  state.place = place;
  state.home = home;
  state.thread = '';
  document.body.dataset.view = 'chat';
  if (home) act({ do: 'home' });
  changed('place');
}
