// The field in which one writes: commands, mentions and channels complete
// themselves, as in Slack.

import { h, icon } from './dom.js';
import { act, on, state } from './store.js';

const COMMANDS = [
  { name: '/deploy', usage: 'SERVICE [REF] to ENVIRONMENT', says: 'Deploy a service; alone it opens a form' },
  { name: '/rollback', usage: 'SERVICE [ENVIRONMENT]', says: 'Go back to a release that was healthy' },
  { name: '/deploy-status', usage: '[SERVICE] [ENVIRONMENT]', says: 'What runs where' },
];

const EXAMPLES = {
  '/deploy': [
    ['shop main to production', 'Deploy the tip of main'],
    ['plan shop main production', 'Show what would go, and change nothing'],
    ['why shop-2', 'Why a release stands where it stands'],
    ['lock shop production --reason "counting stock"', 'Close a target'],
    ['unlock shop production', 'Open it again'],
    ['history shop production', 'Every release, and how it went'],
    ['help', 'Everything that slipway can do'],
  ],
  '/rollback': [['shop production', 'Show the way back, and ask']],
  '/deploy-status': [['shop', 'One service in full']],
};

/** composer makes a field to write in; threadOf says in which thread. */
export function composer({ id, threadOf, label }) {
  const list = h('ul', { class: 'suggestions', role: 'listbox', id: id + '-list', 'aria-label': 'Suggestions', hidden: true });
  const field = h('textarea', {
    id, rows: '1', role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': id + '-list', 'aria-label': label(),
    placeholder: label(), spellcheck: 'false', oninput: () => {
      grow();
      suggest();
    }, onkeydown: keys, onbeforeinput: (event) => {
      if (event.inputType === 'insertLineBreak' && !shifted) event.preventDefault();
    }, onblur: () => setTimeout(shut, 150),
  });
  const send = h('button', { type: 'submit', class: 'send', 'aria-label': 'Send' }, icon('send'));
  const form = h('form', { class: 'composer', onsubmit: submit },
    list, field,
    h('div', { class: 'tools' },
      h('button', { type: 'button', class: 'tool', 'aria-label': 'Type a command', title: 'Commands', onclick: () => put('/') }, '/'),
      h('button', { type: 'button', class: 'tool', 'aria-label': 'Mention somebody', title: 'Mention', onclick: () => put('@') }, '@'),
      h('span', { class: 'keys', 'aria-hidden': 'true' }, 'Enter sends, Shift+Enter breaks the line'),
      send));
  let found = [];
  let at = 0;
  let shifted = false; // the last key was pressed with Shift

  on(['place', 'me', 'chat'], () => {
    if (field.placeholder === label()) return;
    field.placeholder = label();
    field.setAttribute('aria-label', label());
  });

  function grow() {
    field.style.height = 'auto';
    field.style.height = Math.min(field.scrollHeight, 160) + 'px';
    form.classList.toggle('filled', field.value.trim() !== '');
  }

  function put(text) {
    field.value = text === '/' ? '/' : field.value + (field.value && !field.value.endsWith(' ') ? ' ' : '') + text;
    field.focus();
    grow();
    suggest();
  }

  async function submit(event) {
    event?.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    shut();
    field.value = '';
    grow();
    const sent = await act({ do: 'type', channel: state.place, thread: threadOf(), text });
    if (!sent && !field.value.trim()) {
      field.value = text; // nothing that somebody wrote is lost
      grow();
    }
  }

  function suggest() {
    found = suggestions(field.value.slice(0, field.selectionStart), Boolean(threadOf()));
    at = 0;
    draw();
  }

  function draw() {
    list.replaceChildren(...found.map((s, i) => h('li', {
      role: 'option', id: id + '-s' + i, 'aria-selected': String(i === at), onmousedown: (event) => {
        event.preventDefault();
        take(i);
      },
    }, h('span', { class: 's-name' }, s.shown), s.usage && h('span', { class: 's-usage' }, s.usage), h('span', { class: 's-says' }, s.says))));
    list.hidden = found.length === 0;
    field.setAttribute('aria-expanded', String(!list.hidden));
    if (list.hidden) field.removeAttribute('aria-activedescendant');
    else field.setAttribute('aria-activedescendant', id + '-s' + at);
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  }

  function shut() {
    found = [];
    draw();
  }

  function take(i) {
    const s = found[i];
    const end = field.selectionStart;
    field.value = field.value.slice(0, end - s.replaces) + s.text + field.value.slice(end);
    const caret = end - s.replaces + s.text.length;
    field.setSelectionRange(caret, caret);
    field.focus();
    grow();
    suggest();
  }

  function keys(event) {
    shifted = event.shiftKey;
    if (event.isComposing) return;
    const open = found.length > 0;
    if (event.key === 'Escape' && open) {
      event.stopPropagation();
      shut();
    } else if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      at = (at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (open && (event.key === 'Tab' || (event.key === 'Enter' && !found[at].whole)) && !event.shiftKey) {
      take(at);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      submit();
    } else {
      return;
    }
    event.preventDefault();
  }
  return form;
}

/** suggestions are what can complete what stands before the caret. */
export function suggestions(before, inThread) {
  if (!inThread && /^\/[a-z-]*$/.test(before)) {
    return COMMANDS.filter((c) => c.name.startsWith(before) && c.name !== before)
      .map((c) => ({ shown: c.name, usage: c.usage, says: c.says, text: c.name + ' ', replaces: before.length }));
  }
  const command = before.match(/^(\/[a-z-]+) (.*)$/s);
  if (command && !inThread && EXAMPLES[command[1]]) {
    const rest = command[2];
    return EXAMPLES[command[1]].filter(([text]) => text.startsWith(rest) && text !== rest)
      .map(([text, says]) => ({ shown: text, says, text, replaces: rest.length, whole: rest === '' }));
  }
  const name = before.match(/(^|\s)([@#])([\p{L}\p{N}_-]*)$/u);
  if (!name || !state.chat) return [];
  const [, , mark, typed] = name;
  const known = mark === '#'
    ? state.chat.places.filter((p) => !p.direct).map((p) => ({ name: p.name, says: p.topic }))
    : [{ name: 'slipway', says: 'the app: “@slipway help”' }, ...state.chat.people.map((p) => ({ name: p.name.toLowerCase(), says: p.role }))];
  return known.filter((k) => k.name.startsWith(typed.toLowerCase()))
    .map((k) => ({ shown: mark + k.name, says: k.says, text: mark + k.name + ' ', replaces: typed.length + 1 }));
}
